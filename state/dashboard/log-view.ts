import {emptyField, type TextField} from '../fields/text-field.ts';
import {matchesFilter} from '../lists/filter.ts';

/** How a log is looked at; its lines come from outside. */
export interface LogView {
	/** First shown row, counted in lines that pass the filter. Of no meaning while the end is followed. */
	readonly top: number;
	readonly isFollowingEnd: boolean;
	readonly wraps: boolean;
	readonly search: TextField;
	readonly filter: TextField;
	/** Which of both is being typed. */
	readonly typing: 'search' | 'filter' | null;
}

export const freshLogView: LogView = {
	top: 0,
	isFollowingEnd: true,
	wraps: false,
	search: emptyField,
	filter: emptyField,
	typing: null,
};

export const shownLines = (view: LogView, lines: readonly string[]): readonly string[] =>
	view.filter.text === '' ? lines : lines.filter(line => matchesFilter(exactly(view.filter.text), line));

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
	return {...view, top, isFollowingEnd: move === 'last' || (view.isFollowingEnd && top === now && steps > 0)};
}

export const toggleFollow = (view: LogView, count: number, height: number): LogView =>
	view.isFollowingEnd ? {...view, isFollowingEnd: false, top: lastTop(count, height)} : {...view, isFollowingEnd: true};

/** True for a line that the search finds: smart case, a plain text. */
export function isMatch(line: string, search: string): boolean {
	if (search === '') return false;
	return search === search.toLowerCase() ? line.toLowerCase().includes(search) : line.includes(search);
}

/** Goes to the next match below (or above) the first shown row, around the end if needed. */
export function toMatch(
	view: LogView,
	lines: readonly string[],
	height: number,
	direction: 1 | -1,
	matches: (line: string) => boolean = line => isMatch(line, view.search.text),
): LogView {
	const count = lines.length;
	const from = topOf(view, count, height);
	for (let step = 1; step <= count; step++) {
		const at = (((from + direction * step) % count) + count) % count;
		// Rows near the end cannot come to the top: they count as found where they can be seen.
		if (matches(lines[at] ?? '')) return {...view, top: at, isFollowingEnd: false};
	}
	return view;
}

export const isErrorLine = (line: string): boolean =>
	/\b(?:error|fatal|failed|cannot|dpkg: .*warning)\b|^E: /iu.test(line);
