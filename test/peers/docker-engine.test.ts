import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {createDockerEngine} from '../../src/build/engines/docker/docker-engine.ts';
import {createNativeEngine} from '../../src/build/engines/native/native-engine.ts';
import type {Engine, LineBuildInput} from '../../src/build/engine.ts';
import {slipwayPaths} from '../../src/base/paths.ts';
import {connectDocker, dockerEndpoint, type DockerHost} from '../../src/docker/connect.ts';
import {openImageStore, type LocalImageStore} from '../../src/image/local-store.ts';
import {readConfig, readIndex, readManifest} from '../../src/image/read-documents.ts';
import {loadIntoDocker} from '../../src/publish/docker-load.ts';
import {imageForArchitecture} from '../../src/publish/image-content.ts';
import {openRepository} from '../../src/repository/deb/debian-repository.ts';
import {Recorder} from '../engine/support/a-line.ts';
import {startDocker, type DockerDaemon} from '../support/docker-daemon.ts';
import {describeNeeding} from '../support/needs.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {differencesOf, treeOfLayers, type FileTree} from './mmdebstrap/file-tree.ts';
import {planOf} from './mmdebstrap/plan-of.ts';

/*
 * The native engine as oracle for the docker engine: of one plan, both have to make the same files. `SLIPWAY_DOCKER='debian:13+tini,php:8.4'`
 * compares those lines, both variants; test/docker compares synthetic packages in every run. Downloads come from this machine's mirror; SLIPWAY_HOME keeps them.
 */
const asked = process.env['SLIPWAY_DOCKER'];
const variants = ['minimal', 'dev'] as const;
const wanted = (asked ?? 'static:13').split(',').map(text => {
	const [image = '', ...packages] = text.split('+');
	const [starter = '', line = ''] = image.split(':');
	return {starter, line, packages};
});

const bundles = [
	{
		name: 'motto',
		version: 1,
		kind: 'files',
		files: [{path: '/etc/motto', mode: 0o640, uid: 0, gid: 65_532, content: Buffer.from('Festina lente.\n')}],
	},
] as const;

describeNeeding(
	'docker',
	'root',
	'debian-mirror',
	'docker-by-hand',
)('the docker engine makes the same as the native engine', () => {
	const docker: {daemon?: DockerDaemon; host?: DockerHost} = {};
	beforeAll(async () => {
		docker.daemon = await startDocker();
		docker.host = await connectDocker(await dockerEndpoint(docker.daemon.host));
	}, 120_000);
	afterAll(() => docker.daemon?.stop());

	for (const {starter, line, packages} of wanted) {
		for (const variant of variants) {
			test(`${starter} ${line} ${packages.join(' ')}, ${variant}`, {timeout: 1_800_000}, async () => {
				const folder = await temporaryFolder('docker-engine');
				const cacheFolder = process.env['SLIPWAY_HOME'] === undefined ? join(folder, 'cache') : slipwayPaths().cache;
				const repository = await openRepository({cacheFolder});
				const composed = {env: {GREETING: 'good morning'}, config: {labels: {team: 'blue'}}};
				const plan = await planOf({repository, starter, line, packages, variant, hasPaths: true, composed});
				const [planned] = plan.lines;
				if (planned === undefined) throw new Error(`${starter} has no line ${line}`);
				const signal = new AbortController().signal;
				const input = {plan, line: planned, architecture: plan.architecture, bundles, signal} satisfies LineBuildInput;

				const nativeStore = await openImageStore(join(folder, 'native'));
				const native = createNativeEngine({repository, store: nativeStore, cacheFolder});
				const dockerStore = await openImageStore(join(folder, 'docker'));
				const inDocker = createDockerEngine(
					{repository, store: dockerStore, cacheFolder},
					{
						hosts: [docker.host!],
						load: async (host, descriptor, reference) => {
							const image = await imageForArchitecture(dockerStore, descriptor, host.architecture);
							await loadIntoDocker(host, dockerStore, image, [reference], {});
						},
					},
				);
				const ours = await filesOf(inDocker, dockerStore, input);
				const theirs = await filesOf(native, nativeStore, input);
				expect(differencesOf(ours.tree, theirs.tree)).toEqual([]);
				expect(ours.config).toEqual(theirs.config);
				expect(ours.layers).toEqual(theirs.layers);
			});
		}
	}
});

interface Made {
	readonly tree: FileTree;
	readonly config: unknown;
	readonly layers: readonly string[];
}

async function filesOf(engine: Engine, store: LocalImageStore, input: LineBuildInput): Promise<Made> {
	const recorder = new Recorder();
	const built = await engine.buildLine(input, recorder).catch((error: unknown) => {
		throw new Error(`${engine.name}: ${recorder.lines.slice(-30).join('\n')}`, {cause: error});
	});
	const [image] = (await readIndex(store, built.manifest)).manifests;
	if (image === undefined) throw new Error('the index is empty');
	const manifest = await readManifest(store, image);
	const tree = await treeOfLayers(manifest.layers.map(({digest}) => store.blobPath(digest)));
	const {config} = (await readConfig(store, manifest)) as {config?: unknown};
	return {tree, config, layers: manifest.layers.map(({digest}) => digest)};
}
