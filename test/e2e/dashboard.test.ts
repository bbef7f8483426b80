import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import type {BuildSummary} from '../../src/app/services.ts';
import {packageRoot} from '../../src/base/package-root.ts';
import {startBuildRepository} from '../cli/build-repository.ts';
import type {DebianRepository} from '../support/debian-repository.ts';
import {describeNeeding} from '../support/needs.ts';
import {makeSlipwayHome, type SlipwayHome} from '../support/slipway.ts';
import {keys, openSlipway, type Terminal} from '../support/terminal.ts';
import {takeWarmCaches} from '../support/warm-caches.ts';

const slowMs = 400_000;
const opened: Terminal[] = [];
afterEach(async () => {
	for (const terminal of opened.splice(0)) await terminal.close();
});

function open(home: SlipwayHome, args: readonly string[], columns = 120, rows = 40): Terminal {
	const terminal = openSlipway(args, {env: home.env, columns, rows});
	opened.push(terminal);
	return terminal;
}

describeNeeding('apt', 'root')('builds in a terminal', () => {
	let repository: DebianRepository;
	let home: SlipwayHome;

	beforeAll(async () => {
		repository = await startBuildRepository();
		home = await makeSlipwayHome({repository});
		expect((await home.run(['update'])).exitCode).toBe(0);
		await takeWarmCaches(join(home.folder, 'slipway/cache'));
	});
	afterAll(async () => {
		for (const {build, status} of (await home.run(['builds', '--json'])).json() as BuildSummary[]) {
			if (status === 'in progress') await home.run(['cancel', build]);
		}
		await repository.close();
	});

	async function compose(name: string, packages: string, more = ''): Promise<string> {
		const file = join(home.folder, `${name}.yaml`);
		await writeFile(file, `name: ${name}\nstarter: debian\npackages: [${packages}]\n${more}`);
		return file;
	}

	test(
		'a wall screen waits, follows what begins, and the build outlives every terminal',
		{timeout: slowMs},
		async () => {
			const wall = open(home, ['watch']);
			await wall.waitFor('Builds show up here as they start.', slowMs);
			const {stdout} = await home.run(['build', await compose('lasting', 'endless'), '--detach']);
			const build = stdout.trim();
			await wall.waitFor(/lasting {2}in progress/u, slowMs);
			await wall.waitFor('endless begins', slowMs);
			// The connection drops: nothing tells the program to end in an orderly way.
			await wall.close();
			const again = open(home, ['watch', build], 80, 24);
			const beside = open(home, ['watch']);
			for (const terminal of [again, beside]) await terminal.waitFor('endless begins', slowMs);
			await beside.waitFor(/▌ .* 13 +configure/u);
			beside.write('x');
			await beside.waitFor('Line 13 is being cancelled');
			// The other terminal ends with its build, and leaves in the scrollback what it came to.
			const {exitCode} = await again.exit;
			expect(exitCode).toBe(3);
			expect(again.isAlternateScreen).toBe(false);
			expect(again.text()).toMatch(
				/lasting: some lines created\.[\s\S]*13 {2}cancelled[\s\S]*12 {2}created +[\d.]+ MB/u,
			);
			await beside.waitFor('lasting: some lines created');
			beside.write('q');
			expect((await beside.exit).exitCode).toBe(0);
		},
	);

	test('a line that failed: why, its log, a file to hand on, and a way out', {timeout: slowMs}, async () => {
		const file = await compose('mixed', 'words, stubborn', 'env: {APP_TOKEN: open-sesame-4711}\n');
		expect((await home.run(['build', file, '--json'])).exitCode).toBe(3);
		const tui = open(home, []);
		await tui.waitFor('mixed', slowMs);
		tui.write('w');
		await tui.waitFor(/✗ 12/u, slowMs);
		tui.write('jj');
		await tui.waitFor('Leave out stubborn.');
		expect(tui.text()).toContain('Leave out the line 12; the others were built.');
		tui.write(keys.enter);
		await tui.waitFor('Log of mixed 12');
		await tui.waitFor('stubborn cannot be configured here');
		tui.write('D');
		await tui.waitFor('its path copied', slowMs);
		const [newest] = (await home.run(['builds', '--json'])).json() as BuildSummary[];
		const diagnostics = await readFile(join(newest!.folder, `diagnostics-${newest!.build}.txt`), 'utf8');
		expect(diagnostics).toContain('stubborn cannot be configured here');
		expect(diagnostics).toContain('APP_TOKEN');
		expect(diagnostics).not.toContain('open-sesame-4711');
		expect(diagnostics).not.toContain(home.folder);
		tui.write('s');
		await tui.waitFor('What would help');
		tui.write('2');
		await tui.waitFor(/Leave out the line 12.*Done/u, slowMs);
		await tui.waitFor('unsaved');
	});

	test('the card of what was built', {timeout: slowMs}, async () => {
		const tui = open(home, []);
		await tui.waitFor('mixed', slowMs);
		tui.write(`/mixed${keys.enter}${keys.enter}`);
		await tui.waitFor('1 overview');
		await tui.waitFor('docker run --rm', slowMs);
		tui.write('3');
		await tui.waitFor(/stubborn +1\.0-1 +added/u, slowMs);
		tui.write('5/share/words');
		await tui.waitFor(/usr\/share\/words +-rw-r--r--/u, slowMs);
		tui.write(`${keys.enter}7`);
		await tui.waitFor(/some lines created +created/u, slowMs);
	});
});

test('a recorded build plays without a network', {timeout: slowMs}, async () => {
	const home = await makeSlipwayHome();
	const recording = join(packageRoot(), 'examples/php-api.journal.ndjson');
	const tui = open(home, ['watch', '--replay', recording, '--speed', '400']);
	await tui.waitFor(/php-api {2}created/u, slowMs);
	await tui.waitFor(/✓ 8\.4 .*✓ 8\.2|✓ 8\.4[\s\S]*✓ 8\.2/u);
	tui.write('X');
	await tui.waitFor('This build has ended.');
	tui.write('q');
	expect((await tui.exit).exitCode).toBe(0);
	const left = open(home, ['watch', '--replay', recording, '--speed', '1']);
	await left.waitFor(/php-api {2}in progress/u, slowMs);
	left.write('X');
	await left.waitFor('This is a recording');
	left.write('q');
	expect((await left.exit).exitCode).toBe(0);
	expect(left.text()).toContain('php-api: the recording was left before its end.');
	expect(left.text()).not.toContain('goes on building');
});
