import type {PhaseReporter} from '../engine.ts';
import type {JournalWriter} from '../journal/journal-writer.ts';

/** Turns an engine's phases of one line into events of the journal. */
export function journalReporter(
	journal: JournalWriter,
	line: string,
	now: () => number = () => performance.now(),
): PhaseReporter {
	return {
		async phase(phase, work) {
			const startMs = now();
			let cached = false;
			journal.append({type: 'phase/started', line, phase});
			try {
				return await work({
					progress: (done, total, unit) => journal.append({type: 'phase/progressed', line, phase, done, total, unit}),
					log: (stream, text) => {
						if (text) journal.append({type: 'log/appended', line, phase, stream, text});
					},
					cached: () => {
						cached = true;
					},
				});
			} finally {
				journal.append({type: 'phase/finished', line, phase, cached, durationMs: Math.round(now() - startMs)});
			}
		},
	};
}
