import {readFile} from 'node:fs/promises';
import {setTimeout as sleep} from 'node:timers/promises';
import {isSystemError, SlipwayError} from '../base/errors.ts';
import type {JournalEvent} from '../build/journal-event.ts';
import {foldBuild} from '../build/journal/build-view.ts';
import {parseEvent} from '../build/journal/journal-reader.ts';
import type {BuildService, BuildSummary} from './services.ts';

export interface Replay {
	readonly build: string;
	readonly builds: BuildService;
}

/** Longer silences are cut short: nothing is to be seen in them. */
const longestGapMs = 2000;

/**
 * Plays a recorded journal, or the one in a diagnostics file, as if the build ran now.
 *
 * @param speed how many times as fast as it was
 */
export async function openReplay(file: string, speed: number): Promise<Replay> {
	const events = (await readText(file)).split('\n').flatMap(line => parseEvent(line) ?? []);
	const [first] = events;
	if (first?.type !== 'build/started') {
		throw new SlipwayError('bad-input', `${file} is no recorded build: it has no build/started.`, {
			hint: 'Give the journal.ndjson of a build, or a file that `slipway diagnose` wrote.',
		});
	}
	const startedMs = Date.now();
	const timed = timesOf(events, startedMs, speed);
	const end = foldBuild(events).finalStatus ?? 'interrupted';
	const lastMs = Date.parse(timed.at(-1)?.at ?? '');
	const summary = (): BuildSummary => ({
		build: first.build,
		image: first.image,
		status: Date.now() < lastMs ? 'in progress' : end,
		startedAt: timed[0]?.at ?? '',
		finishedAt: Date.now() < lastMs ? null : new Date(lastMs).toISOString(),
		folder: '',
	});
	const refused = async (): Promise<never> => {
		throw new SlipwayError('usage', 'This is a recording: nothing is being built.', {
			hint: '`slipway build FILE` builds for real.',
		});
	};
	return {
		build: first.build,
		builds: {
			prepare: () => {},
			start: refused,
			cancel: refused,
			plan: refused,
			// A recording knows how long it takes.
			history: async () => [foldBuild(timed)],
			list: async image => [summary()].filter(own => image === undefined || own.image === image),
			async *follow(_build, signal) {
				for (const event of timed) {
					const waitMs = Date.parse(event.at) - Date.now();
					if (waitMs > 0) await sleep(waitMs, undefined, signal ? {signal} : {});
					if (signal?.aborted) return;
					yield event;
				}
			},
		},
	};
}

/** The events as if the build began at that moment and went that much faster. */
function timesOf(events: readonly JournalEvent[], startMs: number, speed: number): readonly JournalEvent[] {
	let beforeMs = Date.parse(events[0]?.at ?? '');
	let nowMs = startMs;
	return events.map(event => {
		const atMs = Date.parse(event.at);
		nowMs += Math.min(longestGapMs, Math.max(0, atMs - beforeMs) / speed);
		beforeMs = atMs;
		const at = new Date(nowMs).toISOString();
		return event.type === 'phase/finished' ? {...event, at, durationMs: event.durationMs / speed} : {...event, at};
	});
}

async function readText(file: string): Promise<string> {
	try {
		return await readFile(file, 'utf8');
	} catch (cause) {
		if (!isSystemError(cause, 'ENOENT') && !isSystemError(cause, 'EISDIR')) throw cause;
		throw new SlipwayError('not-found', `There is no file ${file}.`, {
			hint: 'The journals of builds are in data/builds/BUILD/journal.ndjson.',
			cause,
		});
	}
}
