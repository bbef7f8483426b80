import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterEach, expect, test} from 'vitest';
import type {ActionEvent} from '../../src/actions/action-event.ts';
import {createActions} from '../../src/app/actions.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {testComposition} from '../support/tui-services.ts';
import {keys, openTui, type TuiScreen} from '../support/tui-screen.tsx';

let screen: TuiScreen | null = null;
afterEach(() => {
	screen?.close();
	screen = null;
});

const rules = `rules:
  - name: tell-the-team
    when: [build/failed]
    then: [{command: [/bin/false]}]
`;
const event: ActionEvent = {
	id: 'php-api/build/failed/1',
	kind: 'build/failed',
	at: '2026-11-23T11:00:00.000Z',
	image: 'local/php-api',
	starter: 'php',
	severity: 'none',
	summary: 'The build failed.',
	build: null,
	reference: null,
	lines: [],
};

async function open(text: string | null) {
	const folder = await temporaryFolder('actions');
	const env: Record<string, string> = {LANG: 'C.UTF-8', SLIPWAY_HOME: folder};
	const file = join(folder, 'config/actions.yaml');
	await mkdir(join(folder, 'config'), {recursive: true});
	if (text !== null) await writeFile(file, text);
	const tui = await openTui({world: {images: [testComposition('php-api')]}, env, columns: 100});
	screen = tui;
	await tui.waitFor('php-api');
	return {tui, file, env};
}

test('the rules, and what was delivered with its last answer', async () => {
	const {tui, env} = await open(rules);
	await (await createActions({env, onProblem: () => {}})).handle([event]);
	await tui.type('A');
	await tui.waitFor(/tell-the-team +build\/failed → .*\/bin\/false/);
	await tui.waitFor(/(pending|failed) +tell-the-team +build\/failed +local\/php-api: /);
	await tui.type(keys.escape);
	await tui.waitFor(shown => !shown.includes('Deliveries'));
});

test('the rules are edited in $EDITOR; a mistake is named, and what was there stays', async () => {
	const {tui, file, env} = await open(rules);
	env['EDITOR'] = "sed -i 's/tell-the-team/tell-all/'";
	await tui.type('R');
	await tui.waitFor('The rules are saved.');
	const saved = await readFile(file, 'utf8');
	expect(saved).toContain('name: tell-all');
	env['EDITOR'] = "sed -i 's/when:/whenever:/'";
	await tui.type('R');
	await tui.waitFor('This cannot be saved yet');
	expect(tui.text()).toContain('whenever');
	await tui.type(`j${keys.enter}`);
	await tui.waitFor('Nothing was saved. Your text is in');
	expect(await readFile(file, 'utf8')).toBe(saved);
});

test('who has no rules yet begins from a template with an example', async () => {
	const {tui, file, env} = await open(null);
	await tui.type('A');
	await tui.waitFor('There are no rules');
	await tui.type(keys.escape);
	env['EDITOR'] = "sed -i 's/^rules: .*/rules:/; s/^#  //; /webhook/d'";
	await tui.type('R');
	await tui.waitFor('The rules are saved.');
	expect(await readFile(file, 'utf8')).toContain('- command: [/usr/local/bin/on-slipway-event]');
});
