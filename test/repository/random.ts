/** Whole numbers below a bound from a seed (mulberry32): the same on every machine, so that a failure can be seen again. */
export function randomNumbers(seed: number): (bound: number) => number {
	let state = seed;
	return bound => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
	};
}
