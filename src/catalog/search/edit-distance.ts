/**
 * Typing errors between two words: letters too many, missing, wrong, or two neighbours exchanged (optimal string
 * alignment). Stops early above `limit`, and is then greater than it.
 */
export function editDistance(a: string, b: string, limit: number): number {
	return distance(a, b, limit, false);
}

/** The same, but the end of `b` may be missing from `a`: what is typed so far against a whole word. */
export function prefixEditDistance(a: string, b: string, limit: number): number {
	return distance(a, b, limit, true);
}

const longest = 64;
const rows = [new Uint8Array(longest + 1), new Uint8Array(longest + 1), new Uint8Array(longest + 1)] as const;

function distance(a: string, b: string, limit: number, isPrefix: boolean): number {
	const far = limit + 1;
	const height = a.length;
	const width = Math.min(b.length, isPrefix ? height + limit : longest);
	if (height > longest || height - b.length > limit || (!isPrefix && b.length - height > limit)) return far;
	let [before, previous, current] = rows as unknown as [Uint8Array, Uint8Array, Uint8Array];
	for (let j = 0; j <= width; j++) previous[j] = j;
	for (let i = 1; i <= height; i++) {
		current[0] = i;
		let least = i;
		const letter = a.charCodeAt(i - 1);
		const letterBefore = i > 1 ? a.charCodeAt(i - 2) : -1;
		for (let j = 1; j <= width; j++) {
			const other = b.charCodeAt(j - 1);
			let best = (previous[j - 1] as number) + (letter === other ? 0 : 1);
			const shorter = (previous[j] as number) + 1;
			const longer = (current[j - 1] as number) + 1;
			if (shorter < best) best = shorter;
			if (longer < best) best = longer;
			if (j > 1 && letter === b.charCodeAt(j - 2) && letterBefore === other) {
				const exchanged = (before[j - 2] as number) + 1;
				if (exchanged < best) best = exchanged;
			}
			current[j] = best;
			if (best < least) least = best;
		}
		if (least > limit) return far;
		[before, previous, current] = [previous, current, before];
	}
	if (!isPrefix) return Math.min(previous[width] as number, far);
	let best = far;
	for (let j = 0; j <= width; j++) if ((previous[j] as number) < best) best = previous[j] as number;
	return best;
}
