import {mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {packageRoot} from '../../src/base/package-root.ts';
import {makeSlipwayHome, type SlipwayHome} from '../support/slipway.ts';
import {keys, openSlipway, type Terminal} from '../support/terminal.ts';
import {drawSvg} from './svg.ts';

/*
 * `npm run pictures [-- FOLDER]`: draws the README's pictures from the running program. It builds the examples with
 * packages of the host's mirror, in a home of its own (or in FOLDER, whose downloads serve again), which takes minutes.
 */
const folder = join(packageRoot(), 'test/docs/pictures');
const examples = ['nginx-dev', 'python-worker', 'php-api'];
const recording = join(packageRoot(), 'examples/php-api.journal.ndjson');
const alt = (key: string) => keys.escape + key;
const patienceMs = 600_000;

async function main(): Promise<void> {
	const own = process.argv[2];
	const home = await makeSlipwayHome({...(own === undefined ? {} : {folder: own}), env: {COLORTERM: 'truecolor'}});
	await succeed(home, ['config', 'set', 'theme', 'dark']);
	await succeed(home, ['config', 'set', 'tenant', 'acme']);
	await succeed(home, ['update']);
	for (const example of examples) await succeed(home, ['build', join(packageRoot(), 'examples', `${example}.yaml`)]);
	// What an earlier walk in FOLDER composed would be offered again.
	await rm(join(home.folder, 'slipway/data/drafts'), {recursive: true, force: true});
	await mkdir(folder, {recursive: true});
	await withTerminal(home, [], throughTheScreens);
	await withTerminal(home, ['watch', '--replay', recording, '--speed', '6'], throughTheReplay);
	if (own === undefined) await rm(home.folder, {recursive: true, force: true});
}

async function succeed(home: SlipwayHome, args: readonly string[]): Promise<void> {
	process.stdout.write(`slipway ${args.join(' ')}\n`);
	const {exitCode, stderr} = await home.run(args, {timeoutMs: patienceMs});
	if (exitCode !== 0) throw new Error(`slipway ${args.join(' ')} ended with ${exitCode}:\n${stderr}`);
}

async function withTerminal(
	home: SlipwayHome,
	args: readonly string[],
	walk: (tui: Terminal) => Promise<void>,
): Promise<void> {
	const tui = openSlipway(args, {env: home.env, columns: 120, rows: 30});
	try {
		await walk(tui);
		tui.write(keys.ctrl('c'));
		await tui.exit;
	} finally {
		await tui.close();
	}
}

async function throughTheScreens(tui: Terminal): Promise<void> {
	await tui.waitFor(/package lists of/u, 60_000);
	await tui.waitFor(/php-api[^]*python-worker/u, 60_000);
	await take(tui, 'gallery', 'The gallery of private images');
	tui.write('?');
	await tui.waitFor('Keys');
	await take(tui, 'help', 'Help: the keys that are valid now');
	tui.write(keys.escape);
	await tui.waitFor(screen => !screen.some(row => row.includes('Keys')));

	tui.write(`/php-api${keys.enter}${keys.enter}`);
	await tui.waitFor('docker run --rm', 60_000);
	await take(tui, 'card', 'The card of an image: lines, tags, digests, what it runs as');
	tui.write('3');
	await tui.waitFor(/base-files +\S+ +starter/u, 60_000);
	tui.write('/php8.4');
	await tui.waitFor(/php8\.4-intl +\S+ +added/u);
	await take(tui, 'sbom', 'The SBOM of an image');
	tui.write(`${keys.enter}${keys.escape}`);
	await tui.waitFor('1 overview');
	tui.write(keys.escape);
	await tui.waitFor('Private images');

	tui.write('n');
	await tui.waitFor(/Begin from a starter image[^]*php/u, 60_000);
	tui.write('jjjjj');
	// Sizes are planned while one looks.
	await tui.waitFor(/▌ php [^\n]+ MB/u, patienceMs);
	await tui.waitFor(/ gcc [^\n]+ MB/u, patienceMs);
	await take(tui, 'starters', 'The catalogue of starter images');
	tui.write(`/php${keys.enter}${keys.enter}`);
	await tui.waitFor('Starter image packages', 60_000);
	for (const name of ['redis', 'imagick', 'intl']) {
		tui.write(`${keys.ctrl('u')}php-${name}`);
		await tui.waitFor(new RegExp(`php-${name}-auto`, 'u'), 60_000);
		tui.write(keys.enter);
		await tui.waitFor(new RegExp(`\\+ php-${name}-auto +[\\d.]+`, 'u'));
	}
	// The line under the cursor of the builds: its phases.
	tui.write(`${alt('3')}j${alt('1')}`);
	tui.write(`${keys.ctrl('u')}pgsql`);
	await tui.waitFor(/◇ php-pgsql-auto/u, 60_000);
	await take(tui, 'composer', 'The composer: package search, SBOM preview, builds');
}

async function throughTheReplay(tui: Terminal): Promise<void> {
	await tui.waitFor(/configure [^\n]*\d+\/\d+ packages[^]*configure [^\n]*\d+\/\d+ packages/u, patienceMs);
	await take(tui, 'dashboard', 'The build dashboard', true);
}

async function take(tui: Terminal, name: string, title: string, isMoving = false): Promise<void> {
	// A frame may arrive in pieces: it is whole once nothing followed for a while.
	let [before, quietSince] = [-1, Date.now()];
	await tui.waitFor(() => {
		if (tui.receivedBytes !== before) [before, quietSince] = [tui.receivedBytes, Date.now()];
		return Date.now() - quietSince > (isMoving ? 20 : 400);
	});
	const svg = drawSvg({title, rows: tui.cells()});
	const file = join(folder, `${name}.svg`);
	if ((await readFile(file, 'utf8').catch(() => '')) === svg) return;
	await writeFile(file, svg);
	process.stdout.write(`${name}.svg\n`);
}

await main();
