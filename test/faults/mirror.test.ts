import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {packageRoot} from '../../src/base/package-root.ts';
import {describeNeeding} from '../support/needs.ts';
import type {Fault} from '../support/archive-server.ts';
import {endOf, expectCreated, leaf, openFaultShop, statusOf, tagsOf, type FaultShop} from './support/fault-shop.ts';

/*
 * A mirror in trouble while packages are fetched, two builds of one image, and a clock that is wrong.
 */
describeNeeding(
	'apt',
	'root',
	'user-namespaces',
)('a build', () => {
	let shop: FaultShop;
	const big = 'x'.repeat(3_000_000);
	const names = ['broken-off', 'reset', 'truncated', 'corrupted', 'portal', 'gone', 'moving', 'at-once', 'early'];
	const packages = names.map(name => leaf(name, 'true', `${name}${big}`));
	const path = (name: string) => new RegExp(`/${name}_`);

	beforeAll(async () => {
		shop = await openFaultShop(packages);
	});
	afterAll(() => shop.close());

	const statuses = (name: string) => shop.repository.requestsFor(path(name)).map(({status}) => status);

	test('takes up again what a mirror broke off', async () => {
		const lift = shop.repository.fault(path('broken-off'), {kind: 'truncate', afterBytes: 2_000_000}, {times: 1});
		expectCreated(await shop.build('broken-off', ['broken-off']));
		lift();
		expect(statuses('broken-off')).toEqual([200, 206]);
	});

	test('tries again where the connection was reset', async () => {
		const lift = shop.repository.fault(path('reset'), {kind: 'reset', afterBytes: 2_000_000}, {times: 1});
		expectCreated(await shop.build('reset', ['reset']));
		lift();
		// A reset takes along what had not been read yet: at worst all of it, and there is nothing to take up.
		expect(statuses('reset')).toEqual([200, expect.toBeOneOf([206, 200])]);
	});

	const lasting: readonly (readonly [string, string, Fault, RegExp])[] = [
		['says that a mirror cuts files', 'truncated', {kind: 'truncate', afterBytes: 1000}, /truncated.*fetched|SHA-256/],
		['says that a mirror lies about content', 'corrupted', {kind: 'corrupt'}, /SHA-256/],
		['is not taken in by a portal', 'portal', {kind: 'replace', body: '<html>log in</html>'}, /SHA-256/],
		['says that a file is gone', 'gone', {kind: 'status', status: 404}, /no longer on the mirror/],
	];
	for (const [title, name, fault, said] of lasting) {
		test(`${title}, and goes on when it is mended`, async () => {
			const lift = shop.repository.fault(path(name), fault);
			const result = await shop.build(name, [name]);
			lift();
			expect(result.exitCode).toBe(1);
			const [line] = endOf(result).lines;
			expect(line).toMatchObject({status: 'failed', error: {message: expect.stringMatching(said)}});
			expect(result.stderr).toContain(line?.traceId);
			expect(await tagsOf(shop, name)).toEqual([]);
			expectCreated(await shop.build(name, [name]));
		});
	}

	test('of a plan from before the mirror moved on says so, and the next one takes the new state', async () => {
		const moved = leaf('moving', 'true', `new${big}`);
		const others = packages.filter(({name}) => name !== 'moving');
		const lift = shop.repository.fault(
			path('moving'),
			{
				kind: 'before',
				run: async () => {
					await shop.repository.publish({suites: {trixie: [...shop.base, ...others, moved]}, date: new Date()});
					for (const file of shop.repository.tree.keys()) {
						if (path('moving').test(file)) shop.repository.put(file, moved.bytes);
					}
				},
			},
			{times: 1},
		);
		const result = await shop.build('moving', ['moving']);
		lift();
		expect(result.exitCode).toBe(1);
		const hint = endOf(result).lines[0]?.error?.hint ?? '';
		expect(hint).toMatch(/slipway update|try again/);
		expect((await shop.home.run(['update'])).exitCode).toBe(0);
		expectCreated(await shop.build('moving', ['moving']));
	});

	test('waits for another of the same image, and both succeed', async () => {
		await rm(join(shop.own, 'cache/lines'), {recursive: true, force: true});
		const results = await Promise.all([shop.build('at-once', ['at-once']), shop.build('at-once', ['at-once'])]);
		const [first, second] = results.map(expectCreated);
		expect(first?.lines[0]?.digest).toBe(second?.lines[0]?.digest);
	});

	test('succeeds with a clock that was set back', async () => {
		expectCreated(await shop.build('early', ['early']));
		const digest = endOf(await shop.build('early', ['early'])).lines[0]?.digest;
		await rm(join(shop.own, 'cache/lines'), {recursive: true, force: true});
		const env = {
			NODE_OPTIONS: `--import=${join(packageRoot(), 'test/faults/support/clock.ts')}`,
			SLIPWAY_CLOCK_OFFSET_MS: String(-50 * 60_000),
		};
		const again = await shop.build('early', ['early', 'gone'], env);
		expectCreated(again);
		expect(endOf(await shop.build('early', ['early'], env)).lines[0]?.digest).toBe(digest);
		expect(await statusOf(shop, 'early')).toBe('created');
	});
});
