import {existsSync, readFileSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {startMemoryRegistry} from '../publish/memory-registry.ts';
import {describeNeeding} from '../support/needs.ts';
import type {DebianRepository} from '../support/debian-repository.ts';
import {makeSlipwayHome, type SlipwayHome} from '../support/slipway.ts';
import {keys, openSlipway, type Terminal} from '../support/terminal.ts';
import {takeWarmCaches} from '../support/warm-caches.ts';
import {startSmallRepository} from './small-repository.ts';

const buildTimeoutMs = 400_000;
const altEnter = '\u001b\r';

describeNeeding('apt', 'root')('the program in a terminal', () => {
	let repository: DebianRepository;
	let home: SlipwayHome;
	let terminal: Terminal | null = null;

	beforeAll(async () => {
		repository = await startSmallRepository();
		home = await makeSlipwayHome({repository});
		await takeWarmCaches(join(home.folder, 'slipway/cache'));
	});
	afterEach(async () => {
		await terminal?.close();
		terminal = null;
	});
	afterAll(async () => {
		await repository.close();
	});

	const open = (columns = 100, rows = 30): Terminal => {
		terminal = openSlipway([], {env: home.env, columns, rows});
		return terminal;
	};

	test('from the first start to a built image, by keyboard alone', {timeout: buildTimeoutMs}, async () => {
		const tui = open();
		await tui.waitFor('No private images yet', 60_000);
		expect(tui.isAlternateScreen).toBe(true);
		await tui.waitFor(/package lists of/u, 120_000);
		tui.write('n');
		await tui.waitFor('Begin from a starter image');
		tui.write('/debian');
		await tui.waitFor(/1\/1/u);
		// The filter is kept, the starter chosen, and a query typed: all in one write.
		tui.write(`${keys.enter}${keys.enter}greeter`);
		await tui.waitFor(/prints its environment/u, 60_000);
		tui.write(keys.enter);
		await tui.waitFor('Packages 1');
		await tui.waitFor(/▾ Added packages 1[^]*greeter/u, 60_000);
		tui.write(altEnter);
		await tui.waitFor('Review and build');
		tui.write('greeting');
		await tui.waitFor(/Name +greeting/u);
		tui.write(keys.enter);
		await tui.waitFor(/greeting {2}in progress/u, 60_000);
		await tui.waitFor('greeting: created', buildTimeoutMs);
		tui.write(keys.ctrl('c'));
		const {exitCode} = await tui.exit;
		expect(exitCode).toBe(0);
		expect(tui.isAlternateScreen).toBe(false);
		expect(tui.text()).toContain('greeting: created.');
		const images = (await home.run(['images', '--json'])).json() as {name: string; status: string}[];
		expect(images).toMatchObject([{name: 'greeting', status: 'created'}]);
	});

	test('file bundles, settings, keys and publishing, in one session', {timeout: buildTimeoutMs}, async () => {
		const registry = await startMemoryRegistry();
		try {
			const tui = open(120, 34);
			const steps: readonly (readonly [keys: string, shown: string | RegExp])[] = [
				['', 'greeting'],
				// A bundle of files: added by menu and form, looked into, removed by typing its name.
				['F', 'No file bundles yet'],
				['n', 'Add a file bundle'],
				['3', 'New bundle of files'],
				[`motd${keys.tab}${await motd()}${keys.tab}/etc/motd.d${keys.enter}`, 'motd version 1 was added'],
				[keys.enter, /Bundle motd[^]*Version 1,[^]*\/etc\/motd\.d\/motd/u],
				[keys.escape, /v new version/u],
				['d', 'Type the name to confirm'],
				[`motd${keys.enter}`, 'No file bundles yet'],
				[keys.escape, 'Private images'],
				// A setting takes its value at once.
				[',', 'refreshAfterHours'],
				[keys.enter, /tenant/u],
				[`team${keys.enter}`, /tenant +team/u],
				[keys.escape, '⏎ open'],
				// A command takes another key at once.
				['K', 'Key bindings'],
				[`duplicate${keys.enter}`, 'press the new key'],
				['C', /Duplicate under a new name +C/u],
				[keys.escape, 'C duplicate'],
				['C', 'Duplicate greeting'],
				[keys.escape, 'C duplicate'],
				// Every tag goes to a registry, which then is current.
				['p', /Publish greeting[^]*tags .*latest/u],
				['n', '> docker://'],
				[`${registry.host}/team/greeting${keys.enter}`, /team\/greeting +current/u],
				[keys.escape, '⏎ open'],
			];
			for (const [typed, shown] of steps) {
				tui.write(typed);
				await tui.waitFor(shown, 60_000);
			}
			tui.write('q');
			expect((await tui.exit).exitCode).toBe(0);
			expect(registry.tags()).toContain('latest');
			expect((await home.run(['config', 'get', 'tenant'])).stdout.trim()).toBe('team');
			expect((await home.run(['config', 'get', 'keys'])).stdout.trim()).toBe('image/duplicate=C');
		} finally {
			await registry.stop();
		}
	});

	async function motd(): Promise<string> {
		const file = join(home.folder, 'motd');
		await writeFile(file, 'hello\n');
		return file;
	}

	test('what was not saved is there again after the program was killed', async () => {
		const first = open();
		await first.waitFor('greeting', 60_000);
		first.write('e');
		await first.waitFor('SBOM preview', 60_000);
		first.write('picky');
		await first.waitFor('synthetic package picky', 60_000);
		first.write(keys.enter);
		await first.waitFor('unsaved');
		// The draft is on disk half a second after the edit; the end of the program may not be what writes it.
		await first.waitFor(() => home.folder !== '' && draftHas(home, 'picky'));
		await first.close();
		const second = open();
		await second.waitFor('greeting', 60_000);
		second.write('e');
		await second.waitFor('The draft that was kept is here again', 60_000);
		expect(second.text()).toContain('unsaved');
	});

	test('a terminal that is resized, and one that is too small', async () => {
		const tui = open(80, 24);
		await tui.waitFor('Private images', 60_000);
		tui.resize(30, 8);
		await tui.waitFor('Too small');
		tui.resize(120, 40);
		await tui.waitFor('Private images');
		tui.write('q');
		expect((await tui.exit).exitCode).toBe(0);
	});

	test('ended from outside, the terminal is as it was', async () => {
		const tui = open();
		await tui.waitFor('Private images', 60_000);
		process.kill(tui.pid, 'SIGTERM');
		expect(await tui.exit).toEqual({exitCode: 143, signal: 0});
		expect(tui.isAlternateScreen).toBe(false);
		// Mouse, bracketed paste and the hidden cursor are taken back.
		for (const mode of ['\u001b[?1000l', '\u001b[?2004l', '\u001b[?25h']) expect(tui.raw).toContain(mode);
	});

	test('a crash restores the terminal and says where the report is', async () => {
		const fault = join(home.folder, 'fault.mjs');
		await writeFile(fault, "process.on('SIGUSR2', () => { throw new Error('out of the blue'); });\n");
		terminal = openSlipway([], {env: {...home.env, NODE_OPTIONS: `--import ${fault}`}, columns: 100, rows: 30});
		const tui = terminal;
		await tui.waitFor('Private images', 60_000);
		process.kill(tui.pid, 'SIGUSR2');
		expect((await tui.exit).exitCode).toBe(1);
		expect(tui.isAlternateScreen).toBe(false);
		for (const mode of ['\u001b[?1000l', '\u001b[?2004l', '\u001b[?25h']) expect(tui.raw).toContain(mode);
		expect(tui.text()).toContain('slipway: the terminal application failed: out of the blue');
		const [, file = ''] = /The report is in (\S+crash-\S+\.log)/u.exec(tui.text().replaceAll('\n', '')) ?? [];
		expect(readFileSync(file, 'utf8')).toContain('fault.mjs');
	});

	test('an idle screen comes to rest and writes nothing', async () => {
		const tui = open();
		await tui.waitFor(/package lists of/u, 60_000);
		await tui.waitFor('greeting');
		// What is looked up in the background, such as newer packages, still comes in; then nothing more.
		let isAtRest = false;
		for (let look = 0; look < 10 && !isAtRest; look++) {
			const before = tui.receivedBytes;
			isAtRest = await tui
				.waitFor(() => tui.receivedBytes > before, 3000)
				.then(
					() => false,
					() => true,
				);
		}
		expect(isAtRest, 'three seconds without a byte').toBe(true);
	});
});

function draftHas(home: SlipwayHome, text: string): boolean {
	const file = join(home.folder, 'slipway/data/drafts/greeting.yaml');
	return existsSync(file) && readFileSync(file, 'utf8').includes(text);
}
