import {editDistance} from '../../catalog/search/edit-distance.ts';

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
