import {afterEach, describe, expect, test} from 'vitest';
import {testComposition, testFamilies} from '../support/tui-services.ts';
import {keys, openTui, type TuiScreen} from '../support/tui-screen.tsx';

let screen: TuiScreen | null = null;
afterEach(() => {
	screen?.close();
	screen = null;
});

async function open(): Promise<TuiScreen> {
	const composition = testComposition('php-api', {
		env: {APP_ENV: 'production', DB_HOST: 'db', LOG_LEVEL: 'info'},
		tests: [{run: ['php', '-m'], expect: {stdout: 'curl'}}],
	});
	screen = await openTui({world: {images: [composition], built: ['php-api']}, columns: 100, rows: 30});
	await screen.waitFor('php-api');
	return screen;
}

async function edit(): Promise<TuiScreen> {
	const tui = await open();
	await tui.type('e');
	await tui.waitFor('SBOM preview');
	await tui.type(keys.escape);
	return tui;
}

describe('every list has a filter', () => {
	test('variables: what is found is what the keys are about', async () => {
		const tui = await edit();
		await tui.type('V/log');
		await tui.waitFor(text => /▌ LOG_LEVEL/u.test(text) && !text.includes('DB_HOST  '));
		await tui.type(`${keys.enter}x`);
		await tui.waitFor('Nothing matches.');
		await tui.type(keys.escape);
		await tui.waitFor(/▌ APP_ENV/u);
		expect(tui.text()).not.toContain('LOG_LEVEL');
	});

	test('details, with the composition’s own tests among them', async () => {
		const tui = await edit();
		await tui.type('I');
		await tui.waitFor('php -m: says “curl”');
		await tui.type('/8.2');
		await tui.waitFor(text => text.includes('Line 8.2') && !text.includes('Workdir'));
		await tui.type(`${keys.enter}${keys.enter}`);
		await tui.waitFor(text => /· 8\.2\.11/u.test(text));
		await tui.type(`${keys.escape}/test${keys.enter}`);
		await tui.waitFor(text => text.includes('Test ') && !text.includes('Line 8.2'));
		await tui.type(keys.enter);
		await tui.waitFor('Tests are written in the composition: E opens it in $EDITOR.');
	});

	test('tabs of the card: rows under their headings', async () => {
		const tui = await open();
		await tui.type(`${keys.enter}/export`);
		await tui.waitFor(/\/ export/u);
		await tui.waitFor(text => text.includes('slipway export') && !text.includes('docker pull'));
		await tui.type(`${keys.enter}2/x`);
		await tui.waitFor('Reading the image');
	});

	test('settings', async () => {
		const tui = await open();
		await tui.type(',/mouse');
		await tui.waitFor(text => text.includes('/ mouse') && text.includes('1/1') && !text.includes('parallelLines'));
		await tui.type(keys.escape);
		await tui.waitFor('parallelLines');
	});
});

test('added: finds what is in the image, and follows the draft', async () => {
	screen = await openTui({world: {families: testFamilies}, columns: 100, rows: 30});
	const tui = screen;
	await tui.type(`n${keys.enter}`);
	await tui.waitFor('SBOM preview');
	await tui.type('tini');
	await tui.waitFor('tini for tests');
	await tui.type(`${keys.enter}${keys.ctrl('u')}added:`);
	await tui.waitFor('1 family');
	await tui.type(keys.enter);
	await tui.waitFor('No package matches');
});

test('the help says what can be typed in the search', async () => {
	const tui = await edit();
	await tui.type('?');
	await tui.waitFor('Keys');
	await tui.type('/line:');
	await tui.waitFor(/line:8\.4 +what fits that line of the starter/u);
	expect(tui.text()).toContain('In the search');
});
