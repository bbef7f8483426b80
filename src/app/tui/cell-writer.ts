import {graphemesOf, widthOf} from '../../../state/text/measure.ts';
import {remembering} from '../../base/remembering.ts';
import {plainStyle, styleAfter, styleSequence, type CellStyle} from './cell-style.ts';

/**
 * Between Ink and the terminal: writes only the cells that differ from what the terminal shows. Ink skips the beginning
 * of a changed line that stays the same, and erases and writes the rest; with panes side by side a change on the left
 * costs the whole right side. Measured at 120×40, a search that fills the left pane: 8.2 KB from Ink alone.
 *
 * It understands the few sequences that Ink draws with and only works on the alternate screen, whose origin is known;
 * everything else passes as it is.
 */
export interface CellWriter {
	/** Takes what Ink writes. */
	readonly write: (data: string) => void;
	/** What the terminal shows is not known any more: the next write draws every cell. */
	readonly invalidate: () => void;
}

interface Cell {
	/** One grapheme; empty for the second half of a wide one. */
	readonly text: string;
	readonly style: CellStyle;
}

type Row = Cell[];

const blank: Cell = {text: ' ', style: plainStyle};
const mostStyles = 500;
const mostCells = 2000;
/** Equal cells are one object: a frame has some thousand, nearly all as before. */
const cellsIn = remembering(mostStyles, (style: CellStyle) =>
	remembering(mostCells, (text: string): Cell => ({text, style})),
);

/** No cell equals it: written whatever it should show. */
const unknown: Cell = {text: '', style: 'unknown'};

// CSI, OSC, DCS and two-character escapes (ECMA-48), each whole.
const sequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|P[\s\S]*?\u001b\\|[ -/]*[0-~])/gu;

/** Cells between two changes that are cheaper to write again than to jump over: a jump is 6 to 9 bytes. */
const shortGap = 6;

export function createCellWriter(
	output: (data: string) => void,
	size: () => {readonly columns: number; readonly rows: number},
): CellWriter {
	let {columns, rows} = size();
	let isActive = false;
	let isSynchronized = false;
	let shown: Row[] = [];
	let wanted: Row[] = [];
	let row = 0;
	let column = 0;
	let style: CellStyle = plainStyle;

	const blankRow = (cell = blank): Row => Array.from({length: columns}, () => cell);
	const grid = (cell = blank): Row[] => Array.from({length: rows}, () => blankRow(cell));

	function invalidate(): void {
		shown = grid(unknown);
	}

	function begin(): void {
		({columns, rows} = size());
		wanted = grid();
		invalidate();
		row = 0;
		column = 0;
		style = plainStyle;
	}

	function checkSize(): void {
		const now = size();
		if (now.columns === columns && now.rows === rows) return;
		({columns, rows} = now);
		const before = wanted;
		wanted = grid();
		for (const [at, cells] of before.entries()) {
			const target = wanted[at];
			if (target) for (let place = 0; place < columns; place++) target[place] = cells[place] ?? blank;
		}
		row = Math.min(row, rows - 1);
		column = Math.min(column, columns - 1);
		// Terminals differ in what they keep beyond the new edge.
		output('\u001b[2J');
		invalidate();
	}

	function put(text: string): void {
		for (const grapheme of graphemesOf(text)) {
			if (grapheme === '\n' || grapheme === '\r\n') {
				column = 0;
				row = Math.min(row + 1, rows - 1);
				continue;
			}
			if (grapheme === '\r') {
				column = 0;
				continue;
			}
			const width = widthOf(grapheme);
			const cells = wanted[row];
			if (!cells || width === 0 || column + width > columns) continue;
			cells[column] = cellsIn(style)(grapheme);
			for (let half = 1; half < width; half++) cells[column + half] = cellsIn(style)('');
			column += width;
		}
	}

	function erase(from: number, to: number): void {
		wanted[row]?.fill(blank, from, to);
	}

	/** True if the sequence was about the picture; others are the terminal's. */
	function obey(sequence: string): boolean {
		const match = /^\u001b\[([0-9;]*)([A-Za-z])$/u.exec(sequence);
		if (!match) return false;
		const [, parameters = '', final = ''] = match;
		const numbers = parameters.split(';').map(Number);
		const [first = 0, second = 0] = numbers;
		const steps = Math.max(1, first);
		switch (final) {
			case 'm':
				style = styleAfter(style, parameters);
				return true;
			case 'A':
				row = Math.max(0, row - steps);
				return true;
			case 'B':
				row = Math.min(rows - 1, row + steps);
				return true;
			case 'C':
				column = Math.min(columns - 1, column + steps);
				return true;
			case 'D':
				column = Math.max(0, column - steps);
				return true;
			case 'E':
				row = Math.min(rows - 1, row + steps);
				column = 0;
				return true;
			case 'F':
				row = Math.max(0, row - steps);
				column = 0;
				return true;
			case 'G':
				column = Math.min(columns, steps) - 1;
				return true;
			case 'H':
				row = Math.min(rows, steps) - 1;
				column = Math.min(columns, Math.max(1, second)) - 1;
				return true;
			case 'J':
				if (first === 0) {
					erase(column, columns);
					for (let at = row + 1; at < rows; at++) wanted[at] = blankRow();
				} else wanted = grid();
				return true;
			case 'K':
				erase(first === 0 ? column : 0, first === 1 ? column + 1 : columns);
				return true;
			default:
				return false;
		}
	}

	function flush(): void {
		const drawn: string[] = [];
		let active: CellStyle = plainStyle;
		for (let at = 0; at < rows; at++) {
			const want = wanted[at];
			const have = shown[at];
			if (!want || !have) continue;
			for (const [from, to] of changedRuns(have, want)) {
				drawn.push(`\u001b[${at + 1};${from + 1}H`);
				// Spaces up to the end are erased in three bytes.
				let end = to;
				if (to === columns) while (end > from && isBlank(want[end - 1])) end--;
				if (to - end < 4) end = to;
				for (let place = from; place < end; place++) {
					const cell = want[place] ?? blank;
					if (cell.style !== active) drawn.push(styleSequence(active, cell.style));
					active = cell.style;
					drawn.push(cell.text);
				}
				if (end < to) {
					if (active !== plainStyle) drawn.push('\u001b[m');
					active = plainStyle;
					drawn.push('\u001b[K');
				}
			}
			for (let place = 0; place < columns; place++) have[place] = want[place] ?? blank;
		}
		if (drawn.length === 0) return;
		if (active !== plainStyle) drawn.push('\u001b[m');
		output(`\u001b[?2026h${drawn.join('')}\u001b[?2026l`);
	}

	function special(sequence: string): void {
		switch (sequence) {
			case '\u001b[?2026h':
				isSynchronized = true;
				return;
			case '\u001b[?2026l':
				isSynchronized = false;
				return;
			case '\u001b[?1049h':
				output(sequence);
				isActive = true;
				begin();
				return;
			case '\u001b[?1049l':
				// Where there is no second screen (GNU screen without its altscreen), the shell goes on upon ours.
				if (isActive) output('\u001b[m\u001b[H\u001b[J');
				isActive = false;
				output(sequence);
				return;
			default:
				output(sequence);
		}
	}

	function write(data: string): void {
		if (isActive) checkSize();
		let at = 0;
		for (const match of data.matchAll(sequences)) {
			const text = data.slice(at, match.index);
			at = match.index + match[0].length;
			if (text !== '') {
				if (isActive) put(text);
				else output(text);
			}
			if (!isActive || !obey(match[0])) special(match[0]);
		}
		const rest = data.slice(at);
		if (rest !== '') {
			if (isActive) put(rest);
			else output(rest);
		}
		if (isActive && !isSynchronized) flush();
	}

	return {write, invalidate};
}

const isBlank = (cell: Cell | undefined): boolean => cell?.text === ' ' && cell.style === plainStyle;

const isSame = (a: Cell | undefined, b: Cell | undefined): boolean =>
	a === b || (a?.text === b?.text && a?.style === b?.style);

/** Half-open runs of cells to write. A row with a wide character is written whole: its halves cannot be told apart. */
function changedRuns(have: Row, want: Row): readonly (readonly [number, number])[] {
	const runs: (readonly [number, number])[] = [];
	let start = -1;
	let last = -1;
	for (let at = 0; at < want.length; at++) {
		if (isSame(have[at], want[at])) continue;
		if (start !== -1 && at - last > shortGap) {
			runs.push([start, last + 1]);
			start = -1;
		}
		if (start === -1) start = at;
		last = at;
	}
	if (start === -1) return [];
	runs.push([start, last + 1]);
	const isWide = (cells: Row) => cells.some(({text}) => text === '' || text.length > 1);
	return isWide(want) || isWide(have) ? [[0, want.length]] : runs;
}
