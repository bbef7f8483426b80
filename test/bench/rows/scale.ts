import {createHash} from 'node:crypto';
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout} from 'node:timers/promises';
import {stringify} from 'yaml';
import {createServices} from '../../../src/app/create-services.ts';
import type {Deb} from '../../support/deb.ts';
import {startDebianRepository} from '../../support/debian-repository.ts';
import {makeSlipwayHome} from '../../support/slipway.ts';
import {median, percentile, timed, type BenchResult, type BenchRow} from '../row.ts';

const releases = ['bookworm', 'trixie', 'forky'];
const recordsARelease = 333_334;
const imageCount = 1000;

const syllables = [
	'lib',
	'net',
	'gra',
	'pho',
	'zen',
	'kir',
	'mos',
	'ta',
	'vel',
	'dox',
	'ruby',
	'php',
	'py',
	'go',
	'web',
	'sql',
];

/** A catalogue of a million records and a gallery of a thousand images. */
export const scale: BenchRow = {
	name: 'scale',
	title: 'a keystroke over 1,000,000 package records; the list of 1,000 private images',
	async measure({runs, note}) {
		const packages = Array.from({length: recordsARelease}, (_, index) => record(index));
		note('  serving a million records');
		const suites = Object.fromEntries(releases.map(release => [release, packages]));
		const repository = await startDebianRepository({suites, architectures: ['amd64']});
		try {
			const home = await makeSlipwayHome({repository});
			const update = await home.run(['update'], {timeoutMs: 600_000});
			if (update.exitCode !== 0) throw new Error(`slipway update: ${update.stderr}`);
			note(`  compiled in ${(update.durationMs / 1000).toFixed(1)} s`);
			const services = await createServices({env: home.env, planning: 'worker'});
			const times: number[] = [];
			try {
				await services.planning.search('warm', {limit: 50});
				// Whoever opens the composer finds the search made ready by then.
				await setTimeout(10_000);
				for (let run = 0; run < runs; run += 1) {
					for (const word of ['rubyweb', 'libphp', 'grapho', 'sqldox', 'webser', 'zenkri']) {
						for (let length = 1; length <= word.length; length += 1) {
							times.push(await timed(() => services.planning.search(word.slice(0, length), {limit: 50})));
						}
					}
				}
			} finally {
				await services.close();
			}
			return [
				{
					what: `keystroke over 1,000,000 records, p95 of ${times.length}`,
					unit: 'ms',
					ours: percentile(times, 0.95),
					budget: {kind: 'at most', value: 33},
					peer: null,
				},
				await manyImages(home, runs),
			];
		} finally {
			await repository.close();
		}
	},
};

type Home = Awaited<ReturnType<typeof makeSlipwayHome>>;

async function manyImages(home: Home, runs: number): Promise<BenchResult> {
	const folder = join(home.env['SLIPWAY_HOME'] ?? '', 'data/compositions');
	await mkdir(folder, {recursive: true});
	for (let index = 0; index < imageCount; index += 1) {
		const name = `image-${index}-x`;
		await writeFile(join(folder, `${name}.yaml`), stringify({name, starter: 'nginx', packages: ['curl']}));
	}
	const times: number[] = [];
	for (let run = 0; run < runs; run += 1) {
		const result = await home.run(['images', '--json']);
		const images = result.json() as unknown[];
		if (images.length !== imageCount) throw new Error(`${images.length} images listed`);
		times.push(result.durationMs);
	}
	return {what: `slipway images, ${imageCount} of them`, unit: 'ms', ours: median(times), budget: null, peer: null};
}

/** A record without a file behind it: nothing of it is ever fetched. */
function record(index: number): Deb {
	const word = (seed: number) => syllables[(seed * 7919) % syllables.length] ?? '';
	const name = `${word(index)}${word(index >> 4)}${word(index >> 8)}-${word(index >> 12)}${index}`;
	return {
		name,
		version: `${index % 9}.${index % 31}-1`,
		architecture: 'amd64',
		fields: {
			Package: name,
			Version: `${index % 9}.${index % 31}-1`,
			Architecture: 'amd64',
			Maintainer: 'Test <test@example.org>',
			'Installed-Size': '10',
			Section: 'misc',
			Priority: 'optional',
			Description: `${word(index + 1)} ${word(index + 5)} for ${word(index >> 3)} programs`,
		},
		bytes: Buffer.alloc(0),
		sha256: createHash('sha256').update(name).digest('hex'),
		sizeBytes: 1000,
		fileName: `${name}.deb`,
		poolArea: 'main',
	};
}
