/**
 * Names that a mistyped one may have meant, nearest first: at most two slips for up to eight characters, three beyond,
 * where a slip is a letter missing, added, changed, or swapped with its neighbour (Damerau 1964).
 */
export function nearestNames(name: string, known: Iterable<string>, limit = 3): readonly string[] {
	const most = name.length <= 3 ? 1 : name.length <= 8 ? 2 : 3;
	const found: {readonly name: string; readonly slips: number}[] = [];
	for (const candidate of known) {
		if (Math.abs(candidate.length - name.length) > most) continue;
		const slips = editDistance(name, candidate, most);
		if (slips <= most) found.push({name: candidate, slips});
	}
	// Between equals, swapped letters are likelier than missing ones: the length decides.
	const difference = (other: string) => Math.abs(other.length - name.length);
	found.sort((a, b) => a.slips - b.slips || difference(a.name) - difference(b.name) || (a.name < b.name ? -1 : 1));
	return found.slice(0, limit).map(({name}) => name);
}

/** Slips between two texts; anything above `most` may come back as `most + 1`. */
export function editDistance(a: string, b: string, most: number): number {
	let beforeLast: number[] = [];
	let last = Array.from({length: b.length + 1}, (_, at) => at);
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		let least = i;
		for (let j = 1; j <= b.length; j++) {
			const same = a[i - 1] === b[j - 1];
			let slips = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
			if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) slips = Math.min(slips, (beforeLast[j - 2] ?? most) + 1);
			row.push(slips);
			least = Math.min(least, slips);
		}
		if (least > most) return most + 1;
		beforeLast = last;
		last = row;
	}
	return last[b.length] ?? most + 1;
}
