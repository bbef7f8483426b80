import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdir, readdir, utimes, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {beforeEach, describe, expect, test} from 'vitest';
import {collectGarbage} from '../../src/app/collect-garbage.ts';
import {createServices, type AllServices} from '../../src/app/create-services.ts';
import {defaultSettings} from '../../state/settings/settings-schema.ts';
import {shareCache, tryCleanCache} from '../../src/build/cache-lock.ts';
import {segmentFormat} from '../../src/build/engines/native/segment.ts';
import {encodeJson} from '../../src/image/canonical-json.ts';
import {imageConfigFile, imageIndex, imageManifest} from '../../src/image/documents.ts';
import {digestOf} from '../../src/image/digest.ts';
import {mediaTypes, type Descriptor} from '../../src/image/oci.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

const longAgo = new Date(Date.now() - 48 * 3_600_000);
const segmentFolder = `cache/segments/v${segmentFormat}`;
const hex = (letter: string) => letter.repeat(64);

let folder: string;
let services: AllServices;

beforeEach(async () => {
	folder = await temporaryFolder('gc');
	services = await createServices({
		env: {SLIPWAY_HOME: folder, SLIPWAY_DEBIAN_MIRROR: 'http://127.0.0.1:9/debian'},
		settings: {...defaultSettings, 'retention.builds': 2},
	});
});

/** An image of one layer that holds the text. */
async function putImage(text: string): Promise<Descriptor> {
	const {store} = services;
	const platform = {architecture: 'amd64', os: 'linux'} as const;
	const layer = await store.put(mediaTypes.layerGzip, Buffer.from(text));
	const config = await store.put(
		mediaTypes.config,
		encodeJson(
			imageConfigFile({
				config: {
					user: '',
					workdir: '',
					entrypoint: [],
					cmd: [],
					env: {},
					ports: [],
					volumes: [],
					stopSignal: null,
					labels: {},
				},
				createdAt: 0,
				platform,
				layers: [{diffId: digestOf(text), createdBy: text}],
			}),
		),
	);
	const manifest = await store.put(
		mediaTypes.manifest,
		encodeJson(imageManifest({config, layers: [layer], annotations: {}})),
	);
	return store.put(mediaTypes.index, encodeJson(imageIndex([{...manifest, platform}])));
}

/** A build of `php`, line 8.4, that ended on that day of January 2026 and made an image, or not. */
async function addBuild(
	day: number,
	{digest, packages = [], running = false}: {digest: string | null; packages?: string[]; running?: boolean},
): Promise<void> {
	const build = `202601${String(day).padStart(2, '0')}-120000-000aaa`;
	const at = `2026-01-${String(day).padStart(2, '0')}T12:00:00.000Z`;
	const line = {
		line: '8.4',
		status: digest ? 'created' : 'failed',
		digest,
		tags: [],
		size: 1,
		traceId: `${build}.8.4`,
		error: null,
	};
	const events = [
		{
			seq: 1,
			at,
			type: 'build/started',
			build,
			image: 'php',
			engine: 'native',
			lines: ['8.4'],
			pid: running ? process.pid : 4_000_000,
			processStart: running ? null : 'gone',
		},
		...(running ? [] : [{seq: 2, at, type: 'build/finished', status: digest ? 'created' : 'failed', lines: [line]}]),
	];
	const place = join(folder, 'data/builds', build);
	await mkdir(place, {recursive: true});
	await writeFile(join(place, 'journal.ndjson'), events.map(event => `${JSON.stringify(event)}\n`).join(''));
	await writeFile(join(place, 'plan.json'), JSON.stringify({lines: [{packages: packages.map(sha256 => ({sha256}))}]}));
}

/** Lets everything that is there be two days old. */
async function makeOld(): Promise<void> {
	for (const part of ['data/images', 'cache']) {
		const entries = await readdir(join(folder, part), {recursive: true});
		for (const entry of entries) await utimes(join(folder, part, entry), longAgo, longAgo);
	}
}

async function addCached(sha256: string): Promise<void> {
	await mkdir(join(folder, 'cache/packages'), {recursive: true});
	await writeFile(join(folder, 'cache/packages', `${sha256}.deb`), 'package');
	for (const name of ['segment.json', 'package.deb']) {
		await mkdir(join(folder, segmentFolder, sha256), {recursive: true});
		await writeFile(join(folder, segmentFolder, sha256, name), name);
	}
}

const tags = async () => (await services.store.list('php')).map(({tag}) => tag).sort();

describe('gc', () => {
	test('older builds lose their images, but those that another tag names', async () => {
		const images = await Promise.all(['one', 'two', 'three', 'four'].map(putImage));
		for (const [at, image] of images.entries()) {
			await addBuild(at + 1, {digest: image.digest});
			await services.store.tag('php', [`8.4.${at}-2026010${at + 1}120000`], image);
		}
		await services.store.tag('php', ['8.4.0'], images[0]!);
		await services.store.tag('php', ['8.4', 'latest'], images[3]!);
		await makeOld();
		const {untagged, freedBytes} = await collectGarbage(services, {dryRun: false});
		expect(untagged).toEqual(['php:8.4.1-20260102120000']);
		expect(freedBytes).toBeGreaterThan(0);
		expect(await tags()).toEqual([
			'8.4',
			'8.4.0',
			'8.4.0-20260101120000',
			'8.4.2-20260103120000',
			'8.4.3-20260104120000',
			'latest',
		]);
		expect(await services.store.has(images[1]!.digest)).toBe(false);
		expect((await collectGarbage(services, {dryRun: false})).freedBytes).toBe(0);
	});

	test('a dry run says the same sizes and changes nothing', async () => {
		const image = await putImage('old');
		await services.store.tag('php', ['8.4.0-20250101120000'], image);
		await addCached(hex('a'));
		await makeOld();
		const said = await collectGarbage(services, {dryRun: true});
		expect(await tags()).toEqual(['8.4.0-20250101120000']);
		const done = await collectGarbage(services, {dryRun: false});
		expect(done).toEqual({...said, dryRun: false});
		expect(done.freedBytes).toBeGreaterThan(0);
		expect(await tags()).toEqual([]);
	});

	test('packages of kept builds stay in the cache; others go', async () => {
		const images = await Promise.all(['one', 'two', 'three'].map(putImage));
		for (const [at, image] of images.entries()) {
			await addBuild(at + 1, {digest: image.digest, packages: [hex('abc'[at]!)]});
		}
		for (const letter of ['a', 'b', 'c', 'd']) await addCached(hex(letter));
		await makeOld();
		await addCached(hex('e'));
		const {parts} = await collectGarbage(services, {dryRun: false});
		expect(await readdir(join(folder, segmentFolder))).toEqual(['b', 'c', 'e'].map(hex));
		expect(await readdir(join(folder, 'cache/packages'))).toEqual(['b', 'c', 'e'].map(name => `${hex(name)}.deb`));
		expect(parts.map(({what}) => what)).toEqual(['images', 'packages', 'segments', 'configured packages']);
	});

	test('beside a build, the cache is left alone, and so are blobs that it put however long ago', async () => {
		const image = await putImage('built by the first line, two days ago');
		await addCached(hex('a'));
		await makeOld();
		await addBuild(1, {digest: null, running: true});
		const release = await shareCache(join(folder, 'data/builds'));
		const {parts, running} = await collectGarbage(services, {dryRun: false});
		release();
		expect(running).toHaveLength(1);
		expect(parts).toHaveLength(1);
		expect(await services.store.has(image.digest)).toBe(true);
		expect(await readdir(join(folder, segmentFolder))).toEqual([hex('a')]);
	});
});

describe('the lock of the cache', () => {
	test('is shared by builds, had alone by gc, and ends with a process that is killed', async () => {
		const builds = join(folder, 'data/builds');
		const module = JSON.stringify(join(import.meta.dirname, '../../src/build/cache-lock.ts'));
		const script = `import(${module}).then(async m => { globalThis.held = await m.tryCleanCache(${JSON.stringify(builds)}); console.log(held !== null); setInterval(() => {}, 1000); });`;
		const cleaner = spawn(process.execPath, ['-e', script], {stdio: ['ignore', 'pipe', 'inherit']});
		const ended = once(cleaner, 'exit');
		try {
			const [said] = (await once(cleaner.stdout, 'data')) as [Buffer];
			expect(said.toString()).toContain('true');
			expect(await tryCleanCache(builds)).toBeNull();
			let isShared = false;
			const sharing = shareCache(builds).then(release => {
				isShared = true;
				return release;
			});
			await new Promise(resolve => setImmediate(resolve));
			expect(isShared).toBe(false);
			cleaner.kill('SIGKILL');
			const [first, second] = [await sharing, await shareCache(builds)];
			expect(await tryCleanCache(builds)).toBeNull();
			first();
			expect(await tryCleanCache(builds)).toBeNull();
			second();
			const release = await tryCleanCache(builds);
			expect(release).not.toBeNull();
			release?.();
		} finally {
			cleaner.kill('SIGKILL');
			await ended;
		}
	});
});
