import type {StyledCell} from '../support/terminal.ts';

/** Where cells lie in the picture, in its units. */
export const cell = {width: 8.4, height: 18, padding: 16} as const;

/**
 * Box drawing as lines: the glyphs of a font leave gaps between rows. Each sign is the path through its cell, from
 * the cell's upper left corner, in halves of the cell (`w` wide, `h` high).
 */
const w = cell.width / 2;
const h = cell.height / 2;
const bend = 4;
const signs: Readonly<Record<string, string>> = {
	'─': `m0 ${h}h${2 * w}`,
	'━': `m0 ${h}h${2 * w}`,
	'│': `m${w} 0v${2 * h}`,
	'╭': `m${w} ${2 * h}v${-h + bend}q0 ${-bend} ${bend} ${-bend}h${w - bend}`,
	'╮': `m0 ${h}h${w - bend}q${bend} 0 ${bend} ${bend}v${h - bend}`,
	'╰': `m${w} 0v${h - bend}q0 ${bend} ${bend} ${bend}h${w - bend}`,
	'╯': `m0 ${h}h${w - bend}q${bend} 0 ${bend} ${-bend}v${-h + bend}`,
};

export const isBoxDrawing = (text: string): boolean => text in signs;

/** One path for each colour and thickness; lines that go on are one stroke. */
export function boxLines(
	rows: readonly (readonly StyledCell[])[],
	colorAt: (row: number, column: number) => string,
): readonly string[] {
	const paths = new Map<string, string>();
	for (const [row, cells] of rows.entries()) {
		for (let column = 0; column < cells.length; column++) {
			const sign = cells[column]?.text ?? '';
			const path = signs[sign];
			if (path === undefined) continue;
			const color = colorAt(row, column);
			const attributes = `stroke="${color}" stroke-width="${sign === '━' ? 3 : 1.2}"`;
			const start = `M${place(column * cell.width)} ${place(row * cell.height)}`;
			let length = 1;
			if (sign === '─' || sign === '━') {
				while (cells[column + length]?.text === sign && colorAt(row, column + length) === color) length++;
			}
			const drawn = length === 1 ? path : `m0 ${h}h${Math.round(length * cell.width * 10) / 10}`;
			paths.set(attributes, `${paths.get(attributes) ?? ''}${start}${drawn}`);
			column += length - 1;
		}
	}
	return Array.from(paths, ([attributes, path]) => `<path fill="none" ${attributes} d="${path}"/>`);
}

const place = (offset: number): number => Math.round((cell.padding + offset) * 10) / 10;
