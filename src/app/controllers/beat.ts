/**
 * What moves by itself (builds, downloads, clocks) is drawn together, four times a second, or with the next key: a frame of
 * its own takes as long as a key's, and a key that comes in the middle of it would wait. While someone types, the frames of
 * the keys are the only ones.
 */
export interface Beat {
	/** Does it on the next beat; once, however often it is asked for until then. */
	on(work: () => void): void;
	/** A key was handled: what waits is done now, in the same frame. */
	strike(): void;
}

/** Keeps six running lines far below 10 KB/s. */
export const beatMs = 250;
/** What comes after a pause waits for what comes along with it, and no longer. */
const shortestMs = 50;

export function createBeat(signal: AbortSignal): Beat {
	const waiting = new Set<() => void>();
	let timer: NodeJS.Timeout | null = null;
	let struckAtMs = Number.NEGATIVE_INFINITY;
	const strike = () => {
		if (timer) clearTimeout(timer);
		timer = null;
		struckAtMs = performance.now();
		const works = [...waiting];
		waiting.clear();
		for (const work of works) work();
	};
	signal.addEventListener(
		'abort',
		() => {
			if (timer) clearTimeout(timer);
			waiting.clear();
		},
		{once: true},
	);
	return {
		on(work) {
			if (signal.aborted) return;
			waiting.add(work);
			timer ??= setTimeout(strike, Math.max(shortestMs, struckAtMs + beatMs - performance.now()));
		},
		strike() {
			if (waiting.size > 0) strike();
		},
	};
}
