import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {phases, type Phase} from '../../src/build/journal-event.ts';
import {packageRoot} from '../../src/base/package-root.ts';
import {describeNeeding} from '../support/needs.ts';
import type {Death} from './support/die-at.ts';
import {
	expectCreated,
	leaf,
	leftRunning,
	openFaultShop,
	setUps,
	statusOf,
	tagsOf,
	type FaultShop,
} from './support/fault-shop.ts';

/*
 * kill -9 and SIGHUP, at the very event of the journal: DESIGN.md section 7.
 */
const dying = ({event, victims, signal = 'SIGKILL'}: Partial<Death> & Pick<Death, 'event' | 'victims'>) => ({
	NODE_OPTIONS: `--import=${join(packageRoot(), 'test/faults/support/die-at.ts')}`,
	SLIPWAY_DIE_AT: JSON.stringify({event, victims, signal} satisfies Death),
});

const startOf = (phase: Phase) => `"type":"phase/started","line":"13","phase":"${phase}"`;
// Lines that come together are one event.
const inScript = 'halfway';

describeNeeding(
	'apt',
	'root',
	'user-namespaces',
)('killed', () => {
	let shop: FaultShop;
	const others = [...phases.map(phase => `at-${phase}`), 'parent-only', 'hung-up'].map(name => leaf(name));
	const slow = leaf('in-script', 'echo halfway; sleep 4721');
	const quick = leaf('in-script', 'echo halfway');

	beforeAll(async () => {
		shop = await openFaultShop([...others, slow]);
	});
	afterAll(() => shop.close());

	/** After a builder's death: nothing half-made, nothing running, nothing else damaged; then the next build succeeds. */
	async function expectMended(name: string): Promise<ReturnType<typeof expectCreated>> {
		expect(await statusOf(shop, name)).toBe('interrupted');
		expect(await tagsOf(shop, name)).toEqual([]);
		expect(await tagsOf(shop, 'untouched')).not.toEqual([]);
		await until(async () => (await leftRunning(shop.home.folder)).length === 0);
		const end = expectCreated(await shop.build(name, [name]));
		expect(await tagsOf(shop, name)).not.toEqual([]);
		const rootfs = join(shop.own, 'cache/rootfs');
		expect((await shop.home.run(['images', '--json'])).exitCode).toBe(0);
		expect(readdirSync(rootfs).filter(file => file.endsWith('.tmp'))).toEqual([]);
		return end;
	}

	for (const [number, phase] of phases.entries()) {
		const victims: Death['victims'] = number % 2 === 0 ? ['builder'] : ['parent', 'builder'];
		test(`${victims.join(' and ')}, at the beginning of ${phase}`, async () => {
			const name = `at-${phase}`;
			const result = await shop.build(name, [name], dying({event: startOf(phase), victims}));
			if (victims.includes('parent')) expect(result.killedBy).toBe('SIGKILL');
			else {
				expect(result.exitCode).toBe(1);
				expect(result.stderr).toMatch(/was interrupted.*Build again/s);
			}
			const {events} = await expectMended(name);
			const isConfigured = phases.indexOf(phase) > phases.indexOf('configure');
			expect(setUps(events).filter(one => one !== 'probe')).toEqual(isConfigured ? [] : [name]);
		});
	}

	test('where nothing has to be made, and the process that asks is the one that builds', async () => {
		const end = (signal: NodeJS.Signals) =>
			shop.build('untouched', [], dying({event: '"type":"build/started"', victims: ['builder'], signal}));
		// The end of its terminal, and a wish to cancel a line that is made already.
		for (const signal of ['SIGHUP', 'SIGUSR2'] as const) expectCreated(await end(signal));
		const before = await tagsOf(shop, 'untouched');
		expect((await end('SIGKILL')).killedBy).toBe('SIGKILL');
		expect(await statusOf(shop, 'untouched')).toBe('interrupted');
		expect(await tagsOf(shop, 'untouched')).toEqual(before);
		expectCreated(await shop.build('untouched', []));
	});

	test('builder, while a maintainer script runs', async () => {
		const result = await shop.build('in-script', ['in-script'], dying({event: inScript, victims: ['builder']}));
		expect(result.exitCode).toBe(1);
		await until(async () => (await leftRunning('sleep\u00004721')).length === 0);
		const packages = [...shop.base, ...others, quick];
		await shop.repository.publish({suites: {trixie: packages}, date: new Date()});
		await shop.home.run(['update']);
		await expectMended('in-script');
	});

	test('the terminal alone: the build goes on to its end', async () => {
		const result = await shop.build(
			'parent-only',
			['parent-only'],
			dying({event: startOf('unpack'), victims: ['parent']}),
		);
		expect(result.killedBy).toBe('SIGKILL');
		await until(async () => (await statusOf(shop, 'parent-only')) === 'created');
		expect(await tagsOf(shop, 'parent-only')).not.toEqual([]);
	});

	test('by SIGHUP, terminal and builder: the build goes on to its end', async () => {
		const death = dying({event: startOf('configure'), victims: ['parent', 'builder'], signal: 'SIGHUP'});
		const result = await shop.build('hung-up', ['hung-up'], death);
		expect(result.exitCode).not.toBe(0);
		await until(async () => (await statusOf(shop, 'hung-up')) === 'created');
	});
});

async function until(condition: () => Promise<boolean>): Promise<void> {
	const deadline = performance.now() + 60_000;
	while (!(await condition())) {
		if (performance.now() > deadline) throw new Error('it did not come about within 60 s');
		await delay(50);
	}
}
