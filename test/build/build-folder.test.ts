import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync, statSync} from 'node:fs';
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {
	buildFolderOf,
	createBuildFolder,
	findBuild,
	listBuildIds,
	outlineOf,
	readBuildInput,
} from '../../src/build/build-folder.ts';
import {buildTagOf, isBuildId, newBuildId, parseTraceId, traceIdOf} from '../../src/build/build-id.ts';
import {lockImage} from '../../src/build/image-lock.ts';
import {isRunning, ownIdentity, type ProcessIdentity} from '../../src/build/process-identity.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {aLine, aPlan} from './a-plan.ts';
import {begunBuild} from './begun-build.ts';

const request = {lines: null, engine: 'native', concealedVariables: [], parallelLines: 1} as const;

/** A build whose builder is the given process; `end` is what the journal ends with. */
async function madeBuild(builds: string, owner: ProcessIdentity, end?: 'created', image = 'web') {
	const {paths, journal} = await begunBuild(builds, [aLine('1')], {image, builder: owner});
	if (end) journal.append({type: 'build/finished', status: end, lines: []});
	journal.close();
	return paths;
}

describe('identifiers', () => {
	test('text order is time order, and no two are the same', () => {
		const ids = [0, 1, 2].map(ms => newBuildId(new Date(Date.UTC(2026, 10, 23, 12, 0, 0, ms))));
		expect([...ids].sort()).toEqual(ids);
		expect(ids[1]).toMatch(/^20261123-120000-001[0-9a-z]{3}$/);
		expect(ids.every(isBuildId)).toBe(true);
		expect(new Set(Array.from({length: 20}, () => newBuildId(new Date(0)))).size).toBeGreaterThan(15);
	});

	test('a trace ID names its build and line', () => {
		const trace = traceIdOf('20261123-120000-001abc', '8.4');
		expect(parseTraceId(trace)).toEqual({build: '20261123-120000-001abc', line: '8.4'});
		expect(parseTraceId('8.4')).toBeNull();
	});

	test('a build tag is a tag as registries allow it', () => {
		expect(buildTagOf('8.4.28', '20261123-120000-001abc')).toBe('8.4.28-20261123120000');
		expect(buildTagOf('1:2~rc1+x', '20261123-120000-001abc')).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/);
	});
});

describe('a process', () => {
	test('is told from a later one with the same number', () => {
		const own = ownIdentity();
		expect(isRunning(own)).toBe(true);
		expect(isRunning({...own, start: '1@00000000'})).toBe(false);
	});

	test('is not running once it was killed', async () => {
		const child = spawn('sleep', ['600']);
		const identity = {pid: child.pid!, start: null};
		expect(isRunning(identity)).toBe(true);
		child.kill('SIGKILL');
		await once(child, 'exit');
		expect(isRunning(identity)).toBe(false);
	});
});

describe('a build folder', () => {
	test('holds plan and request, readable by its owner alone', async () => {
		const builds = await temporaryFolder('builds');
		const plan = aPlan([aLine('1')]);
		const paths = await createBuildFolder(builds, plan, request);
		expect(await readBuildInput(paths)).toEqual({plan, request});
		expect(statSync(paths.folder).mode & 0o077).toBe(0);
		expect(statSync(paths.plan).mode & 0o077).toBe(0);
	});

	test('a torn plan is said to be one', async () => {
		const builds = await temporaryFolder('builds');
		const paths = await createBuildFolder(builds, aPlan([]), request);
		await writeFile(paths.plan, readFileSync(paths.plan).subarray(0, 10));
		await expect(readBuildInput(paths)).rejects.toThrow(/plan of build .* cannot be read/);
	});

	test('tells a build that runs from one that was interrupted and one that ended', async () => {
		const builds = await temporaryFolder('builds');
		const builder = spawn('sleep', ['600']);
		const running = await madeBuild(builds, {pid: builder.pid!, start: null});
		expect((await outlineOf(running)).status).toBe('in progress');
		builder.kill('SIGKILL');
		await once(builder, 'exit');
		expect((await outlineOf(running)).status).toBe('interrupted');
		const ended = await madeBuild(builds, ownIdentity(), 'created');
		expect(await outlineOf(ended)).toMatchObject({status: 'created', image: 'web'});
	});

	test('a build whose journal was never begun is interrupted once its builder had time for it, and knows its image', async () => {
		const builds = await temporaryFolder('builds');
		const paths = await createBuildFolder(builds, aPlan([]), request);
		expect((await outlineOf(paths)).status).toBe('in progress');
		expect(await outlineOf(paths, Date.now() + 60_000)).toMatchObject({
			status: 'interrupted',
			image: 'web',
			finishedAt: null,
		});
	});
});

describe('finding a build', () => {
	test('by ID, trace ID, the beginning of an ID, and the image’s name', async () => {
		const builds = await temporaryFolder('builds');
		const {build} = await madeBuild(builds, ownIdentity(), 'created', 'web');
		const newer = await madeBuild(builds, ownIdentity(), 'created', 'api');
		expect((await findBuild(builds, build)).paths.build).toBe(build);
		expect(await findBuild(builds, `${build}.8.4`)).toEqual({paths: buildFolderOf(builds, build), line: '8.4'});
		expect((await findBuild(builds, build.slice(0, -1))).paths.build).toBe(build);
		expect((await findBuild(builds, 'api')).paths.build).toBe(newer.build);
		expect(await listBuildIds(builds)).toEqual([build, newer.build].sort().toReversed());
	});

	test('refuses what begins several builds, and what names none', async () => {
		const builds = await temporaryFolder('builds');
		await madeBuild(builds, ownIdentity());
		await madeBuild(builds, ownIdentity());
		await expect(findBuild(builds, '2')).rejects.toThrow(/2 builds begin with/);
		await expect(findBuild(builds, 'nothing')).rejects.toThrow(/no build “nothing”/);
	});

	test('foreign folders among the builds are left alone', async () => {
		const builds = await temporaryFolder('builds');
		await mkdir(join(builds, 'foreign'));
		expect(await listBuildIds(builds)).toEqual([]);
	});
});

describe('the lock of an image', () => {
	test('is free again when its process was killed', async () => {
		const builds = await temporaryFolder('builds');
		const script = `
			const {lockImage} = await import(${JSON.stringify(new URL('../../src/build/image-lock.ts', import.meta.url).href)});
			await lockImage(${JSON.stringify(builds)}, 'web');
			console.log('locked');
			setInterval(() => {}, 1000);
		`;
		const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		await once(holder.stdout, 'data');
		let hasWaited = false;
		const release = await lockImage(builds, 'web', {
			onWait: () => {
				hasWaited = true;
				holder.kill('SIGKILL');
			},
		});
		expect(hasWaited).toBe(true);
		release();
	});

	test('is one for every image', async () => {
		const builds = await temporaryFolder('builds');
		const releases = [await lockImage(builds, 'web'), await lockImage(builds, 'api')];
		for (const release of releases) release();
	});
});
