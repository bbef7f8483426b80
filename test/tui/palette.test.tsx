import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterEach, expect, test} from 'vitest';
import {slipwayPaths} from '../../src/base/paths.ts';
import {copyText, mostCopiedBytes} from '../../src/app/controllers/copy.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {testComposition, testServices} from '../support/tui-services.ts';
import {keys, openTui, type TuiScreen} from '../support/tui-screen.tsx';

let screen: TuiScreen | null = null;
afterEach(() => {
	screen?.close();
	screen = null;
});

async function open(home: string): Promise<TuiScreen> {
	await screen?.app.finish();
	screen?.close();
	const paths = slipwayPaths({SLIPWAY_HOME: home});
	screen = await openTui({
		services: {...testServices({images: [testComposition('php-api'), testComposition('web')]}), paths},
	});
	await screen.waitFor('php-api');
	return screen;
}

/** Titles in the palette, from the top. */
const offered = (tui: TuiScreen): readonly string[] =>
	tui
		.rowTexts()
		.filter(row => row.includes('recent'))
		.map(row => row.replaceAll(/[│▌]|recent.*/gu, ' ').trim());

test('the palette begins with what was run last, in this run and in the next', async () => {
	const home = await temporaryFolder('palette');
	const tui = await open(home);
	await tui.type(`:builds${keys.enter}`);
	await tui.waitFor('No builds yet');
	await tui.type(`${keys.escape}:change the order${keys.enter}`);
	await tui.waitFor('by newest');
	await tui.type(':');
	await tui.waitFor('Commands');
	expect(offered(tui).map(row => row.split('  ').at(-1))).toEqual(['Change the order', 'Show builds']);
	const again = await open(home);
	await again.waitFor(() => again.app.store.get().paletteHistory.length === 2);
	await again.type(`:${keys.down}${keys.enter}`);
	await again.waitFor('No builds yet');
});

test('a torn file of what was run is nothing to stop at', async () => {
	const home = await temporaryFolder('palette');
	const file = join(home, 'data/palette-history.json');
	await mkdir(join(home, 'data'), {recursive: true});
	await writeFile(file, '["builds/show", "no/such", 3');
	const tui = await open(home);
	await tui.type(`:builds${keys.enter}`);
	await tui.waitFor('No builds yet');
	await tui.waitFor(() => tui.app.store.get().paletteHistory.length === 1);
	await expect.poll(() => readFile(file, 'utf8')).toBe('["builds/show"]\n');
});

test('a text that no terminal takes whole is refused, not cut', async () => {
	const tui = await open(await temporaryFolder('copy'));
	const {app} = tui.app.parts;
	copyText(app, 'é'.repeat(mostCopiedBytes / 2), 'Copied');
	await tui.waitFor('Copied');
	copyText(app, 'é'.repeat(mostCopiedBytes / 2 + 1), 'Copied', 'p copies the path.');
	await tui.waitFor('Not copied: 75.0 kB, and terminals take 75.0 kB. p copies the path.');
	expect(tui.copied).toHaveLength(1);
});
