import {afterEach, describe, expect, test} from 'vitest';
import {testComposition, testFamily, testServices} from '../support/tui-services.ts';
import {keys, openTui, type TuiScreen, type TuiScreenOptions} from '../support/tui-screen.tsx';

let screen: TuiScreen | null = null;
afterEach(() => {
	screen?.close();
	screen = null;
});

async function compose(options: TuiScreenOptions): Promise<TuiScreen> {
	screen = await openTui(options);
	await screen.waitFor('No private images yet');
	await screen.type('n');
	await screen.waitFor('php');
	await screen.type(keys.enter);
	await screen.waitFor('Compose');
	await screen.type('curl');
	await screen.waitFor('php-curl');
	return screen;
}

describe.each([
	[40, 10],
	[80, 24],
	[120, 40],
	[200, 50],
	[300, 80],
])('at %i×%i', (columns, rows) => {
	test('the composer fills the screen exactly: nothing is cut, nothing runs over', async () => {
		const tui = await compose({columns, rows});
		const lines = tui.rowTexts();
		expect(lines).toHaveLength(rows);
		// The body ends in a frame, right above the hints.
		expect(lines[rows - 2]).toMatch(/[╯]$/u);
		expect(lines[0]).toContain('slipway');
		expect(lines.slice(1, rows - 1).every(line => line.length === columns)).toBe(true);
		if (rows >= 24) {
			for (const title of ['1 Compose', '2 SBOM preview', '3 Builds']) expect(tui.text()).toContain(title);
		}
	});
});

test('a resize at any moment is drawn anew', async () => {
	const tui = await compose({columns: 120, rows: 40});
	await tui.resize(80, 24);
	await tui.waitFor(() => tui.rowTexts()[22]?.endsWith('╯') ?? false);
	expect(tui.text()).toContain('3 Builds');
	await tui.resize(30, 8);
	await tui.waitFor('Too small: 30×8');
	await tui.type('x');
	await tui.resize(120, 40);
	await tui.waitFor('2 SBOM preview');
	expect(tui.text()).toContain('/ curl ');
});

test('zoom gives one pane the screen', async () => {
	const tui = await compose({columns: 120, rows: 40});
	await tui.type('\u001bz');
	await tui.waitFor(text => !text.includes('SBOM preview'));
	await tui.type('\t');
	await tui.waitFor(text => text.includes('SBOM preview') && !text.includes('1 Compose'));
});

test('wide and combining characters keep the frames straight', async () => {
	const families = [
		testFamily('curl-漢字', ['curl-漢字']),
		testFamily('curl-e\u0301', ['curl-e\u0301'], {summary: '説明'.repeat(40)}),
	];
	screen = await openTui({services: testServices({families})});
	const tui = screen;
	await tui.waitFor('No private images yet');
	await tui.type('n');
	await tui.waitFor('php');
	await tui.type(`${keys.enter}curl`);
	await tui.waitFor('漢字');
	for (const row of [1, 4, 5]) {
		const cells = tui.cellsOf(row);
		expect(cells[79]?.text).toMatch(/[│╮]/u);
	}
});

test('without UTF-8 everything is ASCII', async () => {
	screen = await openTui({env: {LANG: 'C'}});
	await screen.waitFor('No private images yet');
	expect(screen.text()).toMatch(/^[\u0020-\u007e\n]*$/u);
});

test('NO_COLOR: no colour, but the cursor is still seen', async () => {
	screen = await openTui({
		env: {LANG: 'C.UTF-8', NO_COLOR: '1'},
		world: {images: [testComposition('php-api')]},
	});
	await screen.waitFor('php-api');
	const cells = screen.rowTexts().flatMap((_, row) => screen!.cellsOf(row));
	expect(cells.every(({foreground, background}) => foreground === null && background === null)).toBe(true);
	expect(cells.some(({isInverse}) => isInverse)).toBe(true);
});

test('the terminal’s own colours: a foreground never comes without its ground', async () => {
	screen = await openTui({world: {images: [testComposition('php-api')]}});
	await screen.waitFor('php-api');
	const cells = screen.rowTexts().flatMap((_, row) => screen!.cellsOf(row));
	// Neither black, white nor yellow: each vanishes on some ground.
	const used = new Set(cells.map(({foreground}) => foreground).filter(color => color !== null));
	for (const color of [0, 3, 7, 8, 11, 15]) expect(used).not.toContain(color);
	expect(cells.every(({background}) => background === null)).toBe(true);
});

describe('bytes at 120×40', () => {
	test('a keystroke in the search costs at most 4 KB, an idle screen nothing', async () => {
		const tui = await compose({columns: 120, rows: 40});
		await tui.type(keys.ctrl('u'));
		for (const letter of 'tool1') expect(await tui.bytesOf(() => tui.type(letter))).toBeLessThan(4096);
		expect(await tui.bytesOf(() => tui.type(keys.down))).toBeLessThan(2048);
		expect(await tui.bytesOf(async () => tui.settle())).toBe(0);
	});
});

test('settings: a choice is changed, a wrong value says what would be right', async () => {
	screen = await openTui({columns: 100, rows: 34});
	await screen.waitFor('No private images yet');
	await screen.type(',');
	await screen.waitFor('Settings');
	await screen.type(keys.enter);
	await screen.type(`Not Fit${keys.enter}`);
	await screen.waitFor('Lowercase letters and digits');
	await screen.type(keys.escape);
	await screen.type(keys.escape);
	await screen.waitFor(text => !text.includes('refreshAfterHours'));
});

test('the screen reader hears rows, not borders', async () => {
	screen = await openTui({world: {images: [testComposition('php-api')]}, isScreenReaderEnabled: true});
	await screen.waitFor('php-api');
	expect(screen.text()).not.toMatch(/[╭│╰]/u);
});
