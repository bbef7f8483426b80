import {readdirSync, readFileSync} from 'node:fs';
import {readdir, stat} from 'node:fs/promises';
import {getPriority} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {RefreshedSuite} from '../../src/repository/package-index.ts';
import {makeArchiveKey} from '../support/archive-key.ts';
import {makeDeb} from '../support/deb.ts';
import {startDebianRepository, type DebianRepository} from '../support/debian-repository.ts';
import {openTestRepository} from './open-test-repository.ts';

const tool = makeDeb({name: 'tool', version: '1.0-1', fields: {Depends: 'libc6 (>= 2.38), a | b'}});
const toolFixed = makeDeb({name: 'tool', version: '1.0-1+deb13u1'});
const library = makeDeb({name: 'libtool2', architecture: 'all', fields: {Provides: 'tool-api (= 2), tool-any'}});
const hour = 60 * 60 * 1000;
const trixie = {releases: ['trixie'], architectures: ['amd64']} as const;

/** Of each thread of this process: proc_pid_stat(5), field 19. */
function threadNiceness(): readonly number[] {
	return readdirSync('/proc/self/task').flatMap(thread => {
		try {
			const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
			return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
		} catch {
			return []; // It has ended since.
		}
	});
}

let archive: DebianRepository;
beforeEach(async () => {
	archive = await startDebianRepository({suites: {trixie: [tool, library], 'trixie-security': [toolFixed]}});
});
afterEach(() => archive.close());

const outcomes = (suites: readonly RefreshedSuite[]) => suites.map(({suite, outcome}) => `${suite} ${outcome}`);
const trixieAll = (outcome: string) =>
	['trixie', 'trixie-updates', 'trixie-security'].map(suite => `${suite} ${outcome}`);

describe('a refresh', () => {
	test('makes one index of all suites of a release', async () => {
		const {repository} = await openTestRepository(archive);
		expect(outcomes(await repository.refresh(trixie))).toEqual(trixieAll('updated'));
		const index = await repository.openIndex('trixie', 'amd64');
		expect(index.packagesNamed('tool').map(id => `${index.versionOf(id)} ${index.record(id).suite}`)).toEqual([
			'1.0-1+deb13u1 trixie-security',
			'1.0-1 trixie',
		]);
		expect(index.suites.map(({uri}) => uri)).toEqual([archive.mirror, archive.mirror, archive.securityMirror]);
	});

	test('reads all releases and both architectures', async () => {
		const {repository} = await openTestRepository(archive);
		const suites = await repository.refresh({architectures: ['amd64', 'arm64']});
		expect(suites).toHaveLength(18);
		expect(await repository.hasIndexes('arm64')).toBe(true);
		const index = await repository.openIndex('trixie', 'arm64');
		expect(index.packagesNamed('tool')).toEqual([]);
		expect(index.packagesNamed('libtool2')).toHaveLength(1);
	});

	test('compiles in threads that give way to whoever types', async () => {
		const {repository} = await openTestRepository(archive);
		const seen = new Set<number>();
		const refreshed = repository.refresh(trixie).finally(() => clearInterval(watching));
		const watching = setInterval(() => {
			for (const niceness of threadNiceness()) seen.add(niceness);
		}, 1);
		await refreshed;
		expect(Math.max(...seen)).toBeGreaterThanOrEqual(5);
		expect(getPriority()).toBe(Math.min(...seen));
	});

	test('of an unchanged archive costs one conditional request a suite', async () => {
		const {repository} = await openTestRepository(archive);
		await repository.refresh(trixie);
		archive.forgetRequests();
		expect(outcomes(await repository.refresh(trixie))).toEqual(trixieAll('unchanged'));
		expect(archive.requests.map(({path, status}) => `${status} ${path}`).sort()).toEqual([
			'304 debian-security/dists/trixie-security/InRelease',
			'304 debian/dists/trixie-updates/InRelease',
			'304 debian/dists/trixie/InRelease',
		]);
	});

	test('of an unchanged archive that knows no conditional requests writes nothing', async () => {
		const {repository, cacheFolder} = await openTestRepository(archive);
		await repository.refresh(trixie);
		const state = () => stat(join(cacheFolder, 'indexes/trixie/state.json'));
		const before = await state();
		for (const suite of ['trixie', 'trixie-updates', 'trixie-security']) {
			const path = `${suite.endsWith('security') ? 'debian-security' : 'debian'}/dists/${suite}/InRelease`;
			archive.fault(path, {kind: 'replace', body: archive.tree.get(path)!});
		}
		expect(outcomes(await repository.refresh(trixie))).toEqual(trixieAll('unchanged'));
		// Once, to forget the validators.
		const after = await state();
		expect(after.ino).not.toBe(before.ino);
		await repository.refresh(trixie);
		expect((await state()).ino).toBe(after.ino);
	});

	test('fetches the index only of a suite that changed, and the digest tells', async () => {
		const {repository} = await openTestRepository(archive);
		await repository.refresh(trixie);
		const before = (await repository.openIndex('trixie', 'amd64')).digest;
		const newer = makeDeb({name: 'tool', version: '1.0-1+deb13u2'});
		await archive.publish({
			suites: {trixie: [tool, library], 'trixie-security': [newer]},
			date: new Date(Date.now() - hour / 2),
		});
		archive.forgetRequests();
		expect(outcomes(await repository.refresh(trixie))).toEqual([
			'trixie unchanged',
			'trixie-updates unchanged',
			'trixie-security updated',
		]);
		expect(archive.requestsFor(/Packages|by-hash/)).toHaveLength(1);
		const index = await repository.openIndex('trixie', 'amd64');
		expect(index.digest).not.toBe(before);
		expect(index.packagesNamed('tool').map(id => index.versionOf(id))).toEqual(['1.0-1+deb13u2', '1.0-1']);
	});

	test('adds an architecture later without losing the first', async () => {
		const {repository} = await openTestRepository(archive);
		await repository.refresh(trixie);
		await repository.refresh({releases: ['trixie'], architectures: ['arm64']});
		expect((await repository.openIndex('trixie', 'amd64')).packagesNamed('tool')).toHaveLength(2);
		expect((await repository.openIndex('trixie', 'arm64')).packagesNamed('libtool2')).toHaveLength(1);
	});

	test('keeps the architectures that are on disk at one Release', async () => {
		const {repository} = await openTestRepository(archive);
		await repository.refresh({releases: ['trixie'], architectures: ['amd64', 'arm64']});
		const newer = makeDeb({name: 'libtool2', version: '2', architecture: 'all'});
		await archive.publish({suites: {trixie: [newer]}, date: new Date(Date.now() - hour / 2)});
		await repository.refresh(trixie);
		const index = await repository.openIndex('trixie', 'arm64');
		expect(index.packagesNamed('libtool2').map(id => index.versionOf(id))).toEqual(['2']);
	});

	test('tells its progress', async () => {
		const {repository} = await openTestRepository(archive);
		const seen = new Set<string>();
		await repository.refresh({...trixie, onProgress: ({kind, what}) => seen.add(`${kind} ${what}`)});
		expect([...seen]).toContain('download trixie amd64');
		expect([...seen]).toContain('compile trixie amd64');
	});

	test('can be cancelled', async () => {
		const {repository} = await openTestRepository(archive);
		archive.fault('InRelease', {kind: 'stall'});
		const cancel = new AbortController();
		const work = repository.refresh({...trixie, signal: cancel.signal});
		cancel.abort();
		await expect(work).rejects.toMatchObject({code: 'cancelled'});
	});

	test('by several repositories at once over one cache leaves it whole', async () => {
		const {repository, cacheFolder, notices} = await openTestRepository(archive);
		const others = await Promise.all([1, 2, 3].map(() => openTestRepository(archive, {cacheFolder})));
		await Promise.all([repository, ...others.map(one => one.repository)].map(one => one.refresh(trixie)));
		expect((await repository.openIndex('trixie', 'amd64')).packageCount).toBe(3);
		expect(notices).toEqual([]);
		const left = await readdir(join(cacheFolder, 'indexes/trixie'));
		expect(left.filter(name => !name.endsWith('.index'))).toEqual(['state.json']);
	});
});

describe('suites that are not there', () => {
	test('testing goes without updates and security suites', async () => {
		archive.put('debian/dists/forky-updates/InRelease', null);
		archive.put('debian-security/dists/forky-security/InRelease', null);
		const {repository} = await openTestRepository(archive);
		const suites = await repository.refresh({releases: ['forky'], architectures: ['amd64']});
		expect(outcomes(suites)).toEqual(['forky updated', 'forky-updates unavailable', 'forky-security unavailable']);
		expect(suites[1]).toMatchObject({
			state: null,
			reason: expect.stringContaining('There is no suite forky-updates') as string,
		});
		expect((await repository.openIndex('forky', 'amd64')).suites.map(({suite}) => suite)).toEqual(['forky']);
	});

	test('a stable release does not go without its security suite', async () => {
		archive.put('debian-security/dists/trixie-security/InRelease', null);
		const {repository} = await openTestRepository(archive);
		await expect(repository.refresh(trixie)).rejects.toMatchObject({
			code: 'network',
			hint: expect.stringContaining('SLIPWAY_DEBIAN_MIRROR') as string,
		});
		await expect(repository.openIndex('trixie', 'amd64')).rejects.toThrow(/trixie-security/);
	});

	test('one release that is not there leaves the others usable', async () => {
		archive.put('debian/dists/bookworm/InRelease', null);
		const {repository} = await openTestRepository(archive);
		const suites = await repository.refresh({architectures: ['amd64']});
		expect(outcomes(suites)).toContain('bookworm unavailable');
		expect(outcomes(suites)).toContain('trixie updated');
		await expect(repository.openIndex('bookworm', 'amd64')).rejects.toMatchObject({
			code: 'not-found',
			message: expect.stringContaining('There is no suite bookworm at') as string,
		});
	});

	test('security suites merged into the main archive are found there', async () => {
		const merged = archive.tree.get('debian-security/dists/trixie-security/InRelease')!;
		archive.put('debian-security/dists/trixie-security/InRelease', null);
		for (const [path, content] of archive.tree) {
			if (path.startsWith('debian-security/dists/trixie-security'))
				archive.put(path.replace('debian-security/', 'debian/'), content);
		}
		archive.put('debian/dists/trixie-security/InRelease', merged);
		const {repository} = await openTestRepository(archive);
		expect(outcomes(await repository.refresh(trixie))).toEqual(trixieAll('updated'));
	});
});

describe('what is not trusted', () => {
	test('a signature by another key', async () => {
		await archive.publish({suites: {trixie: [tool]}, key: await makeArchiveKey()});
		const {repository} = await openTestRepository(archive);
		await expect(repository.refresh(trixie)).rejects.toMatchObject({
			code: 'verification',
			message: expect.stringMatching(/^trixie\S* cannot be used: it is signed by keys that are not trusted/) as string,
		});
	});

	test('a Release file changed after it was signed', async () => {
		const path = 'debian/dists/trixie/InRelease';
		const text = Buffer.from(archive.tree.get(path)!).toString().replace('Codename: trixie', 'Codename: trixiE');
		archive.put(path, Buffer.from(text));
		const {repository} = await openTestRepository(archive);
		await expect(repository.refresh(trixie)).rejects.toMatchObject({
			code: 'verification',
			message: expect.stringContaining('its signature does not hold') as string,
		});
	});

	test('text outside the signature', async () => {
		const path = 'debian/dists/trixie/InRelease';
		const injected = `Origin: Evil\nCodename: trixie\n\n${Buffer.from(archive.tree.get(path)!).toString()}`;
		archive.put(path, Buffer.from(injected));
		const {repository} = await openTestRepository(archive);
		const result = await repository.refresh(trixie).then(outcomes, (error: unknown) => error);
		if (!Array.isArray(result)) expect(result).toMatchObject({code: 'verification'});
		else expect((await repository.openIndex('trixie', 'amd64')).packagesNamed('tool')).toHaveLength(2);
	});

	test("a captive portal's page", async () => {
		archive.fault('dists/trixie/InRelease', {kind: 'replace', body: '<html>Log in</html>'});
		const {repository} = await openTestRepository(archive);
		await expect(repository.refresh(trixie)).rejects.toMatchObject({
			code: 'verification',
			message: expect.stringContaining('not a signed message') as string,
		});
	});

	test('the Release file of another suite', async () => {
		archive.put('debian/dists/trixie/InRelease', archive.tree.get('debian/dists/bookworm/InRelease')!);
		const {repository} = await openTestRepository(archive);
		await expect(repository.refresh(trixie)).rejects.toThrow('is that of bookworm');
	});

	test('an expired Release file, unless that was asked for by name', async () => {
		const expired = {date: new Date(Date.now() - 48 * hour), validUntil: new Date(Date.now() - 24 * hour)};
		await archive.publish({suites: {trixie: [tool]}, ...expired});
		const {repository} = await openTestRepository(archive);
		await expect(repository.refresh(trixie)).rejects.toMatchObject({
			code: 'verification',
			message: expect.stringContaining('expired on') as string,
			hint: expect.stringContaining('clock') as string,
		});
		const accepting = await openTestRepository(archive, {env: {SLIPWAY_ACCEPT_EXPIRED: 'trixie'}});
		const suites = await accepting.repository.refresh(trixie);
		expect(outcomes(suites)).toEqual(trixieAll('updated'));
		for (const {reason} of suites) expect(reason).toContain('SLIPWAY_ACCEPT_EXPIRED');
	});

	test('a state that has expired since it was fetched is kept, and the reason told', async () => {
		const validUntil = new Date(Date.now() + hour);
		await archive.publish({suites: {trixie: [tool]}, validUntil});
		const {repository, cacheFolder} = await openTestRepository(archive);
		await repository.refresh(trixie);
		const later = await openTestRepository(archive, {cacheFolder, now: () => new Date(Date.now() + 3 * hour)});
		const suites = await later.repository.refresh(trixie);
		expect(outcomes(suites)).toEqual(trixieAll('offline'));
		expect(suites[0]?.reason).toContain('expired');
	});

	test('a Release file from the future: the clock was set back', async () => {
		const {repository} = await openTestRepository(archive, {now: () => new Date(Date.now() - 1000 * hour)});
		await expect(repository.refresh(trixie)).rejects.toMatchObject({
			code: 'verification',
			hint: expect.stringContaining('clock') as string,
		});
	});

	test('an older state than the one at hand', async () => {
		const {repository} = await openTestRepository(archive);
		await repository.refresh(trixie);
		await archive.publish({suites: {trixie: [makeDeb({name: 'old'})]}, date: new Date(Date.now() - 30 * hour)});
		const suites = await repository.refresh(trixie);
		expect(outcomes(suites)).toEqual(trixieAll('offline'));
		expect(suites[0]?.reason).toContain('lags');
		expect((await repository.openIndex('trixie', 'amd64')).packagesNamed('tool')).toHaveLength(2);
	});

	test('without a keyring of its own, an archive that Debian did not sign', async () => {
		const {repository} = await openTestRepository(archive, {keyring: []});
		await expect(repository.refresh(trixie)).rejects.toMatchObject({code: 'verification'});
	});

	test('a redirect to another protocol', async () => {
		archive.fault('dists/trixie/InRelease', {kind: 'redirect', location: 'file:///etc/passwd'});
		const {repository} = await openTestRepository(archive);
		await expect(repository.refresh(trixie)).rejects.toMatchObject({code: 'network'});
	});
});

describe('a mirror that fails', () => {
	test.each([
		['stalls', {kind: 'stall', afterBytes: 40}],
		['resets the connection', {kind: 'reset', afterBytes: 40}],
		['truncates', {kind: 'truncate', afterBytes: 40}],
		['answers 503', {kind: 'status', status: 503}],
	] as const)('%s once: the transfer is tried again', async (_, fault) => {
		archive.fault(/by-hash/, fault, {times: 1});
		archive.fault(/trixie\/InRelease/, fault, {times: 1});
		const {repository} = await openTestRepository(archive);
		expect(outcomes(await repository.refresh(trixie))).toEqual(trixieAll('updated'));
	});

	test('does not keep by-hash copies: the plain name serves', async () => {
		archive.fault(/by-hash/, {kind: 'status', status: 404});
		const {repository} = await openTestRepository(archive);
		expect(outcomes(await repository.refresh(trixie))).toEqual(trixieAll('updated'));
	});

	test('sends an index that does not match its hash', async () => {
		archive.fault(/dists\/trixie\/main/, {kind: 'corrupt'});
		const {repository, cacheFolder} = await openTestRepository(archive);
		await expect(repository.refresh(trixie)).rejects.toMatchObject({
			code: 'verification',
			message: expect.stringContaining('is not that file') as string,
		});
		const left = await readdir(join(cacheFolder, 'indexes/trixie'));
		expect(left).toEqual(['state.json']);
	});

	test('moves to a new index in the middle: the refresh starts over', async () => {
		const next = makeDeb({name: 'tool', version: '2.0-1'});
		archive.fault(
			/dists\/trixie\/main\/.*by-hash/,
			{
				kind: 'before',
				run: async ({path}) => {
					await archive.publish({suites: {trixie: [next]}, date: new Date(Date.now() - hour / 2)});
					archive.put(path, null);
				},
			},
			{times: 1},
		);
		const {repository} = await openTestRepository(archive);
		await repository.refresh(trixie);
		const index = await repository.openIndex('trixie', 'amd64');
		expect(index.packagesNamed('tool').map(id => index.versionOf(id))).toContain('2.0-1');
	});

	test('is not there at all: the state at hand serves', async () => {
		const {repository} = await openTestRepository(archive);
		await repository.refresh(trixie);
		archive.fault('InRelease', {kind: 'status', status: 503});
		const suites = await repository.refresh(trixie);
		expect(outcomes(suites)).toEqual(trixieAll('offline'));
		expect(suites[0]?.reason).toMatch(/could not be fetched: the server answered 503/);
		expect((await repository.openIndex('trixie', 'amd64')).packageCount).toBe(3);
	});

	test('is not there and there is no state', async () => {
		const {repository} = await openTestRepository(null, {mirror: 'http://127.0.0.1:9/debian'});
		await expect(repository.refresh(trixie)).rejects.toMatchObject({
			code: 'network',
			message: expect.stringContaining('the connection was refused') as string,
			hint: expect.stringContaining('--mirror') as string,
		});
	});

	test('never appears in messages with its password', async () => {
		const {repository} = await openTestRepository(null, {mirror: 'http://user:secret@127.0.0.1:9/debian'});
		const error: unknown = await repository.refresh(trixie).catch((thrown: unknown) => thrown);
		expect(JSON.stringify(error) + String(error)).not.toContain('secret');
		expect(String(error)).toContain('127.0.0.1:9/debian');
	});
});
