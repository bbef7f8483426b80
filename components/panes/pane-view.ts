import type {TextField} from '../../state/fields/text-field.ts';
import type {ListCursor} from '../../state/lists/list-window.ts';
import {windowOf} from '../../state/lists/list-window.ts';
import {fieldLine} from '../ui/field-line.ts';
import type {FramedRow} from '../ui/frame.tsx';
import {lineOf, span, type Line} from '../ui/line.ts';

/**
 * Rows of a list that are in its window; only those are made.
 *
 * @param range rows that a command would be about
 */
export function listRows<Item>(
	items: readonly Item[],
	cursor: ListCursor,
	height: number,
	hasFocus: boolean,
	draw: (item: Item, isAtCursor: boolean) => Line,
	range: {readonly first: number; readonly last: number} | null = null,
): readonly FramedRow[] {
	if (height <= 0) return [];
	const {top, end} = windowOf(cursor, items.length, height);
	const rows = items.slice(top, end).map((item, offset): FramedRow => {
		const at = top + offset;
		const isAtCursor = at === cursor.at;
		const isMeant = isAtCursor || (range !== null && at >= range.first && at <= range.last);
		return {line: draw(item, isAtCursor), isSelected: isMeant && hasFocus, isCurrent: isAtCursor};
	});
	return [...rows, ...Array.from({length: height - rows.length}, (): FramedRow => ({line: []}))];
}

/** `12/340`, where the cursor stands. */
export const position = (cursor: ListCursor, count: number): Line =>
	count === 0 ? [] : [span(`${Math.min(cursor.at + 1, count)}/${count}`, 'muted')];

/** The filter of a list in its lower border, while it narrows the list or is typed. */
export const filterFooter = (filter: TextField, isTyping: boolean): Line =>
	isTyping || filter.text !== '' ? lineOf(span('/ ', 'accent'), fieldLine(filter, 30, isTyping)) : [];

/** An empty list says what to do, in its middle. */
export function emptyRows(height: number, lines: readonly Line[]): readonly FramedRow[] {
	const above = Math.max(0, Math.min(3, Math.floor((height - lines.length) / 3)));
	return [
		...Array.from({length: above}, (): FramedRow => ({line: []})),
		...lines.map(line => ({line: lineOf('  ', line)})),
	].slice(0, Math.max(0, height));
}
