import {beforeAll, expect, test} from 'vitest';
import type {BundleContent} from '../../src/build/engine.ts';
import {readConfig, readIndex, readManifest} from '../../src/image/read-documents.ts';
import {makeDeb, type Deb} from '../support/deb.ts';
import {makeCertificate} from '../support/certificates.ts';
import {hostPackages} from '../support/host-packages.ts';
import {describeNeeding} from '../support/needs.ts';
import {treeOfLayers, type FileTree} from '../peers/mmdebstrap/file-tree.ts';
import {inputOf, openWorkshop, Recorder, type Workshop} from './support/a-line.ts';

const pem = makeCertificate('Corporation Root').certificate;

const authority = (version = 1): BundleContent => ({
	name: 'corp-ca',
	version,
	kind: 'certificates',
	files: [
		{
			path: '/usr/local/share/ca-certificates/corp-ca/root.crt',
			mode: 0o644,
			uid: 0,
			gid: 0,
			content: Buffer.from(pem),
		},
	],
});

const files = (text: string): BundleContent => ({
	name: 'conf',
	version: 1,
	kind: 'files',
	files: [{path: '/etc/tool/tool.conf', mode: 0o640, uid: 0, gid: 42, content: Buffer.from(text)}],
});

/** A build installs a whole root by dpkg: on a busy machine that takes its time. */
const timeout = 600_000;

describeNeeding(
	'apt',
	'root',
	'user-namespaces',
)('file bundles', () => {
	let workshop: Workshop;
	let base: readonly Deb[];
	/** The layers without a bundle: what every test compares with. */
	let plain: readonly string[];
	const tool = makeDeb({name: 'tool', files: [{path: '/etc/tool/tool.conf', content: 'as packaged'}]});

	async function layersWith(
		bundles: readonly BundleContent[],
		buildOnly: readonly string[] = [],
	): Promise<readonly string[]> {
		const input = {...inputOf({starter: [...base, tool], buildOnly}), bundles, signal: new AbortController().signal};
		const built = await workshop.engine.buildLine(input, new Recorder());
		const [image] = (await readIndex(workshop.store, built.manifest)).manifests;
		return (await readManifest(workshop.store, image!)).layers.map(({digest}) => workshop.store.blobPath(digest));
	}

	const treeWith = async (bundles: readonly BundleContent[], buildOnly?: readonly string[]): Promise<FileTree> =>
		treeOfLayers(await layersWith(bundles, buildOnly));

	beforeAll(async () => {
		base = hostPackages(['perl-base', 'ca-certificates', 'openssl']);
		workshop = await openWorkshop([...base, tool]);
		plain = await layersWith([]);
	}, timeout);

	test('of files lie over what packages have there, in a layer of their own', {timeout}, async () => {
		const layers = await layersWith([files('as we want it')]);
		expect(layers.slice(0, plain.length)).toEqual(plain);
		expect(layers).toHaveLength(plain.length + 1);
		const [before, after] = [await treeOfLayers(plain), await treeOfLayers(layers)];
		expect(after.get('etc/tool/tool.conf')).toMatch(/^file 0640 0:42/);
		const changed = [...after.keys()].filter(path => after.get(path) !== before.get(path));
		expect(changed).toEqual(['etc/tool/tool.conf']);
	});

	test('tell what they replace, and the image which versions it has', {timeout}, async () => {
		const input = {...inputOf({starter: [...base, tool]}), signal: new AbortController().signal};
		const recorder = new Recorder();
		const bundles = [files('one'), {...files('two'), name: 'more', version: 3}];
		const built = await workshop.engine.buildLine({...input, bundles}, recorder);
		expect(recorder.lines.filter(line => line.includes('bundle'))).toEqual([
			'The bundle conf replaces /etc/tool/tool.conf of the package tool.',
			'The bundle more replaces /etc/tool/tool.conf of the package tool.',
			'The bundle more replaces /etc/tool/tool.conf of the bundle conf.',
		]);
		const [image] = (await readIndex(workshop.store, built.manifest)).manifests;
		const {history} = await readConfig(workshop.store, await readManifest(workshop.store, image!));
		expect(history.at(-1)?.created_by).toBe('slipway: file bundles conf 1, more 3');
	});

	test('do not take the place of a folder', {timeout}, async () => {
		const input = {...inputOf({starter: [...base, tool]}), signal: new AbortController().signal};
		const [file] = files('x').files;
		const bundles = [{...files('x'), files: [{...file!, path: '/etc/tool'}]}];
		await expect(workshop.engine.buildLine({...input, bundles}, new Recorder())).rejects.toMatchObject({
			code: 'bad-input',
			message: 'The bundle conf has a file /etc/tool, which is a folder of the package tool.',
		});
	});

	test('of certificates are trusted', {timeout}, async () => {
		const [before, after] = [await treeOfLayers(plain), await treeWith([authority()])];
		const changed = [...after.keys()].filter(path => after.get(path) !== before.get(path));
		expect(new Set(changed.map(path => path.replace(/[0-9a-f]{8}\.0$/, 'HASH.0')))).toEqual(
			new Set([
				'etc/ssl/certs/HASH.0',
				'etc/ssl/certs/ca-certificates.crt',
				'etc/ssl/certs/root.pem',
				'usr/local/share/ca-certificates/corp-ca',
				'usr/local/share/ca-certificates/corp-ca/root.crt',
			]),
		);
	});

	test('of certificates are trusted where the image has no ca-certificates', {timeout}, async () => {
		const without = base.filter(({name}) => name !== 'base-files').map(({name}) => name);
		const after = await treeWith([authority()], without);
		expect(after.get('etc/ssl/certs/ca-certificates.crt')).toMatch(/^file 0644 0:0/);
	});
});
