import {readdir, readFile, rename, truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {PackageIndex, PackageSource} from '../../src/repository/package-index.ts';
import {makeDeb} from '../support/deb.ts';
import {startDebianRepository, type DebianRepository} from '../support/debian-repository.ts';
import {openTestRepository, type OpenedRepository} from './open-test-repository.ts';

const noise = (seed: number, size: number) =>
	Buffer.from(Array.from({length: size}, (_, at) => (at * seed * 7 + (at >> 3)) & 255));
const big = makeDeb({name: 'big', compression: 'none', files: [{path: '/usr/share/big', content: noise(3, 300_000)}]});
const small = Array.from({length: 20}, (_, number) => makeDeb({name: `small${number}`, version: `1:${number}.0-1`}));
const fix = makeDeb({name: 'fix', version: '1.0-1+deb13u1'});

let archive: DebianRepository;
let opened: OpenedRepository;
let index: PackageIndex;
beforeEach(async () => {
	archive = await startDebianRepository({suites: {trixie: [big, ...small], 'trixie-security': [fix]}});
	opened = await openTestRepository(archive);
	await opened.repository.refresh({releases: ['trixie'], architectures: ['amd64']});
	index = await opened.repository.openIndex('trixie', 'amd64');
	archive.forgetRequests();
});
afterEach(() => archive.close());

const source = (name: string): PackageSource => index.record(index.packagesNamed(name)[0]!);
const poolOf = (name: string) => new RegExp(`/${name}_`);

describe('package files', () => {
	test('come verified from the archive of their suite, once', async () => {
		const wanted = ['big', 'fix', 'small1', 'small1'].map(source);
		const progress: {doneBytes: number; totalBytes: number}[] = [];
		const files = await opened.repository.fetchPackages(wanted, {onProgress: done => progress.push(done)});
		expect([...files.keys()].sort()).toEqual([big, fix, small[1]!].map(deb => deb.sha256).sort());
		for (const deb of [big, fix, small[1]!]) expect(await readFile(files.get(deb.sha256)!)).toEqual(deb.bytes);
		const totalBytes = big.sizeBytes + fix.sizeBytes + small[1]!.sizeBytes;
		expect(progress.at(-1)).toEqual({doneBytes: totalBytes, totalBytes});
		expect(archive.requestsFor(poolOf('fix'))[0]?.path).toBe(
			'debian-security/pool/updates/main/f/fix/fix_1.0-1+deb13u1_amd64.deb',
		);

		archive.forgetRequests();
		await opened.repository.fetchPackages(wanted);
		expect(archive.requests).toEqual([]);
	});

	test('come at most eight at a time', async () => {
		let running = 0;
		let most = 0;
		archive.fault(/small/, {
			kind: 'before',
			run: async () => {
				most = Math.max(most, ++running);
				await new Promise(resolve => setImmediate(resolve));
				running--;
			},
		});
		const files = await opened.repository.fetchPackages(small.map(deb => source(deb.name)));
		expect(files.size).toBe(20);
		expect(most).toBeGreaterThan(1);
		expect(most).toBeLessThanOrEqual(8);
	});

	test.each([
		['truncated', (file: string) => truncate(file, 100)],
		[
			'altered',
			(file: string) =>
				writeFile(
					file,
					big.bytes.map(byte => byte ^ 1),
				),
		],
	])('are fetched anew if the cached one is %s', async (_, damage) => {
		const first = await opened.repository.fetchPackages([source('big')]);
		await damage(first.get(big.sha256)!);
		const again = await opened.repository.fetchPackages([source('big')]);
		expect(await readFile(again.get(big.sha256)!)).toEqual(big.bytes);
		expect(archive.requestsFor(poolOf('big'))).toHaveLength(2);
	});

	test.each([
		['stalls', {kind: 'stall', afterBytes: 100_000}],
		['ends early', {kind: 'truncate', afterBytes: 100_000}],
	] as const)('are continued where a transfer %s', async (_, fault) => {
		archive.fault(poolOf('big'), fault, {times: 2});
		const files = await opened.repository.fetchPackages([source('big')]);
		expect(await readFile(files.get(big.sha256)!)).toEqual(big.bytes);
		const requests = archive.requestsFor(poolOf('big'));
		expect(requests.length).toBeGreaterThan(1);
		expect(requests.at(-1)?.headers['range']).toMatch(/^bytes=\d+-$/);
		expect(requests.at(-1)?.sentBytes).toBeLessThan(big.sizeBytes);
	});

	test('survive a connection that breaks again and again', async () => {
		archive.fault(poolOf('big'), {kind: 'reset', afterBytes: 100_000}, {times: 3});
		const files = await opened.repository.fetchPackages([source('big')]);
		expect(await readFile(files.get(big.sha256)!)).toEqual(big.bytes);
	});

	test('are begun anew where the server knows no ranges', async () => {
		archive.fault(poolOf('big'), {kind: 'no-range'});
		archive.fault(poolOf('big'), {kind: 'truncate', afterBytes: 100_000}, {times: 1});
		const files = await opened.repository.fetchPackages([source('big')]);
		expect(await readFile(files.get(big.sha256)!)).toEqual(big.bytes);
	});

	test('are continued after a process that died', async () => {
		const partial = join(opened.cacheFolder, 'packages/partial');
		breakOff('big', 200_000);
		await expect(opened.repository.fetchPackages([source('big')])).rejects.toMatchObject({code: 'network'});
		expect(await readdir(partial)).toEqual([big.sha256]);
		// As kill -9 leaves it: named after the process that was writing it.
		await rename(join(partial, big.sha256), join(partial, `${big.sha256}.4194303.0a0a0a0a`));
		const later = await startAgain();
		await later.repository.fetchPackages([source('big')]);
		expect(archive.requestsFor(poolOf('big')).at(-1)?.headers['range']).toMatch(/^bytes=[1-9]\d*-$/);
		expect(await readdir(partial)).toEqual([]);
	});

	test('are begun anew after a damaged part', async () => {
		breakOff('big', 200_000);
		await expect(opened.repository.fetchPackages([source('big')])).rejects.toMatchObject({code: 'network'});
		await writeFile(join(opened.cacheFolder, 'packages/partial', big.sha256), Buffer.alloc(150_000, 1));
		const later = await startAgain();
		const files = await later.repository.fetchPackages([source('big')]);
		expect(await readFile(files.get(big.sha256)!)).toEqual(big.bytes);
	});

	test('with a wrong hash are refused', async () => {
		archive.fault(poolOf('big'), {kind: 'corrupt'});
		await expect(opened.repository.fetchPackages([source('big')])).rejects.toMatchObject({
			code: 'verification',
			message: expect.stringMatching(/^big 1\.0-1 could not be fetched from http:.* is not that file/) as string,
		});
		expect(await readdir(join(opened.cacheFolder, 'packages'))).toEqual(['partial']);
	});

	test('longer than stated are refused at the first byte too many', async () => {
		archive.fault(poolOf('small3'), {kind: 'replace', body: Buffer.alloc(50_000_000)});
		await expect(opened.repository.fetchPackages([source('small3')])).rejects.toMatchObject({code: 'verification'});
	});

	test('that the mirror no longer has lead to an update', async () => {
		archive.fault(poolOf('fix'), {kind: 'status', status: 404});
		await expect(opened.repository.fetchPackages([source('fix')])).rejects.toMatchObject({
			code: 'not-found',
			hint: expect.stringContaining('slipway update') as string,
		});
	});

	test('one failure ends the rest, and what arrived is kept', async () => {
		await opened.repository.fetchPackages([source('small1')]);
		archive.fault(poolOf('small2'), {kind: 'status', status: 404});
		await expect(opened.repository.fetchPackages(small.map(deb => source(deb.name)))).rejects.toMatchObject({
			code: 'not-found',
		});
		expect(await readdir(join(opened.cacheFolder, 'packages'))).toContain(`${small[1]!.sha256}.deb`);
	});

	test('can be cancelled in the middle', async () => {
		archive.fault(poolOf('big'), {kind: 'stall', afterBytes: 1000});
		const cancel = new AbortController();
		const work = opened.repository.fetchPackages([source('big')], {
			signal: cancel.signal,
			onProgress: () => cancel.abort(),
		});
		await expect(work).rejects.toMatchObject({code: 'cancelled'});
	});

	test('by two processes at once are both whole', async () => {
		const other = await startAgain();
		const [one, two] = await Promise.all(
			[opened, other].map(({repository}) => repository.fetchPackages([source('big')])),
		);
		expect(one).toEqual(two);
		expect(await readFile(one!.get(big.sha256)!)).toEqual(big.bytes);
	});
});

/** One transfer brings that many bytes, further ones nothing. */
function breakOff(name: string, afterBytes: number): void {
	archive.fault(poolOf(name), {kind: 'status', status: 503});
	archive.fault(poolOf(name), {kind: 'truncate', afterBytes}, {times: 1});
}

/** Another process over the same cache, and the mirror has recovered. */
function startAgain(): Promise<OpenedRepository> {
	archive.fault(poolOf('big'), {kind: 'before', run: () => undefined});
	return openTestRepository(archive, {cacheFolder: opened.cacheFolder});
}
