import {emptyField, type TextField} from '../fields/text-field.ts';
import {matchesFilter} from '../lists/filter.ts';
import {rememberLast} from '../remember-last.ts';
import type {LogLine} from './log-lines.ts';

/** How a log is looked at; its lines come from outside. */
export interface LogView {
	/** First shown row, counted in lines that pass the filter. Of no meaning while the end is followed. */
	readonly top: number;
	readonly isFollowingEnd: boolean;
	/** The row that was found last, counted as `top`: the next match is looked for from there. */
	readonly found: number | null;
	readonly wraps: boolean;
	/** Cells by which rows that do not wrap are shifted to the left. */
	readonly left: number;
	/** Each row tells when it was logged. */
	readonly showsTimes: boolean;
	readonly search: TextField;
	readonly filter: TextField;
	/** Which of both is being typed. */
	readonly typing: 'search' | 'filter' | null;
}

export const freshLogView: LogView = {
	top: 0,
	isFollowingEnd: true,
	found: null,
	wraps: false,
	left: 0,
	showsTimes: false,
	search: emptyField,
	filter: emptyField,
	typing: null,
};

export const shownLines = (view: LogView, lines: readonly LogLine[]): readonly LogLine[] =>
	view.filter.text === '' ? lines : passing(view.filter.text, lines);

/** Keys and frames ask for the same ones again and again. */
const passing = rememberLast((wanted: string, lines: readonly LogLine[]): readonly LogLine[] => {
	const filter = exactly(wanted);
	return lines.filter(({kind, text}) => kind !== 'phase' && matchesFilter(filter, text));
});

/** In a log people look for what stands there: words are exact unless the user says otherwise. */
const exactly = (filter: string): string =>
	filter.replaceAll(/(^|\s)(?![!'^|])(\S+)/gu, (_, space: string, word: string) => `${space}'${word}`);

const lastTop = (count: number, height: number): number => Math.max(0, count - height);

/** First row to show. */
export const topOf = (view: LogView, count: number, height: number): number =>
	view.isFollowingEnd ? lastTop(count, height) : Math.min(view.top, lastTop(count, height));

export type LogMove = 'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last';

/** Scrolling up stops following; coming to the end does not start it again by itself, only `last` and `toggleFollow` do. */
export function scrollLog(view: LogView, move: LogMove, count: number, height: number): LogView {
	const now = topOf(view, count, height);
	const page = Math.max(1, height - 1);
	const steps = {up: -1, down: 1, pageUp: -page, pageDown: page, first: -count, last: count}[move];
	const top = Math.max(0, Math.min(now + steps, lastTop(count, height)));
	return {
		...view,
		top,
		found: null,
		isFollowingEnd: move === 'last' || (view.isFollowingEnd && top === now && steps > 0),
	};
}

export const toggleFollow = (view: LogView, count: number, height: number): LogView =>
	view.isFollowingEnd ? {...view, isFollowingEnd: false, top: lastTop(count, height)} : {...view, isFollowingEnd: true};

/** Where the search finds something, as half-open ranges of UTF-16 units: smart case, a plain text. */
export function matchesIn(text: string, search: string): readonly (readonly [number, number])[] {
	if (search === '') return [];
	const hay = search === search.toLowerCase() ? text.toLowerCase() : text;
	// A letter that has another length in lower case would shift what follows: then nothing is marked.
	if (hay.length !== text.length) return [];
	const ranges: (readonly [number, number])[] = [];
	for (let at = hay.indexOf(search); at !== -1; at = hay.indexOf(search, at + search.length)) {
		ranges.push([at, at + search.length]);
	}
	return ranges;
}

export const isMatch = ({text}: LogLine, search: string): boolean =>
	search !== '' && (search === search.toLowerCase() ? text.toLowerCase() : text).includes(search);

/** How many rows have what is searched for. Asked for with every frame. */
export const matchCount = rememberLast(
	(lines: readonly LogLine[], search: string): number => lines.filter(line => isMatch(line, search)).length,
);

/** Goes to the next match below (or above) the one found last, else the first shown row; around the end if needed. */
export function toMatch(
	view: LogView,
	lines: readonly LogLine[],
	height: number,
	direction: 1 | -1,
	matches: (line: LogLine) => boolean = line => isMatch(line, view.search.text),
): LogView {
	const count = lines.length;
	const from =
		view.found ??
		(view.isFollowingEnd && direction === -1 ? count : topOf(view, count, height) - 1 + Number(direction === -1));
	for (let step = 1; step <= count; step++) {
		const at = (((from + direction * step) % count) + count) % count;
		const line = lines[at];
		if (line && matches(line)) {
			// With some rows of context above it.
			return {...view, top: Math.max(0, at - Math.floor(height / 4)), found: at, isFollowingEnd: false};
		}
	}
	return view;
}

export const isErrorLine = ({kind, text}: Pick<LogLine, 'kind' | 'text'>): boolean =>
	kind === 'error' || (kind === 'text' && /\b(?:error|fatal|failed|cannot)\b|^E: /iu.test(text));

/** Asked for with every frame of a log. */
export const hasErrors = rememberLast((lines: readonly LogLine[]): boolean => lines.some(isErrorLine));

const shiftCells = 16;

export const shiftLog = (view: LogView, direction: 1 | -1): LogView => ({
	...view,
	left: Math.max(0, view.left + direction * shiftCells),
});
