import {join} from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import {openBundleRepository} from '../../src/build/bundles/bundle-repository.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {testComposition, testServices, type TestWorld} from '../support/tui-services.ts';
import {keys, openTui, type TuiScreen} from '../support/tui-screen.tsx';

let screen: TuiScreen | null = null;
afterEach(() => {
	screen?.close();
	screen = null;
});

async function open(world: TestWorld = {}): Promise<TuiScreen> {
	const bundles = openBundleRepository(join(await temporaryFolder('offered'), 'bundles'));
	screen = await openTui({services: {...testServices(world), bundles}, columns: 160, rows: 40});
	await screen.waitFor('package lists ready');
	return screen;
}

const hints = (tui: TuiScreen): string => tui.rowTexts().at(-1)?.trim() ?? '';

/** Types what leads there, and waits until it is shown. */
async function go(tui: TuiScreen, typed: string, shown: string): Promise<void> {
	await tui.type(typed);
	await tui.waitFor(shown);
}

describe('the last line offers what the keys can do now, and nothing else', () => {
	test('a gallery without images', async () => {
		const tui = await open();
		await tui.waitFor('No private images yet');
		expect(hints(tui)).toBe('n new  w builds  F bundles  q quit  ? help');
	});

	test('a gallery whose image was not built', async () => {
		const tui = await open({images: [testComposition('php-api')]});
		await tui.waitFor('Not built yet');
		expect(hints(tui)).toContain('⏎ open');
		expect(hints(tui)).not.toMatch(/copy|export|sort/u);
	});

	test('no builds, no file bundles', async () => {
		const tui = await open();
		await go(tui, 'w', 'No builds yet');
		expect(hints(tui)).toBe('esc back  q quit  ? help');
		await go(tui, `${keys.escape}F`, 'No file bundles yet');
		expect(hints(tui)).toBe('n add  esc back  q quit  ? help');
	});

	test('variables and the preview of a draft without any', async () => {
		const tui = await open();
		await go(tui, 'n', 'PHP');
		await go(tui, keys.enter, 'SBOM preview');
		await go(tui, `${keys.escape}V`, 'No variables of your own yet');
		expect(hints(tui)).not.toMatch(/edit|remove|undo|apply/u);
		await tui.type('2');
		await tui.waitFor(() => tui.app.store.get().composer?.pane === 'preview');
		// A line of the image: it is neither unfolded nor removed.
		expect(hints(tui)).not.toMatch(/unfold|remove|why|apply/u);
		await tui.type('jjjj');
		await tui.waitFor(/▌▸ Dependencies/u);
		expect(hints(tui)).toContain('⏎ unfold');
	});
});

test('what is typed ahead of a list that is on its way is not refused', async () => {
	const services = testServices({hasIndexes: false});
	screen = await openTui({services});
	const tui = screen;
	await tui.waitFor('refreshing');
	await go(tui, 'n/ngi', '/ ngi');
	services.finishRefresh();
	await tui.waitFor(/1\/1/u);
	expect(tui.text()).toContain('NGINX');
});

test('a key that can do nothing says why', async () => {
	const tui = await open({images: [testComposition('php-api')]});
	await tui.waitFor('Not built yet');
	await go(tui, 'x', 'It was not built yet: b builds it.');
	await go(tui, 's', 'There is nothing to sort.');
	await go(tui, `wX`, 'There is no build here yet.');
});

test('the help lists what cannot be done now last, with the reason; the palette leaves it out', async () => {
	const tui = await open({images: [testComposition('php-api')]});
	await tui.waitFor('Not built yet');
	await go(tui, '?/not built', 'Not now');
	await go(tui, `${keys.escape}G`, 'Export to a file. It was not built yet: b builds it.');
	await go(tui, `${keys.escape}:`, 'Duplicate under a new name');
	expect(tui.text()).not.toContain('Export to a file');
});
