import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {openBundleRepository} from '../../src/build/bundles/bundle-repository.ts';
import type {AppState} from '../../state/app-state.ts';
import {testComposition, testServices} from '../support/tui-services.ts';
import {keys, openTui} from '../support/tui-screen.tsx';

/*
 * Whatever keys come, cut into whatever chunks, at whatever size: nothing crashes, no frame is larger than the terminal,
 * and the end is that of the same keys typed one by one. SLIPWAY_TEST_ROUNDS=200 looks for longer.
 */
const rounds = Number(process.env['SLIPWAY_TEST_ROUNDS'] ?? 6);
const keysPerRound = 45;

/** A small random generator with a seed (mulberry32), so that what fails can be run again. */
function randomFrom(seed: number): (below: number) => number {
	let state = seed;
	return below => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
	};
}

/** Esc as one code (CSI u): the plain byte in one chunk with a letter is Alt with that letter, in every terminal. */
const escape = '\u001b[27u';

const words = ['tini', 'curl', 'bad', 'libc6', 'php-api', 'web', 'APP_ENV', '漢字e\u0301', '[]', '/'];
const pool = [
	...'nebDydsxwFuUUPVBIvE123zijklhmgGoXf?:,@'.split(''),
	...Array.from({length: 12}, () => keys.enter),
	...Array.from({length: 8}, () => escape),
	keys.tab,
	keys.tab,
	' ',
	keys.backspace,
	keys.up,
	keys.down,
	keys.down,
	keys.right,
	keys.left,
	keys.pageDown,
	keys.end,
	keys.altEnter,
	keys.ctrl('a'),
	keys.ctrl('u'),
	keys.ctrl('w'),
	keys.ctrl('s'),
	keys.ctrl('n'),
	keys.ctrl('c'),
	keys.paste('A=1\nB=2\n'),
	keys.paste('one line'),
	keys.click(5, 5),
	keys.wheelDown(5, 5),
];

const pick = <Value,>(random: (below: number) => number, values: readonly Value[]): Value =>
	values[random(values.length)] as Value;

const typed = (random: (below: number) => number): readonly string[] =>
	Array.from({length: keysPerRound}, () => (random(6) === 0 ? pick(random, words) : pick(random, pool)));

function cut(random: (below: number) => number, all: readonly string[], most: number): readonly string[] {
	const chunks: string[] = [];
	for (let at = 0; at < all.length;) {
		const length = 1 + random(most);
		chunks.push(all.slice(at, at + length).join(''));
		at += length;
	}
	return chunks;
}

/** What the keys decided; not what only tells how the screen looks at it now. */
function decided(state: AppState): unknown {
	const {screens, dialog, composer, gallery, picker, files, isFiltering, settings, card, log} = state;
	return {
		screens,
		dialog,
		isFiltering,
		settings,
		card,
		log,
		picker,
		files,
		gallery: {filter: gallery.filter, sorting: gallery.sorting, cursor: gallery.cursor},
		composer: composer && {
			draft: composer.history.present,
			past: composer.history.past.length,
			saved: composer.saved?.name,
			pane: composer.pane,
			tab: composer.tab,
			isZoomed: composer.isZoomed,
			cursors: composer.cursors,
			search: {field: composer.search.field, isTyping: composer.search.isTyping, cursor: composer.search.cursor.at},
			preview: {cursor: composer.preview.cursor.at, open: [...composer.preview.open]},
		},
	};
}

describe('any keys', () => {
	const home = mkdtempSync(join(tmpdir(), 'slipway-keys-'));
	afterAll(() => rmSync(home, {recursive: true, force: true}));
	let number = 0;

	async function run(chunks: readonly string[], columns: number, rows: number): Promise<unknown> {
		number += 1;
		const folder = join(home, String(number));
		const services = {
			...testServices({images: [testComposition('php-api'), testComposition('web', {starter: 'nginx'})]}),
			bundles: openBundleRepository(join(folder, 'bundles')),
		};
		const tui = await openTui({services, columns, rows, env: {LANG: 'C.UTF-8', EDITOR: 'true', SLIPWAY_HOME: folder}});
		const {store, parts} = tui.app;
		try {
			await tui.waitFor('php-api');
			for (const chunk of chunks) {
				await tui.type(chunk);
				const lines = tui.rowTexts();
				// A frame that is too tall pushes its title out, or its hints over the last frame's border.
				expect(lines[0], `after ${JSON.stringify(chunk)}:\n${tui.text()}`).toMatch(/^ slipway/u);
				expect(tui.raw()).not.toContain('ERROR');
			}
			for (let calm = 0; calm < 3; calm = parts.isWaiting() ? 0 : calm + 1) await tui.settle();
			return decided(store.get());
		} finally {
			tui.close();
		}
	}

	test.each(Array.from({length: rounds}, (_, round) => round + 1))('round %i', {timeout: 120_000}, async round => {
		const random = randomFrom(round);
		const all = typed(random);
		const [columns, rows] = pick(random, [
			[40, 10],
			[80, 24],
			[120, 40],
		] as const);
		const oneByOne = await run(all, columns, rows);
		const inChunks = await run(cut(random, all, 12), columns, rows);
		expect(inChunks, JSON.stringify(all)).toEqual(oneByOne);
	});
});
