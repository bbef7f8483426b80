/**
 * Typing errors between two words: letters too many, missing, wrong, or two neighbours exchanged (optimal string
 * alignment). Above `limit` it is `limit + 1`.
 */
export function editDistance(a: string, b: string, limit: number): number {
	if (Math.abs(a.length - b.length) > limit) return limit + 1;
	return errorsFrom(a, 0, b, 0, limit, false);
}

/** The same, but the end of `b` may be missing from `a`: what is typed so far against a whole word. */
export function prefixEditDistance(a: string, b: string, limit: number): number {
	if (a.length - b.length > limit) return limit + 1;
	return errorsFrom(a, 0, b, 0, limit, true);
}

/**
 * Errors in what is left of two words, which may begin with the first letters that differ: no error before them is ever
 * better. With the two or three errors that are forgiven this asks a handful of letters where a table asks all pairs.
 */
function errorsFrom(a: string, i: number, b: string, j: number, limit: number, isPrefix: boolean): number {
	while (i < a.length && j < b.length && a.charCodeAt(i) === b.charCodeAt(j)) {
		i++;
		j++;
	}
	const far = limit + 1;
	if (i === a.length) return isPrefix ? 0 : Math.min(b.length - j, far);
	if (j === b.length) return Math.min(a.length - i, far);
	if (limit === 0) return far;
	let rest = Math.min(
		errorsFrom(a, i + 1, b, j + 1, limit - 1, isPrefix),
		errorsFrom(a, i + 1, b, j, limit - 1, isPrefix),
		errorsFrom(a, i, b, j + 1, limit - 1, isPrefix),
	);
	if (a.charCodeAt(i) === b.charCodeAt(j + 1) && a.charCodeAt(i + 1) === b.charCodeAt(j)) {
		rest = Math.min(rest, errorsFrom(a, i + 2, b, j + 2, limit - 1, isPrefix));
	}
	return 1 + rest;
}
