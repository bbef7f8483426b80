import {afterEach, expect, test} from 'vitest';
import {testServices} from '../support/tui-services.ts';
import {keys, openTui, type TuiScreen, type TuiScreenOptions} from '../support/tui-screen.tsx';

let screen: TuiScreen | null = null;
afterEach(() => {
	screen?.close();
	screen = null;
});

async function compose(options: TuiScreenOptions = {}): Promise<TuiScreen> {
	screen = await openTui(options);
	await screen.waitFor('No private images yet');
	await screen.type('n');
	await screen.waitFor('Begin from a starter image');
	await screen.type(keys.enter);
	await screen.waitFor('SBOM preview');
	return screen;
}

test('a new image: starter, a package, a name, and the build is watched', async () => {
	const tui = await compose();
	await tui.type('curl');
	await tui.waitFor('php-curl-auto');
	await tui.type(keys.enter);
	await tui.waitFor('Packages 1');
	await tui.waitFor(/\+ php-curl-auto/);
	await tui.type(keys.altEnter);
	await tui.waitFor('Review and build');
	await tui.type(`php-api${keys.enter}`);
	await tui.waitFor('php-api  in progress');
	expect(tui.services.saved.get('php-api')?.packages).toEqual([{name: 'php-curl-auto', version: null}]);
});

test('keys that arrive in one chunk are all taken, in their order', async () => {
	const tui = await compose();
	await tui.type(`abcdef${keys.backspace.repeat(3)}`);
	expect(tui.text()).toContain(' / abc ');
	await tui.type(`${keys.ctrl('u')}tini`);
	await tui.waitFor('tini for tests');
	// Add, take away, add again, and go to the next pane: four keys in one write.
	await tui.type(`${keys.enter}${keys.enter}${keys.enter}${keys.tab}`);
	await tui.waitFor('Packages 1');
	expect(tui.app.store.get().composer?.pane).toBe('preview');
});

test('keys typed ahead of what they act on are kept: all of an image in one write', async () => {
	screen = await openTui({columns: 120, rows: 40});
	const tui = screen;
	await tui.type(`n${keys.enter}tini${keys.enter}${keys.altEnter}all-at-once${keys.enter}`);
	await tui.waitFor('all-at-once  in progress');
	expect(tui.services.saved.get('all-at-once')?.packages).toEqual([{name: 'tini', version: null}]);
});

test('Enter while a search still runs acts on its result', async () => {
	const services = testServices();
	let answer = () => {};
	const slow = {
		...services,
		planning: {
			...services.planning,
			search: async (...asked: Parameters<typeof services.planning.search>) => {
				if (asked[0] === 'tini') await new Promise<void>(resolve => (answer = resolve));
				return services.planning.search(...asked);
			},
		},
	};
	const tui = await compose({services: slow});
	await tui.type(`tini${keys.enter}${keys.ctrl('u')}curl`);
	expect(tui.app.store.get().composer?.history.present.packages).toEqual([]);
	answer();
	await tui.waitFor('Packages 1');
	await tui.waitFor('/ curl ');
	expect(tui.app.store.get().composer?.history.present.packages).toEqual([{name: 'tini', version: null}]);
});

test('the newest search wins', async () => {
	const tui = await compose();
	await tui.type('t');
	await tui.type('i');
	await tui.type('ni');
	await tui.waitFor('tini for tests');
	expect(tui.text()).not.toContain('tool1');
});

test('a blocked family says why and is refused at the key press', async () => {
	const tui = await compose();
	await tui.type('libc6');
	await tui.waitFor('in the starter');
	await tui.type(keys.enter);
	await tui.waitFor('libc6 cannot be added');
	expect(tui.text()).toContain('Packages   Variables');
});

test('a conflict is explained, and its suggestion is one key away', async () => {
	const tui = await compose({columns: 120, rows: 40});
	await tui.type('bad');
	await tui.waitFor('bad for tests');
	await tui.type(keys.enter);
	await tui.waitFor('bad cannot be installed');
	expect(tui.text()).toContain('bad needs libold');
	expect(tui.text()).toContain('Leave out bad');
	await tui.type(`${keys.tab}jjy`);
	await tui.waitFor('Why 8.2 cannot be built');
	expect(tui.text()).toContain('What works instead');
	await tui.type(keys.escape);
	await tui.waitFor(text => !text.includes('Why 8.2 cannot be built'));
	await tui.type('s');
	await tui.waitFor(text => !text.includes('bad cannot be installed'));
	expect(tui.text()).toContain('2 lines');
});

test('undo and redo go over every edit', async () => {
	const tui = await compose();
	await tui.type('tini');
	await tui.waitFor('tini for tests');
	await tui.type(keys.enter);
	await tui.waitFor('Packages 1');
	await tui.type(keys.escape);
	await tui.waitFor('search');
	await tui.type('u');
	await tui.waitFor('Packages   Variables');
	await tui.type('U');
	await tui.waitFor('Packages 1');
});

test('pasted KEY=VALUE lines become variables; wrong ones are named', async () => {
	const tui = await compose();
	await tui.type(`${keys.escape}V`);
	await tui.waitFor('No variables of your own yet');
	await tui.type(keys.paste('APP_ENV=production\nexport TOKEN="abc"\nPATH=/bin\nbroken\n'));
	await tui.waitFor('2 variables added, 2 refused');
	expect(tui.text()).toContain('APP_ENV');
	expect(tui.text()).toContain('secret?');
});

test('a variable is refused where it is typed', async () => {
	const tui = await compose();
	await tui.type(`${keys.escape}Vn`);
	await tui.waitFor('New variable');
	await tui.type(`PATH${keys.tab}/bin${keys.enter}`);
	await tui.waitFor('The starter sets PATH itself.');
	await tui.type(`${keys.tab}${keys.ctrl('u')}1X${keys.enter}`);
	await tui.waitFor('with a digit.');
});

test('leaving keeps the panes in order: Esc from the field, the list, the composer', async () => {
	const tui = await compose();
	await tui.type(keys.escape);
	await tui.waitFor('/ search');
	await tui.type(keys.escape);
	await tui.waitFor('No private images yet');
});

test('a click puts focus and cursor; the wheel scrolls what is under it', async () => {
	const tui = await compose({columns: 120, rows: 40});
	await tui.type('tool');
	await tui.waitFor('tool39 for tests'.slice(0, 5));
	await tui.type(keys.click(5, 8));
	expect(tui.app.store.get().composer?.search.isTyping).toBe(false);
	expect(tui.app.store.get().composer?.search.cursor.at).toBe(4);
	await tui.type(keys.wheelDown(5, 8));
	expect(tui.app.store.get().composer?.search.cursor.top).toBe(3);
});
