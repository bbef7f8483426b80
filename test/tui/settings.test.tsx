import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterEach, expect, test} from 'vitest';
import {slipwayPaths} from '../../src/base/paths.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {testComposition, testServices} from '../support/tui-services.ts';
import {keys, openTui, type TuiScreen} from '../support/tui-screen.tsx';

let screen: TuiScreen | null = null;
afterEach(() => {
	screen?.close();
	screen = null;
});

async function open(): Promise<TuiScreen & {readonly file: string}> {
	const env = {LANG: 'C.UTF-8', SLIPWAY_HOME: await temporaryFolder('settings')};
	const services = {...testServices({images: [testComposition('php-api')]}), paths: slipwayPaths(env)};
	const tui = await openTui({services, columns: 100, rows: 40, env});
	screen = tui;
	await tui.waitFor('php-api');
	return {...tui, file: join(services.paths.config, 'settings.json')};
}

test('a command gets another key: it works at once, is shown, and is kept', async () => {
	const tui = await open();
	await tui.type(`Kduplicate${keys.enter}`);
	await tui.waitFor('press the new key');
	await tui.type('d');
	await tui.waitFor('d is the key of “Delete the image” here');
	await tui.type(`${keys.enter}C`);
	await tui.waitFor(/Duplicate under a new name +C/u);
	await tui.type(keys.escape);
	await tui.waitFor('C duplicate');
	await tui.type('C');
	await tui.waitFor('Duplicate php-api');
	expect(JSON.parse(await readFile(tui.file, 'utf8'))).toEqual({keys: 'image/duplicate=C'});
	await tui.type(keys.escape);
	await tui.waitFor('C duplicate');
	await tui.type(`Kduplicate${keys.ctrl('x')}`);
	await tui.waitFor(/Duplicate under a new name +D/u);
});

test('a change of the settings file is in force at once', async () => {
	const tui = await open();
	await writeFile(tui.file, JSON.stringify({keys: 'image/new=N', hints: true}));
	await tui.waitFor('N new');
	await writeFile(tui.file, JSON.stringify({keys: 'image/nothing=N'}));
	await tui.waitFor('The setting keys names no command: image/nothing=N');
});

test('help is filtered, and copied', async () => {
	const tui = await open();
	await tui.type('?');
	await tui.waitFor('Duplicate under a new name');
	await tui.type('/delete');
	await tui.waitFor(text => text.includes('Delete the image') && !text.includes('Duplicate under'));
	// The heading that it belongs to stays.
	expect(tui.text()).toContain('Private images');
	await tui.type(`${keys.enter}y`);
	await tui.waitFor('Copied');
	expect(tui.copied[0]).toContain('d  Del  Delete the image');
});

test('the palette completes what was begun', async () => {
	const tui = await open();
	await tui.type(`:key b${keys.tab}`);
	await tui.waitFor(': Key bindings');
	await tui.type(keys.enter);
	await tui.waitFor('Kept in the setting keys');
});

test('the equivalent command line is shown for each screen', async () => {
	const tui = await open();
	await tui.type('@');
	await tui.waitFor('slipway show php-api');
	await tui.type(`${keys.escape}F@`);
	await tui.waitFor('slipway bundle ls');
});
