import type {StyledCell} from '../support/terminal.ts';
import {boxLines, cell, isBoxDrawing} from './svg-box-lines.ts';

/** A frame of a terminal as a picture: the emulator's cells, so that it looks as the terminal does. */
export interface FrameToDraw {
	/** For those who do not see it. */
	readonly title: string;
	readonly rows: readonly (readonly StyledCell[])[];
}

const ground = '#14181f';
const ink = '#d6dbe3';

/** The sixteen colours of a quiet dark terminal. */
const palette: readonly string[] = [
	...'#2b313b #ef7f7f #8fce8f #e6b673 #86a8f5 #cf9be8 #74c7d4 #d6dbe3'.split(' '),
	...'#5b6472 #f59a9a #a9dfa9 #f0c98f #a5bff8 #dcb4ef #92d8e3 #f2f5f9'.split(' '),
];

export function drawSvg({title, rows}: FrameToDraw): string {
	const columns = Math.max(...rows.map(cells => cells.length));
	const width = round(columns * cell.width + 2 * cell.padding);
	const height = round(rows.length * cell.height + 2 * cell.padding);
	const looks = rows.map(cells => cells.map(lookOf));
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(title)}">`,
		`<rect width="100%" height="100%" rx="10" fill="${ground}"/>`,
		...rows.flatMap((cells, row) => grounds(runsOf(cells, looks[row] ?? []), row)),
		...boxLines(rows, (row, column) => looks[row]?.[column]?.color ?? ink),
		`<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" fill="${ink}">`,
		...rows.flatMap((cells, row) => runsOf(cells, looks[row] ?? []).flatMap(run => texts(run, row))),
		'</g>',
		'</svg>',
		'',
	].join('\n');
}

interface Look {
	readonly color: string;
	readonly background: string | null;
	readonly attributes: string;
}

/** Neighbours that look the same. */
interface Run {
	readonly column: number;
	readonly look: Look;
	readonly cells: readonly StyledCell[];
}

function runsOf(cells: readonly StyledCell[], looks: readonly Look[]): readonly Run[] {
	const runs: (Run & {readonly cells: StyledCell[]})[] = [];
	for (const [column, own] of cells.entries()) {
		const look = looks[column] ?? lookOf(own);
		const last = runs.at(-1);
		if (last && isSameLook(last.look, look)) last.cells.push(own);
		else runs.push({column, look, cells: [own]});
	}
	return runs;
}

const isSameLook = (a: Look, b: Look): boolean =>
	a.color === b.color && a.background === b.background && a.attributes === b.attributes;

function grounds(runs: readonly Run[], row: number): readonly string[] {
	return runs.flatMap(({column, look, cells}) =>
		look.background === null
			? []
			: [
					`<rect x="${leftOf(column)}" y="${topOf(row)}" width="${round(cells.length * cell.width)}" height="${cell.height}" fill="${look.background}"/>`,
				],
	);
}

/** The words of a run, each in its columns whatever font there is: a sign that the font lacks moves no other word. */
function texts({column, look, cells}: Run, row: number): readonly string[] {
	const fill = look.color === ink ? '' : ` fill="${look.color}"`;
	const y = round(topOf(row) + 13.3);
	const isGap = (at: number): boolean => {
		const text = cells[at]?.text ?? ' ';
		return text === ' ' || isBoxDrawing(text);
	};
	const parts: string[] = [];
	for (let from = 0; from < cells.length; from++) {
		if (isGap(from)) continue;
		let to = from + 1;
		while (to < cells.length && !isGap(to)) to++;
		const text = cells
			.slice(from, to)
			.map(own => own.text)
			.join('');
		parts.push(
			`<text x="${leftOf(column + from)}" y="${y}" textLength="${round((to - from) * cell.width)}"${fill}${look.attributes}>${escapeXml(text)}</text>`,
		);
		from = to - 1;
	}
	return parts;
}

function lookOf(own: StyledCell): Look {
	const front = colorOf(own.foreground) ?? ink;
	const back = colorOf(own.background);
	const attributes = [
		own.isBold ? ' font-weight="bold"' : '',
		own.isDim ? ' opacity=".6"' : '',
		own.isUnderlined ? ' text-decoration="underline"' : '',
	].join('');
	if (own.isInverse) return {color: back ?? ground, background: front, attributes};
	return {color: front, background: back, attributes};
}

function colorOf(color: StyledCell['foreground']): string | null {
	if (color === null) return null;
	if (color.kind === 'rgb') return `#${color.value.toString(16).padStart(6, '0')}`;
	return palette[color.value] ?? null;
}

const leftOf = (column: number): number => round(cell.padding + column * cell.width);
const topOf = (row: number): number => cell.padding + row * cell.height;
const round = (value: number): number => Math.round(value * 10) / 10;

const escapeXml = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
