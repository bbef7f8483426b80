import {join} from 'node:path';
import {expect, test} from 'vitest';
import {createNativeEngine} from '../../src/build/engines/native/native-engine.ts';
import {SegmentCache} from '../../src/build/engines/native/segment-cache.ts';
import {SegmentPool} from '../../src/build/engines/native/segment-pool.ts';
import {slipwayPaths} from '../../src/base/paths.ts';
import {openImageStore} from '../../src/image/local-store.ts';
import {readIndex, readManifest} from '../../src/image/read-documents.ts';
import {openRepository} from '../../src/repository/deb/debian-repository.ts';
import {Recorder} from '../engine/support/a-line.ts';
import {describeNeeding} from '../support/needs.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {unexplained} from './mmdebstrap/allowed-differences.ts';
import {compositions, recordComparison} from './mmdebstrap/comparisons.ts';
import {differencesOf, treeOfLayers, treeOfTar} from './mmdebstrap/file-tree.ts';
import {planOf} from './mmdebstrap/plan-of.ts';
import {runMmdebstrap} from './mmdebstrap/run-mmdebstrap.ts';

/*
 * mmdebstrap as oracle: from the very packages of a plan it makes the root that apt-get and dpkg make, and our dev image has to
 * equal it file for file. `SLIPWAY_MMDEBSTRAP='php:8.4+php8.4-curl,java:21'` compares those, `all` those of comparisons.ts, and records
 * what was found; without it one small image.
 * Downloads come from this machine's mirror; SLIPWAY_HOME keeps them between runs.
 */
const chosen = process.env['SLIPWAY_MMDEBSTRAP'];
const texts = chosen === 'all' ? compositions : (chosen ?? 'debian:13+tini').split(',');
const wanted = texts.map(composition => {
	const [image = '', ...packages] = composition.split('+');
	const [starter = '', line = ''] = image.split(':');
	return {composition, starter, line, packages};
});

describeNeeding(
	'mmdebstrap',
	'root',
	'debian-mirror',
)('a dev image equals what mmdebstrap makes of the same packages', () => {
	for (const {composition, starter, line, packages} of wanted) {
		test(`${starter} ${line} ${packages.join(' ')}`, {timeout: 1_800_000}, async () => {
			const folder = await temporaryFolder('mmdebstrap');
			const cacheFolder = process.env['SLIPWAY_HOME'] === undefined ? join(folder, 'cache') : slipwayPaths().cache;
			const repository = await openRepository({cacheFolder});
			const plan = await planOf({repository, starter, line, packages});
			const [planned] = plan.lines;
			if (planned === undefined) throw new Error(`${starter} has no line ${line}`);
			const store = await openImageStore(join(folder, 'images'));
			const engine = createNativeEngine({repository, store, cacheFolder});
			const signal = new AbortController().signal;
			const input = {plan, line: planned, architecture: plan.architecture, bundles: [], signal};
			const built = await engine.buildLine(input, new Recorder());
			const [image] = (await readIndex(store, built.manifest)).manifests;
			if (image === undefined) throw new Error('the index is empty');
			const {layers} = await readManifest(store, image);
			const ours = await treeOfLayers(layers.map(({digest}) => store.blobPath(digest)));

			const segments = new SegmentCache(join(cacheFolder, 'segments'), new SegmentPool());
			const known = new Map<string, NonNullable<Awaited<ReturnType<SegmentCache['find']>>>>();
			for (const {sha256} of planned.packages) {
				const segment = await segments.find(sha256, signal);
				if (segment !== null) known.set(sha256, segment);
			}
			const sources = planned.packages.map(one => ({...one, downloadSizeBytes: one.downloadSize}));
			const packageFiles = await repository.fetchPackages(sources);
			const theirs = await treeOfTar(await runMmdebstrap({line: planned, segments: known, packageFiles, folder}));

			expect(ours.size).toBeGreaterThan(4000);
			const all = differencesOf(ours, theirs);
			const wrong = unexplained(all);
			if (chosen !== undefined) {
				await recordComparison({
					composition,
					packages: planned.packages.length,
					paths: ours.size,
					allowed: all.length - wrong.length,
					unexplained: wrong.map(({path}) => path),
				});
			}
			expect(wrong).toEqual([]);
		});
	}
});
