/** One question of the bench: Slipway and its peer do the same work, in turn, in one run. */
export interface BenchRow {
	/** For the command line: `start-up`. */
	readonly name: string;
	readonly title: string;
	measure(options: BenchOptions): Promise<readonly BenchResult[]>;
}

export interface BenchOptions {
	/** How often each side is measured; a row may take fewer for what takes long. */
	readonly runs: number;
	/** A line for people, on standard error. */
	readonly note: (text: string) => void;
}

export interface BenchResult {
	readonly what: string;
	readonly unit: 'ms' | 's' | 'MB' | 'KB' | 'bytes';
	readonly ours: number;
	/** Upper bound in the same unit, or a share of the peer's value. */
	readonly budget:
		| {readonly kind: 'at most'; readonly value: number}
		| {readonly kind: 'share of peer'; readonly value: number}
		| null;
	readonly peer:
		{readonly name: string; readonly value: number} | {readonly name: string; readonly missing: string} | null;
}

export function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const upper = sorted[middle] ?? Number.NaN;
	return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export function percentile(values: readonly number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Milliseconds that the work takes, by the clock. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
	const started = performance.now();
	await work();
	return performance.now() - started;
}

/** Median of both, measured in turn, so that a slow minute of the machine hits both. */
export async function inTurn(
	runs: number,
	ours: () => Promise<number>,
	peer: (() => Promise<number>) | null,
): Promise<{readonly ours: number; readonly peer: number}> {
	const ourTimes: number[] = [];
	const peerTimes: number[] = [];
	for (let run = 0; run < runs; run += 1) {
		ourTimes.push(await ours());
		if (peer) peerTimes.push(await peer());
	}
	return {ours: median(ourTimes), peer: median(peerTimes)};
}
