import {afterAll, beforeAll, expect, test} from 'vitest';
import type {DebianRepository} from '../support/debian-repository.ts';
import {describeNeeding} from '../support/needs.ts';
import {makeSlipwayHome, type SlipwayHome} from '../support/slipway.ts';
import {keys, openSlipway, type Terminal} from '../support/terminal.ts';
import {startSmallRepository} from './small-repository.ts';

const altEnter = `${keys.escape}${keys.enter}`;

describeNeeding('apt')('the interactive program in a real terminal', () => {
	let repository: DebianRepository;
	let home: SlipwayHome;
	let terminal: Terminal;

	beforeAll(async () => {
		repository = await startSmallRepository();
		home = await makeSlipwayHome({repository});
		expect((await home.run(['update'])).exitCode).toBe(0);
		terminal = openSlipway([], {env: home.env, columns: 120, rows: 36});
	});
	afterAll(async () => {
		await terminal.close();
		await repository.close();
	});

	test('opens on the gallery, in a screen of its own', async () => {
		await terminal.waitFor('slipway');
		expect(terminal.isAlternateScreen).toBe(true);
	});

	test('a starter is chosen, and every line is planned', async () => {
		// From the key map: new image.
		await terminal.waitFor(/n new/);
		terminal.write('n');
		await terminal.waitFor(/debian .*13 12/);
		terminal.write(keys.enter);
		await terminal.waitFor(/✓ 13\.8/);
	});

	test('letters that arrive together make one query, and a package is added on every line', async () => {
		terminal.write('greeter');
		await terminal.waitFor(/· greeter-data/);
		terminal.write(keys.enter);
		await terminal.waitFor(/✓ greeter/);
		await terminal.waitFor(/\+ greeter +2\.0 +1\.0/);
		await terminal.waitFor('+2 packages');
	});

	test('it fits a terminal of 80 columns and 24 rows, and the old one again', async () => {
		terminal.resize(80, 24);
		// The frame of the first pane ends at the terminal's last column.
		await terminal.waitFor(screen => screen.length === 24 && screen[1]?.length === 80 && screen[1].endsWith('╮'));
		await terminal.waitFor('greeter');
		terminal.resize(120, 36);
		await terminal.waitFor(screen => screen[1]?.length === 120);
	});

	test('it is named, saved and built; the dashboard shows both lines', async () => {
		terminal.write(altEnter);
		await terminal.waitFor('Review and build');
		terminal.write('tui-image');
		await terminal.waitFor(/Name +tui-image/);
		terminal.write(keys.enter);
		await terminal.waitFor(/tui-image +in progress/);
		await terminal.waitFor(/13 +(?:fetch|unpack|configure)/);
	});

	test('the program leaves a clean terminal behind, and the build goes on', async () => {
		terminal.write('q');
		expect(await terminal.exit).toEqual({exitCode: 0, signal: 0});
		expect(terminal.isAlternateScreen).toBe(false);
		expect(terminal.text()).toContain('goes on building');
		// Cursor shown, mouse off, bracketed paste off.
		expect(terminal.raw.lastIndexOf('\u001b[?25h')).toBeGreaterThan(terminal.raw.lastIndexOf('\u001b[?25l'));
		expect(terminal.raw.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(terminal.raw.lastIndexOf('\u001b[?2004h'));
	});

	test('another process attaches to the build and sees its end', {timeout: 400_000}, async () => {
		const watched = await home.run(['watch', '--json']);
		expect(watched.exitCode, watched.stderr).toBe(0);
		expect(watched.events().at(-1)).toMatchObject({type: 'build/finished', status: 'created'});
		const images = (await home.run(['images', '--json'])).json() as {name: string; status: string}[];
		expect(images).toMatchObject([{name: 'tui-image', status: 'created'}]);
	});
});

test('without a terminal it says what to run instead', async () => {
	const home = await makeSlipwayHome();
	const {exitCode, stdout, stderr} = await home.run([]);
	expect({exitCode, stdout}).toEqual({exitCode: 2, stdout: ''});
	expect(stderr).toContain('slipway build');
});
