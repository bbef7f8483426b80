import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterEach, expect, test} from 'vitest';
import {openBundleRepository} from '../../src/build/bundles/bundle-repository.ts';
import {makeCertificate} from '../support/certificates.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {testComposition, testServices} from '../support/tui-services.ts';
import {keys, openTui, type TuiScreen} from '../support/tui-screen.tsx';

/** Keys for Ink's widgets are drawn one by one, which a busy machine does slowly. */
const patienceMs = 60_000;

let screen: TuiScreen | null = null;
afterEach(() => {
	screen?.close();
	screen = null;
});

async function open(rows = 30): Promise<TuiScreen & {readonly folder: string}> {
	const folder = await temporaryFolder('files');
	const services = {
		...testServices({images: [testComposition('php-api', {bundles: ['corp-ca']})]}),
		bundles: openBundleRepository(join(folder, 'bundles')),
	};
	const tui = await openTui({services, columns: 100, rows});
	screen = tui;
	await tui.waitFor('php-api');
	return {...tui, folder};
}

test('a bundle of files: added by its path, looked into, a new version, removed by typing its name', async () => {
	const tui = await open();
	await writeFile(join(tui.folder, 'nginx.conf'), 'worker_processes 1;\n');
	// Menu, form and text in one write: the menu is ink-select-input, which gets one key after another.
	await tui.type(`Fnjj${keys.enter}nginx-conf${keys.tab}${tui.folder}/nginx.conf${keys.tab}/etc/nginx${keys.enter}`);
	await tui.waitFor('nginx-conf version 1 was added');
	expect(tui.text()).toContain('/etc/nginx/nginx.conf');
	expect(tui.text()).toContain('no image yet');
	await writeFile(join(tui.folder, 'nginx.conf'), 'worker_processes 2;\n');
	await tui.type(`v${tui.folder}/nginx.conf${keys.enter}`);
	await tui.waitFor('nginx-conf version 2 was added');
	await tui.type(keys.enter);
	await tui.waitFor(/Version 2,[^]*Version 1,/u);
	await tui.type(`${keys.escape}dnginx-con${keys.enter}`);
	await tui.waitFor('This is not nginx-conf.', patienceMs);
	await tui.type(`f${keys.enter}`);
	await tui.waitFor('No file bundles yet');
});

test('certificates are pasted as text; their names, ends and users are shown', async () => {
	const tui = await open();
	const {certificate} = makeCertificate('Example Root');
	await tui.type(`Fn2corp-ca${keys.paste(certificate)}`);
	await tui.waitFor('1 certificate pasted');
	await tui.type(keys.enter);
	await tui.waitFor('corp-ca version 1 was added');
	expect(tui.text()).toMatch(/CN=Example Root/u);
	expect(tui.text()).toContain('used by php-api');
	await tui.type('x');
	await tui.waitFor('php-api would no longer build without it.');
});

test('what cannot be added is refused with the reason, and the form stays', async () => {
	const tui = await open();
	await tui.type(`Fn1Corp CA${keys.enter}`);
	await tui.waitFor('A bundle name has lowercase letters');
	await tui.type(`${keys.ctrl('u')}corp-ca${keys.tab}/nowhere/ca.pem${keys.enter}`);
	await tui.waitFor('There is no file /nowhere/ca.pem');
	expect(tui.text()).toContain('/nowhere/ca.pem');
});

test('from the composer a new bundle is taken at once', async () => {
	const tui = await open(40);
	const {certificate} = makeCertificate('Example Root');
	await tui.type(`e${keys.escape}Bn2extra-ca${keys.paste(certificate)}${keys.enter}`);
	await tui.waitFor('extra-ca version 1 was added');
	expect(tui.app.store.get().composer?.history.present.bundles).toEqual(['corp-ca', 'extra-ca']);
});

test('keys that come together reach the prompt of ink-text-input whole, with all editing keys', async () => {
	const tui = await open();
	await tui.type('d');
	await tui.waitFor('Delete php-api');
	await tui.type(`abcdef${keys.backspace.repeat(3)}x${keys.ctrl('a')}>${keys.ctrl('e')}<`);
	await tui.waitFor('> >abcx<', patienceMs);
	await tui.type(`${keys.ctrl('w')}php-${keys.left}${keys.left}h${keys.ctrl('t')}`);
	await tui.waitFor('> phph-', patienceMs);
	await tui.waitFor(() => !tui.app.parts.isWaiting(), patienceMs);
	expect(tui.app.store.get().dialog).toMatchObject({field: {text: 'phph-', cursor: 4}});
	await tui.type(`${keys.ctrl('u')}${keys.ctrl('k')}php-api${keys.enter}`);
	await tui.waitFor('php-api was deleted', patienceMs);
});
