import {existsSync, readdirSync, readFileSync, truncateSync, writeFileSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {beforeAll, expect, test} from 'vitest';
import type {BuiltLine, LineBuildInput} from '../../src/build/engine.ts';
import {readIndex, readManifest} from '../../src/image/read-documents.ts';
import {makeDeb, type Deb} from '../support/deb.ts';
import {hostPackages} from '../support/host-packages.ts';
import {describeNeeding} from '../support/needs.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {leaveWarmCaches, takeWarmCaches} from '../support/warm-caches.ts';
import {treeOfLayers, type FileTree} from '../peers/mmdebstrap/file-tree.ts';
import {inputOf, openWorkshop, Recorder, type LineOf, type Workshop} from './support/a-line.ts';

/*
 * A real dpkg, shell and C library: this machine's own packages, put together again. Each test changes one thing.
 */
const signal = new AbortController().signal;

async function build(
	workshop: Workshop,
	input: Omit<LineBuildInput, 'signal'>,
	recorder = new Recorder(),
): Promise<BuiltLine> {
	return workshop.engine.buildLine({...input, signal}, recorder);
}

async function layersOf({store}: Workshop, built: BuiltLine): Promise<readonly string[]> {
	const [image] = (await readIndex(store, built.manifest)).manifests;
	return (await readManifest(store, image!)).layers.map(({digest}) => store.blobPath(digest));
}

const treeOf = async (workshop: Workshop, built: BuiltLine): Promise<FileTree> =>
	treeOfLayers(await layersOf(workshop, built));

describeNeeding(
	'apt',
	'root',
	'user-namespaces',
)('the native engine', () => {
	let base: readonly Deb[];
	let workshop: Workshop;
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
			preinst: '#!/bin/sh\nset -e\ntest ! -e /usr/bin/service\n',
			postinst:
				'#!/bin/sh\nset -e\necho made > /var/lib/service/state\nchown 42:42 /var/lib/service\nrm /etc/gone.conf\n' +
				'ln /var/lib/service/state /var/lib/service/twin\nchmod 4755 /usr/bin/service\n' +
				'dpkg-divert --local --rename --add /usr/bin/getent >/dev/null\n',
		},
	});
	const leaf = makeDeb({
		name: 'leaf',
		files: [{path: '/usr/share/leaf', content: 'green'}],
		scripts: {postinst: '#!/bin/sh\nset -e\nrm /var/lib/service/twin\necho more >> /var/lib/service/state\n'},
	});
	const bad = (name: string, postinst: string) =>
		makeDeb({
			name,
			files: [{path: `/usr/share/${name}`, content: name}],
			scripts: {postinst: `#!/bin/sh\n${postinst}\n`},
		});
	const failing = bad('failing', 'echo about to fail; exit 7');
	const hanging = bad('hanging', 'echo hanging; sleep 1000');
	const flooding = bad('flooding', 'head -c 60000000 /dev/zero | tr "\\0" x | fold -w 1000; echo; exit 0');
	const extra = [service, leaf, failing, hanging, flooding];
	const lineOf = (added: readonly Deb[] = [], more: Partial<LineOf> = {}) =>
		inputOf({starter: [...base, service], added, ...more});

	beforeAll(async () => {
		base = hostPackages(['perl-base'], {mergedUsr: false});
		workshop = await openWorkshop([...base, ...extra]);
	});

	test('installs as dpkg does, and the image is what dpkg says', async () => {
		const built = await build(workshop, lineOf());
		await leaveWarmCaches(join(workshop.folder, 'cache'));
		const tree = await treeOf(workshop, built);
		expect(tree.get('usr/bin/service')).toMatch(/^file 4755 0:0/);
		expect(tree.get('var/lib/service')).toBe('directory 0755 42:42');
		expect(tree.get('var/lib/service/twin')).toBe(tree.get('var/lib/service/state'));
		expect(tree.has('etc/service.conf')).toBe(true);
		expect(tree.has('etc/service.conf.dpkg-new')).toBe(false);
		expect(tree.has('etc/gone.conf'), 'removed by a script').toBe(false);
		expect(tree.has('usr/bin/getent.distrib'), 'diverted').toBe(true);
		expect(tree.has('usr/bin/getent')).toBe(false);
		expect(tree.has('usr/sbin/policy-rc.d')).toBe(false);
		expect([...tree.keys()].filter(path => /^(?:tmp|proc|sys|dev)\/./.test(path))).toEqual([]);
		expect(tree.get('bin')).toBe('link 0:0 usr/bin');
	});

	test('puts what is added into a layer of its own, with whiteouts for what is gone', async () => {
		const starter = await layersOf(workshop, await build(workshop, lineOf()));
		const built = await build(workshop, lineOf([leaf]));
		const layers = await layersOf(workshop, built);
		expect(layers[0], 'the starter layer is shared').toBe(starter[0]);
		expect(layers).toHaveLength(2);
		const added = await treeOfLayers(layers.slice(1));
		expect([...added.keys()].filter(path => added.get(path)?.startsWith('file'))).toContain('usr/share/leaf');
		expect(added.has('usr/bin/service'), 'nothing of the starter is repeated').toBe(false);
		const whole = await treeOf(workshop, built);
		expect(whole.has('var/lib/service/twin')).toBe(false);
	});

	test('gives the same digest from cold caches, with one worker, in another folder', async () => {
		const first = await build(workshop, lineOf([leaf]));
		const other = await openWorkshop([...base, ...extra], {workers: 1});
		const second = await build(other, lineOf([leaf]));
		expect(second.manifest.digest).toBe(first.manifest.digest);
	});

	test('does nothing when nothing has changed, and soon', async () => {
		await build(workshop, lineOf([leaf]));
		const recorder = new Recorder();
		const started = performance.now();
		await build(workshop, lineOf([leaf]), recorder);
		expect(performance.now() - started).toBeLessThan(10_000);
		expect(recorder.phases.every(({cached}) => cached)).toBe(true);
	});

	test('makes a segment anew that was altered, and gets the same image', async () => {
		const first = await build(workshop, lineOf([leaf]));
		const segments = join(workshop.folder, 'cache/segments');
		const file = join(segments, readdirSync(segments)[0]!, service.sha256, 'package.deb');
		const bytes = readFileSync(file);
		bytes[bytes.indexOf('echo served')] = 0x45;
		writeFileSync(file, bytes);
		for (const name of ['lines', 'layers']) await rm(join(workshop.folder, 'cache', name), {recursive: true});
		expect((await build(workshop, lineOf([leaf]))).manifest.digest).toBe(first.manifest.digest);
	});

	for (const name of ['member.gz', 'member.json', 'segment.json', 'package.deb']) {
		test(`goes on when ${name} of a segment is gone or cut`, async () => {
			const first = await build(workshop, lineOf([leaf]));
			const segments = join(workshop.folder, 'cache/segments');
			const folder = join(segments, readdirSync(segments)[0]!);
			await rm(join(folder, service.sha256, name));
			truncateSync(join(folder, leaf.sha256, name), 10);
			for (const cache of ['lines', 'layers']) await rm(join(workshop.folder, 'cache', cache), {recursive: true});
			expect((await build(workshop, lineOf([leaf]))).manifest.digest).toBe(first.manifest.digest);
		});
	}

	test('builds again when the whole cache was deleted', async () => {
		const first = await build(workshop, lineOf([leaf]));
		await rm(join(workshop.folder, 'cache'), {recursive: true});
		expect((await build(workshop, lineOf([leaf]))).manifest.digest).toBe(first.manifest.digest);
	});

	test('says which package failed, keeps its output, and leaves nothing half-made', async () => {
		const recorder = new Recorder();
		await expect(build(workshop, lineOf([failing]), recorder)).rejects.toMatchObject({
			code: 'sandbox',
			message: expect.stringMatching(/script of failing ended with/),
		});
		expect(recorder.lines).toContain('about to fail');
		expect(readdirSync(join(workshop.folder, 'cache/rootfs')).filter(name => name.endsWith('.tmp'))).toEqual([]);
	});

	test('ends a script that hangs', async () => {
		const quick = await openWorkshop([...base, ...extra], {timeLimitMs: 20_000}, workshop.folder);
		await expect(build(quick, lineOf([hanging]))).rejects.toMatchObject({
			code: 'sandbox',
			message: expect.stringMatching(/20 s/),
		});
	});

	test('cuts the output of a script that floods it', async () => {
		const recorder = new Recorder();
		await build(workshop, lineOf([flooding]), recorder);
		expect(recorder.lines.join('').length).toBeLessThan(40_000_000);
		expect(recorder.lines).toContain('… further output was left out.');
	});

	test('leaves out of a minimal image what only scripts need', async () => {
		const buildOnly = base.map(({name}) => name).filter(name => !['base-files', 'libc6'].includes(name));
		const built = await build(workshop, lineOf([], {variant: 'minimal', buildOnly}));
		const tree = await treeOf(workshop, built);
		const paths = [...tree.keys()];
		expect(paths.filter(path => /^usr\/s?bin\/(?:dpkg|sh|dash|bash|perl)$/.test(path))).toEqual([]);
		expect(paths.filter(path => path.startsWith('var/lib/dpkg/')).sort()).toEqual(
			['', '/base-files', '/base-files.md5sums', '/libc6', '/libc6.md5sums', '/service', '/service.md5sums']
				.map(name => `var/lib/dpkg/status.d${name}`)
				.sort(),
		);
		expect(tree.get('var/lib/service/state'), 'made by the script of a package in the image').toMatch(/^file/);
		expect(tree.has('etc/passwd')).toBe(true);
		expect(tree.has('etc/os-release')).toBe(true);
		expect(tree.get('tmp')).toBe('directory 1777 0:0');
		expect(tree.get('home/nonroot')).toBe('directory 0700 65532:65532');
	});

	test('two builds of the same line at once make it once', async () => {
		const folder = await temporaryFolder('both');
		await takeWarmCaches(join(folder, 'cache'));
		const both = await openWorkshop([...base, ...extra], {}, folder);
		const again = await openWorkshop([...base, ...extra], {}, both.folder);
		const recorders = [new Recorder(), new Recorder()] as const;
		const [first, second] = await Promise.all([
			build(both, lineOf([leaf]), recorders[0]),
			build(again, lineOf([leaf]), recorders[1]),
		]);
		expect(second.manifest.digest).toBe(first.manifest.digest);
		const setUps = recorders.flatMap(({lines}) => lines.filter(line => line.startsWith('Setting up leaf')));
		expect(setUps).toHaveLength(1);
		expect(existsSync(join(both.folder, 'cache/rootfs'))).toBe(true);
	});
});
