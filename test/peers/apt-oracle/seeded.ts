/** A small generator of numbers that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

/** As many different items as asked for, in the generator's order. */
export function sampleOf<T>(items: readonly T[], count: number, random: () => number): readonly T[] {
	const rest = [...items];
	const picked: T[] = [];
	while (picked.length < count && rest.length > 0) {
		const place = Math.floor(random() * rest.length);
		picked.push(...rest.splice(place, 1));
	}
	return picked;
}
