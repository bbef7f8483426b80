import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {gzipSync} from 'node:zlib';
import {beforeEach, describe, expect, test} from 'vitest';
import {encodeJson} from '../../src/image/canonical-json.ts';
import {diffImages} from '../../src/image/diff-images.ts';
import {digestOf} from '../../src/image/digest.ts';
import {attachDocument, imageConfigFile, imageManifest} from '../../src/image/documents.ts';
import {imageFacts, readAttached} from '../../src/image/image-facts.ts';
import {listLayerFiles, mergeLayers} from '../../src/image/image-files.ts';
import {readLayerFile} from '../../src/image/read-layer-file.ts';
import {openImageStore, type LocalImageStore} from '../../src/image/local-store.ts';
import {mediaTypes, type Descriptor} from '../../src/image/oci.ts';
import {spdxDocument} from '../../src/sbom/spdx.ts';
import {sampleInput, sampleLine} from '../sbom/sample-line.ts';
import {mustRun} from '../support/run-program.ts';
import {makeTar, type TarEntry} from '../support/tar-archive.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

let store: LocalImageStore;
beforeEach(async () => {
	store = await openImageStore(await temporaryFolder('store'));
});

const file = (name: string, content: string, facts: Partial<TarEntry> = {}): TarEntry => ({name, content, ...facts});

async function putImage(
	layers: readonly (readonly TarEntry[])[],
	env: Record<string, string> = {},
): Promise<Descriptor> {
	const tars = layers.map(entries => makeTar(entries));
	const blobs = await Promise.all(tars.map(tar => store.put(mediaTypes.layerGzip, gzipSync(tar))));
	const none = {entrypoint: [], cmd: [], ports: [], volumes: [], stopSignal: null, labels: {}};
	const config = await store.put(
		mediaTypes.config,
		encodeJson(
			imageConfigFile({
				config: {user: '65532', workdir: '/', env, ...none},
				createdAt: 1_763_900_000,
				platform: {architecture: 'amd64', os: 'linux'},
				layers: tars.map((tar, index) => ({diffId: digestOf(tar), createdBy: `layer ${index}`})),
			}),
		),
	);
	return store.put(mediaTypes.manifest, encodeJson(imageManifest({config, layers: blobs})));
}

const layer = (tar: Uint8Array, mediaType: string = mediaTypes.layerGzip) =>
	store.put(mediaType, mediaType.endsWith('gzip') ? gzipSync(tar) : tar);

describe('the content of a file', () => {
	const most = {mostBytes: 100};

	test('is that of the last entry of its path, up to a size', async () => {
		const own = await layer(
			makeTar([file('./etc/a', 'first'), file('etc/b', 'b'.repeat(300)), file('etc/a', 'second')]),
		);
		expect((await readLayerFile(store, own, 'etc/a', most))?.content.toString()).toBe('second');
		const long = await readLayerFile(store, own, 'etc/b', most);
		expect([long?.content.length, long?.sizeBytes]).toEqual([100, 300]);
	});

	test('is null where the layer has no such file', async () => {
		const own = await layer(
			makeTar([
				{name: 'etc/', kind: 'directory'},
				{name: 'etc/c', kind: 'symlink', target: 'a'},
			]),
		);
		for (const path of ['etc', 'etc/c', 'etc/none']) expect(await readLayerFile(store, own, path, most)).toBeNull();
	});
});

describe('files of a layer', () => {
	test('are listed with all that a tar says of them', async () => {
		const long = `usr/share/${'deep/'.repeat(40)}file`;
		const tar = makeTar([
			{name: './usr/', kind: 'directory', mode: 0o755},
			file('./usr/tool', 'hello', {mode: 0o4755, uid: 1, gid: 70_000, mtime: 1_700_000_000}),
			{name: 'usr/link', kind: 'symlink', target: 'tool'},
			{name: 'usr/hard', kind: 'hardlink', target: './usr/tool'},
			{name: 'dev/null', kind: 'character-device'},
			file(long, 'x'),
			file('usr/.wh.gone', ''),
		]);
		const files = await listLayerFiles(store, await layer(tar), {withHashes: true});
		expect(files.map(({path, kind, target}) => [path, kind, target])).toEqual([
			['usr', 'folder', null],
			['usr/tool', 'file', null],
			['usr/link', 'link', 'tool'],
			['usr/hard', 'hard-link', './usr/tool'],
			['dev/null', 'device', null],
			[long, 'file', null],
			['usr/.wh.gone', 'whiteout', null],
		]);
		expect(files[1]).toMatchObject({
			mode: 0o4755,
			uid: 1,
			gid: 70_000,
			sizeBytes: 5,
			modifiedAt: 1_700_000_000,
			sha256: digestOf('hello').slice(7),
		});
	});

	test('of concatenated gzip members and of plain archives are read alike', async () => {
		const tar = makeTar([file('a', 'x'.repeat(5000)), file('b', 'y')]);
		const members = Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700))]);
		const descriptors = [
			await store.put(mediaTypes.layerGzip, members),
			await layer(tar, 'application/vnd.oci.image.layer.v1.tar'),
		];
		for (const descriptor of descriptors) {
			expect((await listLayerFiles(store, descriptor)).map(({path}) => path)).toEqual(['a', 'b']);
		}
	});

	test('of GNU tar’s pax format are read with their long names', async () => {
		const folder = await temporaryFolder('pax');
		const long = `${'very-long-name-'.repeat(12)}é`;
		await mkdir(`${folder}/d`);
		await writeFile(`${folder}/d/${long}`, 'x');
		await mustRun('tar', ['--create', '--format=pax', '--file', `${folder}/x.tar`, '--directory', folder, 'd']);
		const files = await listLayerFiles(store, await layer(await readFile(`${folder}/x.tar`)));
		expect(files.map(({path}) => path)).toEqual(['d', `d/${long}`]);
	});

	test.each([
		['cut off', (tar: Buffer) => tar.subarray(0, 700)],
		['with a wrong sum', (tar: Buffer) => Buffer.concat([Buffer.from('X'), tar.subarray(1)])],
	])('an archive %s is an error with the layer’s name', async (_, spoil) => {
		const descriptor = await layer(spoil(makeTar([file('a', 'x'.repeat(5000))])));
		await expect(listLayerFiles(store, descriptor)).rejects.toMatchObject({code: 'storage'});
	});

	test('a cancelled reading stops', async () => {
		const descriptor = await layer(makeTar([file('a', 'x')]));
		await expect(listLayerFiles(store, descriptor, {signal: AbortSignal.abort()})).rejects.toMatchObject({
			code: 'cancelled',
		});
	});
});

test('layers make a tree: later ones hide, whiteouts remove what is below', async () => {
	const list = async (...entries: TarEntry[]) => listLayerFiles(store, await layer(makeTar(entries)));
	const tree = mergeLayers([
		await list(
			{name: 'etc/', kind: 'directory'},
			file('etc/a', '1'),
			file('etc/b', '1'),
			{name: 'var/', kind: 'directory'},
			file('var/cache/x', '1'),
			{name: 'opt/', kind: 'directory'},
			file('opt/old', '1'),
		),
		await list(
			file('etc/.wh.a', ''),
			file('etc/b', '22'),
			file('var/cache/y', '1'),
			file('var/cache/.wh..wh..opq', ''),
		),
		await list({name: 'opt', kind: 'symlink', target: 'usr'}),
	]);
	expect([...tree.values()].map(({path, sizeBytes}) => `${path} ${sizeBytes}`).toSorted()).toEqual([
		'etc 0',
		'etc/b 2',
		'opt 0',
		'var 0',
		'var/cache/y 1',
	]);
});

describe('the difference between two images', () => {
	test('is in files, configuration, packages and size', async () => {
		const base = [
			{name: 'etc/', kind: 'directory'} as const,
			file('etc/same', '1'),
			file('etc/mode', '1'),
			file('gone', '1'),
		];
		const before = await putImage([base], {PATH: '/usr/bin', OLD: '1'});
		const after = await putImage(
			[base, [file('etc/mode', '1', {mode: 0o600}), file('.wh.gone', ''), file('new', '12'), file('etc/same', '1')]],
			{PATH: '/usr/bin:/opt', NEW: '1'},
		);
		const without = {...sampleLine, packages: sampleLine.packages.slice(1)};
		for (const [image, line] of [
			[before, sampleLine],
			[after, without],
		] as const) {
			await attachDocument(store, image, {
				artifactType: mediaTypes.spdx,
				mediaType: mediaTypes.spdx,
				content: Buffer.from(JSON.stringify(spdxDocument(sampleInput({line})))),
			});
		}
		const diff = await diffImages(store, before, after);
		expect(diff.config).toEqual([
			{field: 'Env.NEW', before: null, after: '1'},
			{field: 'Env.OLD', before: '1', after: null},
			{field: 'Env.PATH', before: '/usr/bin', after: '/usr/bin:/opt'},
		]);
		expect(diff.packages).toEqual([{name: 'php8.4-fpm', before: '1.0-1', after: null}]);
		expect(diff.files?.map(({path, kind, differences}) => [path, kind, ...differences])).toEqual([
			['etc/mode', 'changed', 'mode'],
			['gone', 'removed'],
			['new', 'added'],
		]);
		expect(diff.sizeBytes.after).toBeGreaterThan(diff.sizeBytes.before);
	});

	test('is none for one and the same', async () => {
		const image = await putImage([[file('a', '1')]]);
		expect(await diffImages(store, image, image)).toMatchObject({isSame: true, files: [], config: [], packages: []});
	});

	test('without an SBOM the packages are unknown, not none', async () => {
		const diff = await diffImages(store, await putImage([[file('a', '1')]]), await putImage([[file('a', '2')]]));
		expect(diff.packages).toBeNull();
		expect(diff.files).toMatchObject([{path: 'a', differences: ['content']}]);
	});
});

test('an image tells its layers with their size and origin; documents are read by type', async () => {
	const image = await putImage([[file('a', '1')], [file('b', '2')]]);
	const [facts] = await imageFacts(store, image);
	expect(facts?.layers.map(({createdBy}) => createdBy)).toEqual(['layer 0', 'layer 1']);
	expect(facts?.sizeBytes).toBe(facts?.layers.reduce((sum, {descriptor}) => sum + descriptor.size, 0));
	expect(await readAttached(store, image)).toBeNull();
	await attachDocument(store, image, {artifactType: 'a/b', mediaType: 'a/b', content: Buffer.from('hello')});
	expect(Buffer.from((await readAttached(store, image, 'a/b'))!).toString()).toBe('hello');
});
