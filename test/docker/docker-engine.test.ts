import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {BuiltLine, Engine, LineBuildInput} from '../../src/build/engine.ts';
import {createDockerEngine, type DockerEngineOptions} from '../../src/build/engines/docker/docker-engine.ts';
import type {StarterPath} from '../../src/catalog/starter.ts';
import {connectDocker, dockerEndpoint, type DockerHost} from '../../src/docker/connect.ts';
import {openImageStore, type LocalImageStore} from '../../src/image/local-store.ts';
import {readIndex, readManifest} from '../../src/image/read-documents.ts';
import {loadIntoDocker} from '../../src/publish/docker-load.ts';
import {imageForArchitecture} from '../../src/publish/image-content.ts';
import {inputOf, openWorkshop, Recorder, repositoryOf, type LineOf, type Workshop} from '../engine/support/a-line.ts';
import {differencesOf, treeOfLayers} from '../peers/mmdebstrap/file-tree.ts';
import {makeDeb, type Deb} from '../support/deb.ts';
import {startDocker, type DockerDaemon} from '../support/docker-daemon.ts';
import {hostPackages} from '../support/host-packages.ts';
import {describeNeeding, testNeeding} from '../support/needs.ts';
import {startPodman} from '../support/podman-service.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

/*
 * The native engine is the oracle: of one plan, a Docker daemon has to come to the same layers. dpkg, shell and C library are this
 * machine's own packages. Two daemons, on sockets and data roots of their own, serve all tests.
 */
const signal = new AbortController().signal;
const minutes = (count: number) => ({timeout: count * 60_000});

const service = makeDeb({
	name: 'service',
	fields: {Depends: 'base-passwd'},
	files: [
		{path: '/usr/bin/service', content: '#!/bin/sh\necho served\n', mode: 0o755},
		{path: '/etc/service.conf', content: 'port=80\n'},
		{path: '/etc/gone.conf', content: 'of no use\n'},
		{path: '/var/lib/service', directory: true},
	],
	conffiles: ['/etc/service.conf', '/etc/gone.conf'],
	scripts: {
		preinst: '#!/bin/sh\nset -e\ntest -d /srv/service\n',
		postinst:
			'#!/bin/sh\nset -e\necho made > /var/lib/service/state\nchown 42:42 /var/lib/service\nrm /etc/gone.conf\n' +
			'ln /var/lib/service/state /var/lib/service/twin\nchmod 4755 /usr/bin/service\necho key > /etc/service.key\n' +
			'dpkg-divert --local --rename --add /usr/bin/getent >/dev/null\n',
	},
});
const leaf = makeDeb({
	name: 'leaf',
	files: [{path: '/usr/share/leaf', content: 'green'}],
	scripts: {postinst: '#!/bin/sh\nset -e\nrm /var/lib/service/twin\necho more >> /var/lib/service/state\n'},
});
const failing = makeDeb({name: 'failing', scripts: {postinst: '#!/bin/sh\necho about to fail; exit 7\n'}});
/** Long enough for its daemon to be killed meanwhile. */
const slow = makeDeb({
	name: 'slow',
	files: [{path: '/usr/share/slow', content: 'snail'}],
	scripts: {postinst: '#!/bin/sh\necho slowly; n=0; while [ $n -lt 10 ]; do sleep 1; n=$((n + 1)); done\n'},
});

const plain = {owner: '0', group: '0', mode: '0755', link: null} as const;
const paths: readonly StarterPath[] = [
	{...plain, path: '/srv/service', beforeConfigure: true},
	{...plain, path: '/etc/service.d/10-port.conf', mode: '0640', group: 'games', content: 'port=8080\n'},
	{...plain, path: '/etc/service.key', absent: true},
	{...plain, path: '/opt/service', link: '/var/lib/service'},
];
const bundles = [
	{
		name: 'motto',
		version: 1,
		kind: 'files',
		files: [{path: '/etc/motto', mode: 0o640, uid: 0, gid: 65_532, content: Buffer.from('Festina lente.\n')}],
	},
] as const;

describeNeeding(
	'apt',
	'docker',
	'root',
	'user-namespaces',
)('the docker engine', () => {
	let base: readonly Deb[];
	let daemons: readonly DockerDaemon[] = [];
	let hosts: readonly DockerHost[];
	let cacheFolder: string;
	let native: Workshop;

	beforeAll(async () => {
		base = hostPackages(['perl-base', 'netbase'], {mergedUsr: false});
		daemons = await Promise.all([startDocker(), startDocker()]);
		hosts = await Promise.all(daemons.map(async ({host}) => connectDocker(await dockerEndpoint(host))));
		native = await openWorkshop([...base, service, leaf]);
		cacheFolder = join(await temporaryFolder('docker-engine'), 'cache');
	}, 240_000);
	afterAll(() => Promise.all(daemons.map(daemon => daemon.stop())));

	const lineOf = (added: readonly Deb[] = [], more: Partial<LineOf> = {}): LineBuildInput => ({
		...inputOf({starter: [...base, service], added, ...more, line: {paths, ...more.line}}),
		signal,
	});

	async function workshopOf(
		options: Partial<DockerEngineOptions> = {},
		cache = cacheFolder,
	): Promise<{readonly store: LocalImageStore; readonly engine: Engine}> {
		const store = await openImageStore(join(await temporaryFolder('docker-engine'), 'images'));
		const repository = await repositoryOf([...base, service, leaf, failing, slow]);
		const load: DockerEngineOptions['load'] = async (host, descriptor, reference) => {
			const image = await imageForArchitecture(store, descriptor, host.architecture);
			await loadIntoDocker(host, store, image, [reference], {});
		};
		return {store, engine: createDockerEngine({repository, store, cacheFolder: cache}, {hosts, load, ...options})};
	}

	async function layersOf(store: LocalImageStore, built: BuiltLine): Promise<readonly string[]> {
		const [image] = (await readIndex(store, built.manifest)).manifests;
		return (await readManifest(store, image!)).layers.map(({digest}) => digest);
	}

	const containers = async () =>
		(await Promise.all(hosts.map(({docker}) => docker.listContainers({all: true})))).flat().length;

	test('comes to the layers of the native engine, in both variants', minutes(8), async () => {
		const said: string[] = [];
		const docker = await workshopOf();
		for (const variant of ['dev', 'minimal'] as const) {
			const buildOnly = base.map(({name}) => name).filter(name => ['dpkg', 'perl-base', 'tar', 'dash'].includes(name));
			const input = {...lineOf([leaf], {variant, ...(variant === 'minimal' ? {buildOnly} : {})}), bundles};
			const theirs = await layersOf(native.store, await native.engine.buildLine(input, new Recorder()));
			const recorder = new Recorder();
			const ours = await layersOf(docker.store, await docker.engine.buildLine(input, recorder));
			const [ourTree, theirTree] = await Promise.all([
				treeOfLayers(ours.map(digest => docker.store.blobPath(digest as `sha256:${string}`))),
				treeOfLayers(theirs.map(digest => native.store.blobPath(digest as `sha256:${string}`))),
			]);
			expect(differencesOf(ourTree, theirTree)).toEqual([]);
			expect(ourTree.get('etc/service.d/10-port.conf')).toMatch(/^file 0640 0:60 /);
			expect([ourTree.has('etc/service.key'), ourTree.has('etc/motto')]).toEqual([false, true]);
			expect(ours, 'to the bit').toEqual(theirs);
			expect(recorder.phases.map(({phase}) => phase)).toEqual(['fetch', 'unpack', 'configure', 'assemble', 'sbom']);
			said.push(...recorder.lines);
		}
		expect(said).toContain('Setting up leaf (1.0-1) ...');
		expect(await containers(), 'containers left behind').toBe(0);
	});

	test('runs the tests in containers; output and exit codes are logged', minutes(4), async () => {
		const {engine} = await workshopOf();
		const recorder = new Recorder();
		const tests = [
			{run: ['sh', '-c', 'echo is $(id -u); exit 3'], expect: {stdout: 'is 65532', exitCode: 3}},
			{run: ['cat', '/etc/motto'], expect: {stdout: 'Festina'}},
		];
		const input = {...lineOf([leaf], {line: {paths, tests}})};
		await expect(engine.buildLine(input, recorder)).rejects.toMatchObject({
			code: 'build',
			message: expect.stringContaining('ended with 1 instead of 0') as string,
		});
		expect(recorder.lines).toEqual(
			expect.arrayContaining(['is 65532', 'exit code 3', '$ cat /etc/motto', 'exit code 1']),
		);
		expect(await containers()).toBe(0);
	});

	test('two lines at once go to two daemons; images may stay where they were made', minutes(4), async () => {
		const {engine} = await workshopOf({keepAs: ({line}) => `team/web:${line.line}`});
		const names = ['13', '12'];
		await Promise.all(names.map(name => engine.buildLine(lineOf([leaf], {line: {paths, line: name}}), new Recorder())));
		const kept = await Promise.all(
			daemons.map(async daemon => (await daemon.docker('images', '--format={{.Tag}}', 'team/web')).stdout.trim()),
		);
		expect(kept.toSorted()).toEqual(names.toSorted());
		for (const [place, daemon] of daemons.entries()) {
			const {stdout} = await daemon.docker(
				'run',
				'--rm',
				'--network=none',
				`team/web:${kept[place]!}`,
				'/usr/bin/service',
			);
			expect(stdout).toBe('served\n');
		}
	});

	test('a package that cannot be configured fails its line, with its words', minutes(4), async () => {
		const {engine} = await workshopOf();
		const recorder = new Recorder();
		await expect(engine.buildLine(lineOf([failing]), recorder)).rejects.toMatchObject({
			message: expect.stringContaining('script of failing ended with 7. It said: about to fail') as string,
		});
		expect(recorder.lines).toContain('about to fail');
		expect(await containers()).toBe(0);
	});

	test('cancelling ends the container', minutes(4), async () => {
		const {engine} = await workshopOf();
		const cancel = new AbortController();
		const recorder = new Recorder();
		recorder.onLine = line => {
			if (line === 'slowly') cancel.abort();
		};
		const work = engine.buildLine({...lineOf([slow]), signal: cancel.signal}, recorder);
		await expect(work).rejects.toMatchObject({code: 'cancelled'});
		expect(await containers()).toBe(0);
	});

	testNeeding('podman', 'docker-by-hand')(
		'Podman’s service does the same',
		async () => {
			const podman = await startPodman();
			try {
				const host = await connectDocker(await dockerEndpoint(podman.host));
				const podmanCache = await temporaryFolder('docker-engine');
				const {engine, store} = await workshopOf(
					{hosts: [host], keepAs: () => 'team/web:13'},
					join(podmanCache, 'cache'),
				);
				const recorder = new Recorder();
				const tests = [{run: ['/usr/bin/service'], expect: {stdout: 'served'}}];
				const input = {...lineOf([leaf], {line: {paths, tests}}), bundles};
				const ours = await layersOf(store, await engine.buildLine(input, recorder));
				expect(recorder.lines).toEqual(
					expect.arrayContaining(['Setting up leaf (1.0-1) ...', 'served', 'exit code 0']),
				);
				expect(ours).toEqual(await layersOf(native.store, await native.engine.buildLine(input, new Recorder())));
				const {stdout} = await podman.podman('run', '--rm', '--network=none', 'team/web:13', '/usr/bin/service');
				expect(stdout).toBe('served\n');
				expect(await host.docker.listContainers({all: true})).toEqual([]);
			} finally {
				await podman.stop();
			}
		},
		480_000,
	);

	test('a daemon that goes away in the middle: its line moves to another', minutes(6), async () => {
		const {engine, store} = await workshopOf();
		const recorder = new Recorder();
		let isKilled = false;
		recorder.onLine = line => {
			if (line !== 'slowly' || isKilled) return;
			isKilled = true;
			void busyDaemon().then(daemon => daemon.kill());
		};
		const built = await engine.buildLine(lineOf([slow]), recorder);
		const tree = await treeOfLayers(
			(await layersOf(store, built)).map(digest => store.blobPath(digest as `sha256:${string}`)),
		);
		expect(tree.has('usr/share/slow')).toBe(true);
		expect(recorder.lines.join('\n')).toMatch(/docker\.sock failed \(.+\): the line moves to another daemon\./);
		expect(recorder.lines.filter(line => line === 'slowly')).toHaveLength(2);
	});

	async function busyDaemon(): Promise<DockerDaemon> {
		for (const [place, {docker}] of hosts.entries()) {
			if ((await docker.listContainers()).length > 0) return daemons[place]!;
		}
		throw new Error('no daemon has a running container');
	}
});
