import {safeText} from '../../src/base/safe-text.ts';
import {takeWidth, widthOf} from '../../state/text/measure.ts';
import type {Tone} from '../theme/theme.ts';

/*
 * What the screens are made of. Panes are pure functions from state to lines of toned text, drawn by few components:
 * frame, rows, title and hint line. Colours are names of meanings (theme/), text from outside passes safeText here.
 */

export interface Span {
	readonly text: string;
	readonly tone?: Tone;
	readonly bold?: boolean;
	readonly underline?: boolean;
	/** The cell of a text cursor. */
	readonly isCursor?: boolean;
	/** Stands where nothing was typed yet. */
	readonly isPlaceholder?: boolean;
}

export type Line = readonly Span[];

export const span = (text: string, tone?: Tone): Span => (tone ? {text, tone} : {text});

export const lineOf = (...parts: readonly (string | Span | Line)[]): Line =>
	parts.flatMap(part =>
		typeof part === 'string' ? [{text: part}] : Array.isArray(part) ? (part as Line) : [part as Span],
	);

export const lineWidth = (line: Line): number => line.reduce((cells, {text}) => cells + widthOf(text), 0);

/** They show the same. */
export const isSameLine = (a: Line, b: Line): boolean =>
	a === b || (a.length === b.length && a.every((own, at) => isSameSpan(own, b[at])));

const isSameSpan = (a: Span, b: Span | undefined): boolean =>
	a.text === b?.text &&
	a.tone === b.tone &&
	a.bold === b.bold &&
	a.underline === b.underline &&
	a.isCursor === b.isCursor &&
	a.isPlaceholder === b.isPlaceholder;

/** Exactly that many cells: filled up with spaces, or cut with an ellipsis. Every text on a screen goes through here. */
export function fitLine(line: Line, width: number, align: 'left' | 'right' = 'left'): Line {
	const safe = line.map(part => ({...part, text: safeText(part.text)}));
	const total = lineWidth(safe);
	const gap = {text: ' '.repeat(Math.max(0, width - total))};
	if (total <= width) return total === width ? safe : align === 'left' ? [...safe, gap] : [gap, ...safe];
	if (width <= 0) return [];
	const kept: Span[] = [];
	let room = width - 1;
	for (const part of safe) {
		const text = takeWidth(part.text, room);
		if (text !== '') kept.push({...part, text});
		room -= widthOf(text);
		if (text.length < part.text.length) break;
	}
	kept.push({...kept.at(-1), isCursor: false, text: '…'});
	return room > 0 ? [...kept, {text: ' '.repeat(room)}] : kept;
}

/** The version of an image line with the line's own part in bold: **8.4**.28. */
export const lineVersion = (line: string, version: string): Line =>
	version === line || version.startsWith(`${line}.`)
		? lineOf({text: line, bold: true}, span(version.slice(line.length), 'muted'))
		: lineOf({text: line, bold: true}, span(` ${version}`.trimEnd(), 'muted'));

export interface Column {
	readonly line: Line;
	/** Cells; `rest`: shares what is left. */
	readonly width: number | 'rest';
	readonly align?: 'left' | 'right';
}

/** Columns with a space between them. Columns of no width are left out. */
export function columns(width: number, parts: readonly Column[]): Line {
	const shown = parts.filter(part => part.width === 'rest' || part.width > 0);
	const fixed = shown.reduce((sum, part) => sum + (part.width === 'rest' ? 0 : part.width), 0);
	const sharers = shown.filter(part => part.width === 'rest').length;
	const left = Math.max(0, width - fixed - (shown.length - 1));
	let given = 0;
	return shown.flatMap((part, at): Line => {
		let own = part.width === 'rest' ? Math.floor(left / Math.max(1, sharers)) : part.width;
		if (part.width === 'rest') {
			given++;
			if (given === sharers) own = left - Math.floor(left / Math.max(1, sharers)) * (sharers - 1);
		}
		return [...(at === 0 ? [] : [{text: ' '}]), ...fitLine(part.line, own, part.align)];
	});
}

/** Marks the matched letters, given as half-open ranges of UTF-16 units. */
export function highlight(text: string, ranges: readonly (readonly [number, number])[], tone?: Tone): Line {
	const spans: Span[] = [];
	let at = 0;
	for (const [from, to] of ranges) {
		if (from < at || to > text.length) continue;
		if (from > at) spans.push(span(text.slice(at, from), tone));
		spans.push({text: text.slice(from, to), tone: 'match', bold: true});
		at = to;
	}
	if (at < text.length) spans.push(span(text.slice(at), tone));
	return spans;
}
