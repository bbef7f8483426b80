/** Where the cursor of a list stands. What part of it is shown follows from the height: see `windowOf`. */
export interface ListCursor {
	readonly at: number;
	/** First row that was shown last: the window moves only when the cursor would leave it. */
	readonly top: number;
}

export const firstRow: ListCursor = {at: 0, top: 0};

export type ListMove = 'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last';

/** @param height rows that are shown */
export function moveCursor(cursor: ListCursor, move: ListMove, count: number, height: number): ListCursor {
	const page = Math.max(1, height - 1);
	const at = {
		up: cursor.at - 1,
		down: cursor.at + 1,
		pageUp: cursor.at - page,
		pageDown: cursor.at + page,
		first: 0,
		last: count - 1,
	}[move];
	return cursorAt(cursor, at, count, height);
}

export function cursorAt(cursor: ListCursor, wanted: number, count: number, height: number): ListCursor {
	const at = Math.max(0, Math.min(wanted, count - 1));
	const {top} = windowOf({at, top: cursor.top}, count, height);
	return at === cursor.at && top === cursor.top ? cursor : {at, top};
}

/** The rows to show: half-open, around the cursor, never past the end while there are rows to fill it. */
export function windowOf(
	{at, top}: ListCursor,
	count: number,
	height: number,
): {readonly top: number; readonly end: number} {
	const rows = Math.max(1, height);
	// One row of context beyond the cursor, where there is room for it.
	const margin = rows > 4 ? 1 : 0;
	const lowest = Math.max(0, count - rows);
	let first = top;
	if (at - margin < first) first = at - margin;
	if (at + margin >= first + rows) first = at + margin - rows + 1;
	first = Math.max(0, Math.min(first, lowest));
	return {top: first, end: Math.min(count, first + rows)};
}

/** Moves the window and takes the cursor along where it would be left outside: the mouse wheel. */
export function scrollBy(cursor: ListCursor, rows: number, count: number, height: number): ListCursor {
	const top = Math.max(0, Math.min(cursor.top + rows, Math.max(0, count - height)));
	const at = Math.max(top, Math.min(cursor.at, top + height - 1, count - 1));
	return {at: Math.max(0, at), top};
}
