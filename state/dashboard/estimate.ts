import type {Phase} from '../../src/build/journal-event.ts';
import type {BuildView, LineView} from '../../src/build/journal/build-view.ts';

/** Milliseconds that each phase of a line takes, by past builds. */
export type PhaseDurations = Readonly<Partial<Record<Phase, number>>>;

/** By line. */
export type TypicalDurations = Readonly<Record<string, PhaseDurations>>;

/** The medians of past builds. What came from a cache says nothing of the work, unless there is nothing else. */
export function typicalDurations(past: readonly BuildView[]): TypicalDurations {
	const built = past.flatMap(({lines}) => lines).filter(({status}) => status === 'created' || status === 'up to date');
	const typical: Record<string, PhaseDurations> = {};
	for (const [line, views] of Map.groupBy(built, view => view.line)) {
		const durations: Partial<Record<Phase, number>> = {};
		const ended = views.flatMap(({phases}) => phases).filter(({durationMs}) => durationMs !== null);
		for (const [phase, own] of Map.groupBy(ended, view => view.phase)) {
			const worked = own.filter(({cached}) => !cached);
			durations[phase] = median((worked.length > 0 ? worked : own).map(({durationMs}) => durationMs ?? 0));
		}
		typical[line] = durations;
	}
	return typical;
}

/**
 * What is left of a line: of the running phase by its own progress, where that tells enough, else by past builds; of
 * those to come by past builds. Null where there is nothing to go by.
 */
export function remainingMs(line: LineView, typical: PhaseDurations | undefined, nowMs: number): number | null {
	if (!typical || Object.keys(typical).length === 0) return null;
	let left = 0;
	const seen = new Map(line.phases.map(phase => [phase.phase, phase]));
	for (const phase of new Set<Phase>([...(Object.keys(typical) as Phase[]), ...seen.keys()])) {
		const own = seen.get(phase);
		if (!own) {
			left += typical[phase] ?? 0;
			continue;
		}
		if (own.durationMs !== null) continue;
		const spentMs = Math.max(0, nowMs - own.startedAtMs);
		const share = own.progress && own.progress.total > 0 ? own.progress.done / own.progress.total : 0;
		left += share >= 0.2 ? (spentMs * (1 - share)) / share : Math.max(0, (typical[phase] ?? 0) - spentMs);
	}
	return left;
}

function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
