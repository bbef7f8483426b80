import type {JournalEvent, Phase} from '../../src/build/journal-event.ts';

/** A row of a line's log: text that was logged, or where a phase or the line's trouble begins. */
export interface LogLine {
	readonly kind: 'text' | 'phase' | 'error';
	readonly text: string;
	readonly atMs: number;
	readonly phase: Phase;
}

/** What is kept in memory of one line's log; the journal keeps all. */
export const mostLogLines = 20_000;

/** What an event adds to the log of its line, oldest first. */
export function logLinesOf(event: JournalEvent, current: Phase): readonly LogLine[] {
	const atMs = Date.parse(event.at);
	switch (event.type) {
		case 'log/appended':
			return event.text
				.replace(/\n$/u, '')
				.split('\n')
				.map(text => ({kind: 'text', text, atMs, phase: event.phase}));
		case 'phase/started':
			return [{kind: 'phase', text: event.phase, atMs, phase: event.phase}];
		case 'line/finished':
			return [event.error?.message, event.error?.hint]
				.flatMap(text => (text ? text.split('\n') : []))
				.map(text => ({kind: 'error', text, atMs, phase: current}));
		default:
			return [];
	}
}
