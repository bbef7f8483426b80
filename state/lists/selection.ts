/**
 * Rows that one command is to be about: marked one by one, and those from where a range began to the cursor. Rows go by
 * keys, so that a list that is sorted, filtered or read anew keeps them.
 */
export interface Selection {
	readonly marked: ReadonlySet<string>;
	/** Where a range began; null: there is none. */
	readonly rangeFrom: string | null;
}

export const nothingSelected: Selection = {marked: new Set(), rangeFrom: null};

/** First and last row of the range, the cursor's own included; null where it began is not in the list any more. */
export function rangeOf(
	keys: readonly string[],
	rangeFrom: string | null,
	at: number,
): {readonly first: number; readonly last: number} | null {
	const from = rangeFrom === null ? -1 : keys.indexOf(rangeFrom);
	return from === -1 || at >= keys.length ? null : {first: Math.min(from, at), last: Math.max(from, at)};
}

/** Keys of the range; none without one. */
export function keysInRange(keys: readonly string[], rangeFrom: string | null, at: number): readonly string[] {
	const range = rangeOf(keys, rangeFrom, at);
	return range ? keys.slice(range.first, range.last + 1) : [];
}

/** Marks the rows of the range, or the one at the cursor; what is marked already all through loses its marks. */
export function toggleMarks({marked, rangeFrom}: Selection, keys: readonly string[], at: number): Selection {
	const inRange = keysInRange(keys, rangeFrom, at);
	const meant = inRange.length > 0 ? inRange : keys.slice(at, at + 1);
	const next = new Set(marked);
	const isMarked = meant.every(key => marked.has(key));
	for (const key of meant) {
		if (isMarked) next.delete(key);
		else next.add(key);
	}
	return {marked: next, rangeFrom: null};
}

/** All that is marked or in the range. */
export const selectedKeys = (
	{marked, rangeFrom}: Selection,
	keys: readonly string[],
	at: number,
): ReadonlySet<string> => new Set([...marked, ...keysInRange(keys, rangeFrom, at)]);
