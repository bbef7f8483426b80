import {PerformanceObserver} from 'node:perf_hooks';
import {getHeapSpaceStatistics, setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';

/**
 * How much memory V8 may hold for what is garbage already. Left alone it takes what the machine has: 150 MB for a program
 * whose objects take 50. A program that waits for keys all day gives it back. Flags are those of all threads.
 */

/** Of young objects: what two frames leave behind. */
const youngSpaceBytes = 16 * 1024 * 1024;

/**
 * V8 begins with 1 MB for young objects, which a frame fills many times over: 28 collections for a keystroke, half of its
 * time. It would let that space grow to 48 MB. It reads this factor whenever it would grow the space.
 */
export function boundYoungSpace(): void {
	const observer = new PerformanceObserver(() => {
		const young = getHeapSpaceStatistics().find(space => space.space_name === 'new_space');
		if (!young || young.space_size < youngSpaceBytes) return;
		setFlagsFromString('--semi-space-growth-factor=1');
		observer.disconnect();
	});
	observer.observe({entryTypes: ['gc']});
}

/** Old objects are collected when there are a fifth more of them than lived last time; V8's own measure is the double and more. */
export function boundOldSpace(): void {
	setFlagsFromString('--heap-growing-percent=20');
}

let collect: (() => void) | null = null;

/**
 * Collects this thread's garbage: 30 ms, for a moment when nobody waits. V8 knows how much lives only after it has done so
 * once, and until then takes some hundred megabytes for granted.
 */
export function collectGarbage(): void {
	if (!collect) {
		setFlagsFromString('--expose-gc');
		const exposed: unknown = runInNewContext('gc');
		collect = typeof exposed === 'function' ? () => void exposed() : () => {};
	}
	collect();
}
