import {afterEach, describe, expect, test} from 'vitest';
import {testComposition, testServices} from '../support/tui-services.ts';
import {keys, openTui, type TuiScreen} from '../support/tui-screen.tsx';

let screen: TuiScreen | null = null;
afterEach(() => {
	screen?.close();
	screen = null;
});

const world = {images: [testComposition('php-api')], built: ['php-api']};

describe('read-only', () => {
	test('the title says so; a key that would write or build says why it does not', async () => {
		screen = await openTui({world, isReadOnly: true});
		const tui = screen;
		await tui.waitFor('slipway  read-only');
		await tui.waitFor('php-api');
		for (const key of ['n', 'e', 'E', 'b', 'D', 'x', 'd', 'R', keys.ctrl('r')]) {
			await tui.type(key);
			await tui.waitFor('Read-only: begin without --read-only to change anything.');
			await tui.type('?');
			await tui.waitFor(text => !text.includes('begin without --read-only to change anything.\n'));
			await tui.type(keys.escape);
		}
		expect(tui.app.store.get().screens).toEqual(['gallery']);
		expect(tui.services.plans).toEqual([]);
	});

	test('all there is can be looked at and copied', async () => {
		screen = await openTui({world, isReadOnly: true, columns: 120});
		const tui = screen;
		await tui.waitFor('php-api');
		const hints = tui.rowTexts().at(-1) ?? '';
		expect(hints).toContain('⏎ open');
		expect(hints).not.toMatch(/new|edit|build |delete|export/u);
		await tui.type('y');
		await tui.waitFor('Copied php-api:latest');
		await tui.type(`${keys.enter}2`);
		await tui.waitFor('settings');
		await tui.type(`${keys.escape},`);
		await tui.waitFor('Settings');
		await tui.type(keys.enter);
		await tui.waitFor('Read-only');
	});

	test('as a setting it is ended from the command line', async () => {
		screen = await openTui({world, settings: {readOnly: true}});
		const tui = screen;
		await tui.waitFor('php-api');
		await tui.type('b');
		await tui.waitFor('`slipway config set readOnly false` allows changes again.');
	});

	test('nothing is fetched, not even on the first start', async () => {
		const services = testServices({hasIndexes: false});
		screen = await openTui({services, isReadOnly: true});
		await screen.waitFor('no package lists');
		expect(screen.app.store.get().repository.kind).toBe('failed');
	});
});
