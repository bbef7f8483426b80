import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdir, readFile, rm, stat, truncate, utimes, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {encodeJson} from '../../src/image/canonical-json.ts';
import {digestOf} from '../../src/image/digest.ts';
import {attachDocument, imageConfigFile, imageIndex, imageManifest} from '../../src/image/documents.ts';
import {openImageStore, type LocalImageStore} from '../../src/image/local-store.ts';
import {mediaTypes, type Descriptor} from '../../src/image/oci.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

const amd64 = {architecture: 'amd64', os: 'linux'} as const;
const runConfig = {
	user: '65532',
	workdir: '/app',
	entrypoint: ['/usr/bin/tini', '--'],
	cmd: [],
	env: {PATH: '/usr/bin', APP: 'x'},
	ports: ['9000/tcp'],
	volumes: [],
	stopSignal: null,
	labels: {},
};

let folder: string;
let problems: string[];

beforeEach(async () => {
	folder = await temporaryFolder('store');
	problems = [];
});
afterEach(() => rm(folder, {recursive: true}));

const open = (graceMs = 0) => openImageStore(folder, {graceMs, onProblem: text => problems.push(text)});

async function putImage(store: LocalImageStore, content: string): Promise<Descriptor> {
	const layer = await store.put(mediaTypes.layerGzip, Buffer.from(content));
	const config = await store.put(
		mediaTypes.config,
		encodeJson(
			imageConfigFile({
				config: runConfig,
				createdAt: 1_700_000_000,
				platform: amd64,
				layers: [{diffId: layer.digest, createdBy: 'starter'}],
			}),
		),
	);
	return store.put(mediaTypes.manifest, encodeJson(imageManifest({config, layers: [layer]})));
}

describe('documents', () => {
	test('a configuration has only what is set, variables in order', () => {
		const file = imageConfigFile({config: runConfig, createdAt: 1_700_000_000, platform: amd64, layers: []});
		expect(file).toEqual({
			created: '2023-11-14T22:13:20Z',
			architecture: 'amd64',
			os: 'linux',
			config: {
				User: '65532',
				WorkingDir: '/app',
				Entrypoint: ['/usr/bin/tini', '--'],
				Env: ['APP=x', 'PATH=/usr/bin'],
				ExposedPorts: {'9000/tcp': {}},
			},
			rootfs: {type: 'layers', diff_ids: []},
			history: [],
		});
	});

	test('equal values have one spelling', () => {
		expect(digestOf(encodeJson({b: 1, a: [{d: undefined, c: 'é'}]}))).toBe(digestOf('{"a":[{"c":"é"}],"b":1}'));
	});
});

describe('blobs', () => {
	test('are stored once, under their digest', async () => {
		const store = await open();
		const first = await store.put('text/plain', Buffer.from('hello'));
		expect(await store.put('text/plain', Buffer.from('hello'))).toEqual(first);
		expect(Buffer.from(await store.read(first.digest)).toString()).toBe('hello');
		expect(await readdir(join(folder, 'unfinished'))).toEqual([]);
	});

	test('a finished file is taken over', async () => {
		const store = await open();
		const file = join(folder, 'layer.tmp');
		await writeFile(file, 'layer');
		const descriptor = await store.adopt(mediaTypes.layerGzip, file, digestOf('layer'), 5);
		expect(await store.has(descriptor.digest)).toBe(true);
		await expect(readFile(file)).rejects.toThrow('ENOENT');
	});

	test('an altered blob is refused, and mended by storing it again', async () => {
		const store = await open();
		const {digest} = await store.put('text/plain', Buffer.from('hello'));
		await truncate(store.blobPath(digest), 2);
		await expect(store.read(digest)).rejects.toMatchObject({code: 'verification'});
		await store.put('text/plain', Buffer.from('hello'));
		expect(Buffer.from(await store.read(digest)).toString()).toBe('hello');
	});

	test('a digest that is a path is refused', async () => {
		const store = await open();
		await expect(store.read('sha256:../../index.json')).rejects.toMatchObject({code: 'bad-input'});
	});
});

describe('tags', () => {
	test('move together, and are listed by image', async () => {
		const store = await open();
		const [old, fresh] = [await putImage(store, 'old'), await putImage(store, 'fresh')];
		await store.tag('php-api', ['8', '8.4', 'latest'], old);
		await store.tag('web', ['latest'], old);
		await store.tag('php-api', ['8', 'latest'], fresh);
		expect((await store.list('php-api')).map(({tag, descriptor}) => [tag, descriptor.digest])).toEqual([
			['8', fresh.digest],
			['8.4', old.digest],
			['latest', fresh.digest],
		]);
		await store.untag('php-api', ['8.4']);
		expect(await store.resolve('php-api', '8.4')).toBeNull();
		await store.untag('php-api');
		expect((await store.list()).map(({name, tag}) => `${name}:${tag}`)).toEqual(['web:latest']);
	});

	test.each([
		['../x', 'latest'],
		['php', 'a:b'],
		['php', ''],
		['php:x', 'y'],
	])('the name %j with tag %j is refused', async (name, tag) => {
		const store = await open();
		await expect(store.tag(name, [tag], await putImage(store, 'x'))).rejects.toMatchObject({code: 'bad-input'});
	});

	test('an image that is not there cannot be tagged', async () => {
		const store = await open();
		const missing = {mediaType: mediaTypes.manifest, digest: digestOf('missing'), size: 7};
		await expect(store.tag('php', ['latest'], missing)).rejects.toThrow('has no');
	});

	test('many processes tag at once and none is lost', async () => {
		const store = await open();
		const image = await putImage(store, 'x');
		const script = `
			import {openImageStore} from ${JSON.stringify(join(import.meta.dirname, '../../src/image/local-store.ts'))};
			const store = await openImageStore(process.argv[1]);
			for (let n = 0; n < 10; n++) await store.tag('php', [process.argv[2] + '-' + n], ${JSON.stringify(image)});
		`;
		const children = ['a', 'b', 'c'].map(name =>
			spawn(process.execPath, ['--input-type=module', '-e', script, folder, name], {stdio: 'inherit'}),
		);
		const codes = await Promise.all(children.map(async child => (await once(child, 'exit'))[0] as number));
		expect(codes).toEqual([0, 0, 0]);
		expect(await store.list('php')).toHaveLength(30);
	});

	test('the lock of a dead process does not stop anyone', async () => {
		const store = await open();
		await writeFile(
			join(folder, 'index.json.lock'),
			JSON.stringify({pid: 4_000_000, startedAt: 'boot/1', namespace: await namespaceHere(), nonce: 'x'}),
		);
		await store.tag('php', ['latest'], await putImage(store, 'x'));
		expect(await store.list('php')).toHaveLength(1);
		expect(await readdir(folder)).not.toContain('index.json.lock');
	});
});

async function namespaceHere(): Promise<string> {
	const {readlink} = await import('node:fs/promises');
	return readlink('/proc/self/ns/pid');
}

test.each(['', '{"schemaVersion":2,"manifests":[{"mediaTy', '{"manifests":"mine"}', '[]'])(
	'an index.json that holds %j is moved aside and reported',
	async content => {
		await open();
		await writeFile(join(folder, 'index.json'), content);
		const store = await open();
		expect(await store.list()).toEqual([]);
		expect(problems).toEqual([expect.stringContaining('moved to')]);
		await store.tag('php', ['latest'], await putImage(store, 'x'));
		expect((await readdir(folder)).filter(name => name.includes('damaged'))).toHaveLength(1);
	},
);

test('a torn index.json costs no tag: its copy has them all', async () => {
	const store = await open();
	await store.tag('php', ['8.4', 'latest'], await putImage(store, 'x'));
	const before = await store.list();
	await writeFile(join(folder, 'index.json'), '{"schemaVersion":2,"manifests":[{"mediaTy');
	expect(await (await open()).list()).toEqual(before);
	expect(problems).toEqual([expect.stringContaining('all tags were restored')]);
	await rm(join(folder, 'index.json'));
	expect(await (await open()).list()).toEqual(before);
});

test('a blob that was altered is not whole, is removed, and can be put again', async () => {
	const store = await open();
	const {digest} = await store.put('text/plain', Buffer.from('content'));
	expect(await store.hasWhole(digest)).toBe(true);
	await writeFile(store.blobPath(digest), 'contenu');
	expect(await store.hasWhole(digest)).toBe(false);
	expect(await store.has(digest)).toBe(false);
	await store.put('text/plain', Buffer.from('content'));
	await writeFile(store.blobPath(digest), 'contenu');
	await store.put('text/plain', Buffer.from('content'));
	expect(await store.hasWhole(digest)).toBe(true);
});

test('a blob with the stamp of before is not read again; any change gives it another', async () => {
	const store = await open();
	const {digest} = await store.put('text/plain', Buffer.from('content'));
	const stamp = (await store.stampIfWhole(digest))!;
	expect(await store.stampIfWhole(digest, stamp)).toBe(stamp);
	// Same size, same time of change as far as a program can set it.
	const {atime, mtime} = await stat(store.blobPath(digest));
	await writeFile(store.blobPath(digest), 'contenu');
	await utimes(store.blobPath(digest), atime, mtime);
	expect(await store.stampIfWhole(digest, stamp)).toBeNull();
	expect(await store.has(digest)).toBe(false);
});

test('a blob that is only looked at stays young', async () => {
	const store = await open();
	const {digest} = await store.put('text/plain', Buffer.from('content'));
	const longAgo = new Date(Date.now() - 30 * 60 * 1000);
	await utimes(store.blobPath(digest), longAgo, longAgo);
	const stamp = (await store.stampIfWhole(digest))!;
	await utimes(store.blobPath(digest), longAgo, longAgo);
	expect(await store.stampIfWhole(digest, stamp)).not.toBeNull();
	expect(Date.now() - (await stat(store.blobPath(digest))).mtimeMs).toBeLessThan(60_000);
});

describe('referrers', () => {
	test('are found by their subject, and go with it', async () => {
		const store = await open();
		const image = await putImage(store, 'x');
		await store.tag('php', ['latest'], image);
		const sbom = await attachDocument(store, image, {
			artifactType: mediaTypes.spdx,
			mediaType: mediaTypes.spdx,
			content: Buffer.from('{}'),
			annotations: {'org.opencontainers.image.created': '2023-11-14T22:13:20Z'},
		});
		expect(await store.referrers(image.digest)).toEqual([sbom]);
		expect(await store.collectGarbage()).toBe(0);
		await store.untag('php');
		expect(await store.collectGarbage()).toBeGreaterThan(0);
		expect(await store.referrers(image.digest)).toEqual([]);
		expect(await store.sizeBytes()).toBe(0);
	});
});

describe('garbage', () => {
	test('what a tag reaches stays, through an index; the rest goes', async () => {
		const store = await open();
		const [kept, left] = [await putImage(store, 'kept'), await putImage(store, 'left')];
		const index = await store.put(mediaTypes.index, encodeJson(imageIndex([{...kept, platform: amd64}])));
		await store.tag('php', ['latest'], index);
		await store.collectGarbage();
		expect([await store.has(kept.digest), await store.has(digestOf('kept'))]).toEqual([true, true]);
		expect([await store.has(left.digest), await store.has(digestOf('left'))]).toEqual([false, false]);
	});

	test('what a build asks to keep stays, with its layers', async () => {
		const store = await open();
		const image = await putImage(store, 'kept');
		expect(await store.collectGarbage([image.digest])).toBe(0);
		expect(await store.has(digestOf('kept'))).toBe(true);
	});

	test('young blobs of a running build stay', async () => {
		const store = await open(60_000);
		await putImage(store, 'kept');
		expect(await store.collectGarbage()).toBe(0);
	});
});
