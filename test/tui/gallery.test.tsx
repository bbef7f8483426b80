import {afterEach, expect, test} from 'vitest';
import {testComposition, testServices} from '../support/tui-services.ts';
import {keys, openTui, type TuiScreen, type TuiScreenOptions} from '../support/tui-screen.tsx';

let screen: TuiScreen | null = null;
afterEach(() => {
	screen?.close();
	screen = null;
});

const images = [
	testComposition('php-api', {description: 'PHP API base', env: {APP_ENV: 'test'}}),
	testComposition('web', {starter: 'nginx'}),
	testComposition('worker'),
];

async function open(options: TuiScreenOptions = {}): Promise<TuiScreen> {
	screen = await openTui({world: {images, built: ['php-api']}, ...options});
	return screen;
}

test('images with what is known of the one under the cursor; filter and order', async () => {
	const tui = await open();
	await tui.waitFor('PHP API base');
	await tui.type('j');
	await tui.waitFor(/─ web {2}from nginx ─/);
	await tui.type('/wor');
	await tui.waitFor(text => text.includes('worker') && !text.includes('nginx'));
	await tui.type(keys.escape);
	await tui.waitFor('web');
	await tui.type('s');
	await tui.waitFor('by newest');
});

test('deleting asks for the name', async () => {
	const tui = await open();
	await tui.waitFor('php-api');
	await tui.type('d');
	await tui.waitFor('Delete php-api');
	await tui.type(`php-ap${keys.enter}`);
	await tui.waitFor('This is not php-api.');
	expect(tui.services.saved.has('php-api')).toBe(true);
	await tui.type(`i${keys.enter}`);
	await tui.waitFor('php-api was deleted');
	expect(tui.services.saved.has('php-api')).toBe(false);
});

test('a copy gets a name of its own, checked at once', async () => {
	const tui = await open();
	await tui.waitFor('php-api');
	await tui.type('D');
	await tui.waitFor('Duplicate php-api');
	await tui.type(`web${keys.enter}`);
	await tui.waitFor('already');
	await tui.type(`${keys.ctrl('u')}php-next${keys.enter}`);
	await tui.waitFor('php-next is a copy of php-api');
	expect(tui.services.saved.get('php-next')?.env).toEqual({APP_ENV: 'test'});
});

test('editing shows what changes against what was saved, before it is built', async () => {
	const tui = await open();
	await tui.waitFor('php-api');
	await tui.type('e');
	await tui.waitFor('SBOM preview');
	await tui.type('tini');
	await tui.waitFor('tini for tests');
	await tui.type(keys.enter);
	await tui.waitFor('unsaved');
	await tui.waitFor(/\+ tini/);
	await tui.type(keys.altEnter);
	await tui.waitFor('+ package tini');
	expect(tui.text()).toContain('fixed');
	await tui.type(keys.escape);
	await tui.type(keys.ctrl('s'));
	await tui.type(keys.enter);
	await tui.waitFor('php-api was saved');
	expect(tui.services.saved.get('php-api')?.packages).toEqual([{name: 'tini', version: null}]);
});

test('the pull reference is copied', async () => {
	const tui = await open();
	await tui.waitFor('php-api');
	await tui.type('y');
	await tui.waitFor('Copied php-api:latest');
	expect(tui.copied).toEqual(['php-api:latest']);
});

test('help shows the keys that are valid now; the palette runs a command by name', async () => {
	const tui = await open({columns: 100, rows: 40});
	await tui.waitFor('php-api');
	await tui.type('?');
	await tui.waitFor('Duplicate under a new name');
	expect(tui.text()).not.toContain('Add or remove the package');
	await tui.type(keys.escape);
	await tui.type(':sett');
	await tui.waitFor('Settings');
	await tui.type(keys.enter);
	await tui.waitFor('refreshAfterHours');
});

test('the first start shows a useful screen at once, progress, then the starters', async () => {
	const services = testServices({hasIndexes: false});
	const tui = await open({services});
	await tui.waitFor('refreshing trixie 3.0 MB of 9.0 MB');
	await tui.type('n');
	await tui.waitFor('The package lists are on their way.');
	services.finishRefresh();
	await tui.waitFor('nginx');
	expect(tui.text()).toContain('package lists');
});

test('without a network and without lists, it says so and what helps', async () => {
	const services = testServices({hasIndexes: false});
	const tui = await open({services});
	await tui.waitFor('refreshing');
	services.finishRefresh('The mirror does not answer.');
	await tui.waitFor('no package lists');
	await tui.type('n');
	await tui.waitFor('The mirror does not answer.');
	expect(tui.text()).toContain('Check the mirror.');
});

test('without a network the lists from the cache serve', async () => {
	const services = testServices();
	const tui = await open({services});
	await tui.waitFor('No private images yet');
	await tui.type(keys.ctrl('r'));
	await tui.waitFor('refreshing');
	services.finishRefresh('The mirror does not answer.');
	await tui.waitFor('offline: package lists from the cache');
});

test('starters tell what their smallest image weighs, planned while one looks', async () => {
	const tui = await open();
	await tui.waitFor('php-api');
	await tui.type('n');
	await tui.waitFor(/nginx +web +1\.26 +2\.0 MB/u);
	expect(tui.text()).toMatch(/8\.2 +8\.2\.11 +bookworm +2\.0 MB +2 packages/u);
	// Each was planned once, and nothing is planned any more.
	expect(tui.services.plans.map(({starter}) => starter).toSorted()).toEqual(['nginx', 'php']);
});

test('an edit is compared with the last build before it is built', async () => {
	const tui = await open({columns: 100, rows: 30});
	await tui.waitFor('php-api');
	await tui.type('b');
	await tui.waitFor(/php-api {2}in progress/u);
	tui.services.emit('build-1', {type: 'build/finished', status: 'created', lines: []});
	await tui.waitFor('php-api: created');
	await tui.type(`${keys.escape}e`);
	await tui.waitFor('SBOM preview');
	await tui.type('curl');
	await tui.waitFor('curl for tests');
	await tui.type(`${keys.down}${keys.enter}`);
	await tui.waitFor('unsaved');
	await tui.type(keys.altEnter);
	await tui.waitFor('Against the last build: 2 packages');
	expect(tui.text()).toMatch(/\+ lib\S*curl/u);
});
