import {spawnSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {existsSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {describeNeeding} from '../support/needs.ts';
import {endOf, expectCreated, leaf, openFaultShop, tagsOf, type FaultShop} from './support/fault-shop.ts';

/*
 * The disk of the data folder is full: journal, image store. (For the cache's: test/engine/faults.test.ts.)
 */
describeNeeding(
	'apt',
	'root',
	'user-namespaces',
)('a full disk', () => {
	let shop: FaultShop;
	let data: string;
	/** Larger, as a layer, than the room that is left for it. */
	const incompressible = randomBytes(6_000_000).toString('base64');
	const flood = "head -c 20000000 /dev/zero | tr '\\0' x | fold -w 500";

	beforeAll(async () => {
		shop = await openFaultShop([leaf('no-room', 'true', incompressible), leaf('flood', flood)]);
		data = join(shop.own, 'data');
		const kept = join(shop.home.folder, 'kept');
		expect(spawnSync('cp', ['-a', data, kept]).status).toBe(0);
		expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', data]).status).toBe(0);
		expect(spawnSync('cp', ['-a', `${kept}/.`, data]).status).toBe(0);
	});
	afterEach(() => resize('256m'));
	afterAll(async () => {
		spawnSync('umount', ['--lazy', data]);
		await shop.close();
	});

	const resize = (size: string) => expect(spawnSync('mount', ['-o', `remount,size=${size}`, data]).status).toBe(0);

	/** Leaves that many kilobytes free. */
	function fill(kilobytes: number): void {
		const [, blocks = '0'] = spawnSync('df', ['--output=used', '-k', data]).stdout.toString().trim().split('\n');
		resize(`${Number(blocks) + kilobytes}k`);
	}

	test('at the image: the line fails with a word, no tag moves, the next build goes on', async () => {
		const before = await tagsOf(shop, 'untouched');
		fill(3000);
		const result = await shop.build('no-room', ['no-room']);
		expect(result.exitCode).toBe(1);
		const {lines} = endOf(result);
		expect(lines[0]).toMatchObject({
			status: 'failed',
			error: {code: 'storage', message: expect.stringMatching(/disk is full/)},
		});
		expect(result.stderr).toContain(lines[0]?.traceId);
		expect(await tagsOf(shop, 'no-room')).toEqual([]);
		expect(readdirSync(join(data, 'images'))).not.toContain('unfinished/');
		resize('256m');
		expect(await tagsOf(shop, 'untouched')).toEqual(before);
		const {events} = expectCreated(await shop.build('no-room', ['no-room']));
		expect(events.filter(event => event.type === 'log/appended' && event.text.includes('Setting up'))).toEqual([]);
	});

	test('at the journal: its end is written all the same', async () => {
		fill(4000);
		const result = await shop.build('flood', ['flood']);
		expect(result.exitCode).toBe(1);
		const {lines, events} = endOf(result);
		expect(lines[0]).toMatchObject({
			status: 'failed',
			error: {code: 'storage', message: expect.stringMatching(/journal.*full/)},
		});
		expect(events.map(({seq}) => seq)).toEqual(events.map((_, index) => index + 1));
		resize('256m');
		expectCreated(await shop.build('flood', ['flood']));
	});

	test('from the beginning: nothing is started, and it says why', async () => {
		fill(0);
		writeFileSync(join(shop.home.folder, 'x'), '');
		const result = await shop.build('no-room', ['no-room']);
		expect(result.exitCode).toBe(1);
		expect(result.stderr).toMatch(/disk is full|No space left/i);
		expect(existsSync(join(data, 'images/index.json'))).toBe(true);
		resize('256m');
		expectCreated(await shop.build('no-room', ['no-room']));
	});
});
