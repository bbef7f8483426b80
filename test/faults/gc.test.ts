import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {packageRoot} from '../../src/base/package-root.ts';
import {describeNeeding} from '../support/needs.ts';
import type {SlipwayResult} from '../support/slipway.ts';
import {endOf, expectCreated, leaf, openFaultShop, tagsOf, type FaultShop} from './support/fault-shop.ts';

/*
 * `slipway gc`, killed while it removes, and beside a build that runs.
 */
const preload = (name: string) => `--import=${join(packageRoot(), 'test/faults/support', name)}`;
const monthMs = 30 * 24 * 60 * 60_000;

describeNeeding(
	'apt',
	'root',
	'user-namespaces',
)('garbage collection', () => {
	let shop: FaultShop;

	beforeAll(async () => {
		shop = await openFaultShop([leaf('collected'), leaf('lasting', 'echo begun; sleep 10'), leaf('quick')]);
	});
	afterAll(() => shop.close());

	/** A month later, when nothing is recent any more. */
	const collect = (dyingAt = Number.MAX_SAFE_INTEGER): Promise<SlipwayResult> =>
		shop.home.run(['gc', '--json'], {
			env: {
				NODE_OPTIONS: `${preload('clock.ts')} ${preload('die-removing.ts')}`,
				SLIPWAY_CLOCK_OFFSET_MS: String(monthMs),
				SLIPWAY_DIE_REMOVING: String(dyingAt),
			},
		});

	test('beside a running build takes nothing that it needs', async () => {
		const before = await tagsOf(shop, 'untouched');
		let collecting: Promise<SlipwayResult> | undefined;
		const built = await shop.build('lasting', ['lasting'], {}, text => {
			if (text.includes('begun')) collecting ??= collect();
		});
		expectCreated(built);
		const collected = await collecting;
		expect(collected?.exitCode, collected?.stderr).toBe(0);
		expect(collected?.json()).toMatchObject({running: [expect.any(String)]});
		expect(await tagsOf(shop, 'untouched')).toEqual(before);
		expectCreated(await shop.build('quick', ['quick']));
	});

	test('killed anywhere leaves nothing half there: what stays is used, what went is made again', async () => {
		const made = expectCreated(await shop.build('collected', ['collected']));
		expect((await shop.home.run(['rm', 'collected', '--yes'])).exitCode).toBe(0);
		let deaths = 0;
		for (let dyingAt = 1; dyingAt < 2000; dyingAt = Math.ceil(dyingAt * 1.7)) {
			const {killedBy, exitCode, stderr} = await collect(dyingAt);
			if (killedBy === null) {
				expect(exitCode, stderr).toBe(0);
				break;
			}
			deaths++;
		}
		expect(deaths).toBeGreaterThan(2);
		expect(await tagsOf(shop, 'collected')).toEqual([]);
		expect(await tagsOf(shop, 'untouched')).not.toEqual([]);
		const again = endOf(await shop.build('collected', ['collected']));
		expect(again.lines[0]?.digest).toBe(made.lines[0]?.digest);
	});
});
