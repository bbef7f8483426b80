import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {openBundleRepository} from '../../src/build/bundles/bundle-repository.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {testComposition, testServices} from '../support/tui-services.ts';
import {keys, openTui, type TuiScreen} from '../support/tui-screen.tsx';

/* Ink's screen reader mode: every screen as text that says what is selected, typed in and open, in words. */
let screen: TuiScreen;

beforeEach(async () => {
	const world = {
		images: [testComposition('php-api', {env: {APP_ENV: 'test'}}), testComposition('web', {starter: 'nginx'})],
		built: ['php-api'],
	};
	const bundles = openBundleRepository(join(await temporaryFolder('spoken'), 'bundles'));
	screen = await openTui({
		services: {...testServices(world), bundles},
		columns: 100,
		rows: 40,
		isScreenReaderEnabled: true,
	});
	await screen.waitFor('selected: php-api');
});
afterEach(() => screen.close());

/** Each: what is typed there, and what is heard then. */
async function hear(...steps: readonly (readonly [typed: string, heard: string | RegExp])[]): Promise<void> {
	for (const [typed, heard] of steps) {
		await screen.type(typed);
		await screen.waitFor(heard);
		// Signs and borders say nothing; what lies below a dialog is not there.
		expect(screen.text()).not.toMatch(/[╭╮╰╯│─━▌✓✗■▸▾◇⏎\u2800-\u28ff]/u);
		expect(screen.rowTexts().at(-1)).toBe('');
	}
}

describe('every screen can be listened to', () => {
	test('gallery, filter, builds, file bundles', async () => {
		await hear(
			['j', 'selected: web, nginx, not built'],
			['/php', 'typing: / php'],
			[keys.enter, 'selected: php-api, php, created'],
			['w', 'No builds yet.'],
			[`${keys.escape}F`, 'No file bundles yet.'],
		);
		expect(screen.text()).toContain('File bundles');
	});

	test('starters, and the composer pane by pane', async () => {
		await hear(
			['n', /selected: php, language, 8\.4 8\.2/u],
			[keys.enter, 'Packages (open tab)'],
			['tini', 'selected: tini'],
			[keys.enter, 'selected: checked tini'],
			[`${keys.escape}2`, /selected: checked 8\.4\.11, +4\.0 MB/u],
			['3', 'Pane 1, Compose: 1 package, 0 variables, 0 bundles.'],
			['V', 'Variables (open tab)'],
			['n', 'typing: Name, empty'],
			[`A${keys.tab}1${keys.enter}`, 'selected: A, 1'],
			['B', 'Bundles (open tab)'],
			['I', 'selected: Name'],
			['b', 'typing: Name, empty'],
		);
		expect(screen.text()).not.toContain('Pane 1');
	});

	test('a build and its log', async () => {
		await hear(['b', /selected: php-api, in progress/u]);
		screen.services.emit(
			'build-1',
			{type: 'line/started', line: '8.4', traceId: 't'},
			{type: 'phase/started', line: '8.4', phase: 'configure'},
			{type: 'log/appended', line: '8.4', phase: 'configure', stream: 'stdout', text: 'Setting up tini'},
		);
		await hear(['', 'Setting up tini'], ['j', /selected: running 8\.4/u], [keys.enter, 'Log of php-api 8.4']);
	});

	test('the image card tab by tab', async () => {
		await hear([keys.enter, 'Image php-api, overview, line 8.4'], ['', 'selected: 8.4, created']);
		for (const [at, tab] of ['settings', 'packages', 'layers', 'files', 'changes', 'builds'].entries()) {
			await hear([String(at + 2), `${at + 2} ${tab} (open tab)`], ['', /selected: /u]);
		}
	});

	test.each([
		['?', 'Enter, Open the image card'],
		[':', 'selected: New private image, n'],
		[',', 'selected: tenant, not set'],
		['K', 'selected: Open what is under the cursor'],
		['d', 'Type the name to confirm:'],
		['D', 'Name of the copy:'],
		['x', 'selected: 1 An archive for docker load'],
		['@', 'slipway show php-api'],
	])('the dialog of %s', async (key, heard) => {
		await hear([key, heard]);
		expect(screen.text()).not.toContain('The image under the cursor');
	});
});
