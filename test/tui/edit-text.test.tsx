import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import {openCompositionFiles} from '../../src/app/composition-files.ts';
import {draftOf} from '../../state/composer/composer.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {testComposition, testServices} from '../support/tui-services.ts';
import {keys, openTui, type TuiScreen} from '../support/tui-screen.tsx';

let screen: TuiScreen | null = null;
afterEach(() => {
	screen?.close();
	screen = null;
});

const text = '# as the team wants it\nname: php-api\nstarter: php\npackages:\n  - tini\n';

/** The gallery over real composition files, and an editor that does what the script says, each time it is opened. */
async function open(script: string) {
	const folder = await temporaryFolder('edit-text');
	const compositions = openCompositionFiles(join(folder, 'compositions'), () => {});
	const composition = testComposition('php-api', {packages: [{name: 'tini', version: null}]});
	await compositions.save(composition);
	await writeFile(join(compositions.folder, 'php-api.yaml'), text);
	const editor = join(folder, 'editor');
	await writeFile(editor, `#!/bin/sh\n${script}\n`, {mode: 0o755});
	screen = await openTui({
		services: {...testServices({images: [composition]}), compositions},
		env: {LANG: 'C.UTF-8', PATH: process.env['PATH'] ?? '', EDITOR: editor},
	});
	await screen.waitFor('php-api');
	return {tui: screen, file: join(compositions.folder, 'php-api.yaml')};
}

describe('a composition in $EDITOR', () => {
	test('is saved as it was written, with its comments', async () => {
		const {tui, file} = await open(`echo '  - curl # for the health check' >>"$1"`);
		await tui.type('E');
		await tui.waitFor('php-api was saved: b builds it.');
		expect(await readFile(file, 'utf8')).toBe(`${text}  - curl # for the health check\n`);
	});

	test('that is refused is told with its place, and the way back keeps what was typed', async () => {
		const {tui, file} = await open(
			`if grep -q 'packages: none' "$1"; then sed -i 's/packages: none/packages: []/' "$1"
			else sed -i '/tini/d; s/packages:/packages: none/' "$1"; fi`,
		);
		await tui.type('E');
		await tui.waitFor('This cannot be saved yet');
		expect(tui.text()).toMatch(/php-api\.yaml:4:\d+: packages/u);
		expect(await readFile(file, 'utf8')).toBe(text);
		await tui.type(keys.enter);
		await tui.waitFor('php-api was saved');
		expect(await readFile(file, 'utf8')).toBe('# as the team wants it\nname: php-api\nstarter: php\npackages: []\n');
	});

	test('that is left stays in a file, whose path is in the clipboard', async () => {
		const {tui, file} = await open(`echo 'starter: nginx' >"$1"`);
		await tui.type('E');
		await tui.waitFor('This cannot be saved yet');
		await tui.type(`j${keys.enter}`);
		await tui.waitFor('Nothing was saved. Your text is in');
		expect(await readFile(tui.copied[0] ?? '', 'utf8')).toBe('starter: nginx\n');
		expect(await readFile(file, 'utf8')).toBe(text);
	});

	test('with an editor that fails changes nothing', async () => {
		const {tui, file} = await open('exit 3');
		await tui.type('E');
		await tui.waitFor(/ended with\s+3\. Nothing was changed/u);
		expect(await readFile(file, 'utf8')).toBe(text);
	});

	test('from the composer is an edit of the draft, which undo takes back', async () => {
		const {tui, file} = await open(`sed -i 's/- tini/- curl/' "$1"`);
		await tui.type('e');
		await tui.waitFor('SBOM preview');
		await tui.type(`${keys.escape}E`);
		await tui.waitFor('The draft is as you wrote it');
		const packages = () => draftOf(tui.app.store.get().composer!).packages.map(({name}) => name);
		expect(packages()).toEqual(['curl']);
		expect(await readFile(file, 'utf8')).toBe(text);
		await tui.type('u');
		await tui.waitFor(shown => !shown.includes('unsaved'));
		expect(packages()).toEqual(['tini']);
	});

	test('cannot change what is fixed once saved', async () => {
		const {tui} = await open(`sed -i 's/^name: .*/name: other/' "$1"`);
		await tui.type('e');
		await tui.waitFor('SBOM preview');
		await tui.type(`${keys.escape}E`);
		await tui.waitFor('Name and starter are fixed once saved');
	});
});
