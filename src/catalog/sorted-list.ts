/** What is looked into by halves: an array of any kind, or something that reads like one. */
export interface SortedList<Item> {
	readonly length: number;
	at(place: number): Item | undefined;
}

/** Where an item stands, or would stand, in an ascending list. */
export function lowerBound<Item extends string | number>(sorted: SortedList<Item>, wanted: Item): number {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		const item = sorted.at(middle);
		if (item !== undefined && item < wanted) low = middle + 1;
		else high = middle;
	}
	return low;
}
