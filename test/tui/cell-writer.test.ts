import xterm from '@xterm/headless';
import {describe, expect, test} from 'vitest';
import {createCellWriter} from '../../src/app/tui/cell-writer.ts';

const size = {columns: 40, rows: 8};

function terminal() {
	const term = new xterm.Terminal({cols: size.columns, rows: size.rows, allowProposedApi: true});
	return {
		write(data: string) {
			term.write(data);
		},
		/** Every cell with its look. */
		picture: () =>
			new Promise<string>(resolve => {
				term.write('', () => {
					const rows = Array.from({length: size.rows}, (_, row) =>
						Array.from({length: size.columns}, (_, column) => {
							const cell = term.buffer.active.getLine(row)!.getCell(column)!;
							const look = [
								cell.isBold(),
								cell.isDim(),
								cell.isInverse(),
								cell.isUnderline(),
								cell.getFgColor(),
								cell.getBgColor(),
							];
							const text = cell.getChars() === '' && cell.getWidth() === 1 ? ' ' : cell.getChars();
							return `${text}${look.map(Number).join(',')}`;
						}).join('|'),
					);
					resolve(rows.join('\n'));
				});
			}),
	};
}

/** Writes the same to a terminal and through a cell writer; both have to show the same. */
async function compare(writes: readonly string[]): Promise<void> {
	const direct = terminal();
	const diffed = terminal();
	const writer = createCellWriter(
		data => diffed.write(data),
		() => size,
	);
	for (const data of ['\u001b[?1049h', ...writes]) {
		direct.write(data);
		writer.write(data);
		expect(await diffed.picture()).toBe(await direct.picture());
	}
}

describe('the terminal shows what Ink wrote', () => {
	test.each([
		['text and lines', ['one\r\ntwo', '\u001b[1A\u001b[GONE\u001b[K']],
		[
			'styles',
			[
				'\u001b[1mbold\u001b[22m \u001b[36mcyan\u001b[39m \u001b[38;2;10;20;30mrgb\u001b[49;39m',
				'\u001b[H\u001b[7minverse\u001b[27m',
			],
		],
		['erasing', ['a'.repeat(40), '\u001b[1;10H\u001b[K', '\u001b[2;1Hxyz\u001b[1A\u001b[J']],
		['moving', ['\u001b[3;5Hx\u001b[2Dy\u001b[1Bz\u001b[1Ew\u001b[2Fv']],
		['wide and combining', ['漢字 e\u0301', '\u001b[H漢e字', '\u001b[Habc']],
		['nothing new', ['same', '\u001b[Hsame']],
		['a synchronized frame', ['\u001b[?2026h\u001b[Hone\r\ntwo\u001b[?2026l']],
	])('%s', async (_, writes) => {
		await compare(writes);
	});

	test('whatever is drawn over whatever', async () => {
		let seed = 7;
		const random = (below: number) => {
			seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
			return seed % below;
		};
		const pieces = ['a', 'bc', '漢', 'é', '─', '✓', ' ', '   ', 'long text here'];
		const looks = ['0', '1', '2', '7', '22', '27', '36', '39', '1;31', '48;5;17', '49', '4', '24'];
		const writes = Array.from({length: 120}, () =>
			Array.from({length: 1 + random(6)}, () => {
				const row = 1 + random(size.rows);
				const column = 1 + random(size.columns - 16);
				const erase = random(5) === 0 ? '\u001b[K' : '';
				return `\u001b[0m\u001b[${row};${column}H\u001b[K\u001b[${looks[random(looks.length)]}m${pieces[random(pieces.length)]}\u001b[0m${erase}`;
			}).join(''),
		);
		await compare(writes);
	});
});

test('only what changed is written', async () => {
	const frame = (left: string) => `\u001b[H${left.padEnd(20)}\u001b[36m${'right'.padEnd(20)}\u001b[39m`;
	const written: string[] = [];
	const writer = createCellWriter(
		data => written.push(data),
		() => size,
	);
	writer.write(`\u001b[?1049h${frame('one')}`);
	written.length = 0;
	writer.write(frame('one'));
	expect(written).toEqual([]);
	writer.write(frame('ode'));
	expect(written.join('')).toBe('\u001b[?2026h\u001b[1;2Hd\u001b[?2026l');
});

test('what is not about the picture passes: modes, clipboard, titles', () => {
	const seen: string[] = [];
	const writer = createCellWriter(
		data => seen.push(data),
		() => size,
	);
	writer.write('before');
	writer.write('\u001b[?1049h\u001b[?2004h\u001b]52;c;YWJj\u0007\u001b[?25l');
	writer.write('\u001b[?1049lafter');
	const all = seen.join('');
	for (const part of ['before', '\u001b[?2004h', '\u001b]52;c;YWJj\u0007', '\u001b[?25l', '\u001b[?1049lafter']) {
		expect(all).toContain(part);
	}
});

test('a terminal without a second screen is left empty, its cursor at the top', async () => {
	const term = terminal();
	const writer = createCellWriter(
		data => term.write(data.replaceAll(/\u001b\[\?1049[hl]/gu, '')),
		() => size,
	);
	writer.write('\u001b[?1049h\u001b[H\u001b[31mone\r\ntwo');
	writer.write('\u001b[?1049lafter');
	const empty = terminal();
	empty.write('after');
	expect(await term.picture()).toBe(await empty.picture());
});

test('after a change of size, or when asked, every cell is written', () => {
	const seen: string[] = [];
	let columns = 40;
	const writer = createCellWriter(
		data => seen.push(data),
		() => ({columns, rows: 8}),
	);
	writer.write('\u001b[?1049h\u001b[Hhello');
	seen.length = 0;
	writer.invalidate();
	writer.write('\u001b[Hhello');
	expect(seen.join('')).toContain('hello');
	seen.length = 0;
	columns = 30;
	writer.write('\u001b[Hhello');
	expect(seen.join('')).toContain('hello');
});
