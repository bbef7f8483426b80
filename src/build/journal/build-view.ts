import type {BuildStatus, FinishedLine, JournalError, JournalEvent, LineOutcome, Phase} from '../journal-event.ts';

/**
 * A build as its journal tells it: a fold over the events. The same fold serves a live build, a re-attached one and one
 * from last month. Whether a build without an end still runs is not the journal's to know: see `statusOf`.
 */
export interface BuildView {
	readonly build: string;
	readonly image: string;
	readonly engine: 'native' | 'docker' | null;
	readonly pid: number | null;
	readonly processStart: string | null;
	readonly startedAtMs: number | null;
	readonly finishedAtMs: number | null;
	/** As the journal's end states it; null while there is no end. */
	readonly finalStatus: BuildStatus | null;
	/** In the order of the plan: most advanced first. */
	readonly lines: readonly LineView[];
	/** Time of the newest event. */
	readonly lastAtMs: number | null;
}

export interface LineView {
	readonly line: string;
	readonly traceId: string | null;
	readonly status: 'waiting' | 'running' | LineOutcome;
	readonly startedAtMs: number | null;
	readonly finishedAtMs: number | null;
	/** In the order they were started. */
	readonly phases: readonly PhaseView[];
	readonly digest: string | null;
	readonly tags: readonly string[];
	readonly size: number | null;
	readonly error: JournalError | null;
	readonly reason: string | null;
	/** The newest whole lines of its log, oldest first; the full log is the journal. */
	readonly logTail: readonly string[];
}

export interface PhaseView {
	readonly phase: Phase;
	readonly startedAtMs: number;
	/** Null while it runs. */
	readonly durationMs: number | null;
	readonly cached: boolean;
	readonly progress: {
		readonly done: number;
		readonly total: number;
		readonly unit: 'bytes' | 'packages' | 'layers' | 'tests';
	} | null;
}

const logTailLines = 12;

export const emptyBuildView: BuildView = {
	build: '',
	image: '',
	engine: null,
	pid: null,
	processStart: null,
	startedAtMs: null,
	finishedAtMs: null,
	finalStatus: null,
	lines: [],
	lastAtMs: null,
};

const waitingLine = (line: string): LineView => ({
	line,
	traceId: null,
	status: 'waiting',
	startedAtMs: null,
	finishedAtMs: null,
	phases: [],
	digest: null,
	tags: [],
	size: null,
	error: null,
	reason: null,
	logTail: [],
});

/** The view after one more event. */
export function foldEvent(view: BuildView, event: JournalEvent): BuildView {
	const atMs = Date.parse(event.at);
	const next = {...view, lastAtMs: atMs};
	switch (event.type) {
		case 'build/started':
			return {
				...next,
				build: event.build,
				image: event.image,
				engine: event.engine,
				pid: event.pid,
				processStart: event.processStart ?? null,
				startedAtMs: atMs,
				lines: event.lines.map(waitingLine),
			};
		case 'line/started':
			return changeLine(next, event.line, line => ({
				...line,
				traceId: event.traceId,
				status: 'running',
				startedAtMs: atMs,
			}));
		case 'phase/started':
			return changeLine(next, event.line, line => ({
				...line,
				phases: [
					...line.phases.filter(({phase}) => phase !== event.phase),
					{phase: event.phase, startedAtMs: atMs, durationMs: null, cached: false, progress: null},
				],
			}));
		case 'phase/progressed':
			return changePhase(next, event.line, event.phase, phase => ({
				...phase,
				progress: {done: event.done, total: event.total, unit: event.unit},
			}));
		case 'phase/finished':
			return changePhase(next, event.line, event.phase, phase => ({
				...phase,
				durationMs: event.durationMs,
				cached: event.cached,
			}));
		case 'log/appended':
			return changeLine(next, event.line, line => ({
				...line,
				logTail: [...line.logTail, ...event.text.replace(/\n$/u, '').split('\n')].slice(-logTailLines),
			}));
		case 'line/finished':
			return changeLine(next, event.line, line => ({...finishLine(line, event), finishedAtMs: atMs}));
		case 'build/finished':
			return event.lines.reduce<BuildView>(
				(result, finished) =>
					changeLine(result, finished.line, line => ({
						...finishLine(line, finished),
						finishedAtMs: line.finishedAtMs ?? atMs,
					})),
				{...next, finishedAtMs: atMs, finalStatus: event.status},
			);
	}
}

export const foldBuild = (events: Iterable<JournalEvent>): BuildView => {
	let view = emptyBuildView;
	for (const event of events) view = foldEvent(view, event);
	return view;
};

/** A journal with no end is a build in progress if its builder lives, and an interrupted one if not. */
export const statusOf = (view: BuildView, builderIsRunning: boolean): BuildStatus =>
	view.finalStatus ?? (builderIsRunning ? 'in progress' : 'interrupted');

function finishLine(line: LineView, finished: FinishedLine): LineView {
	return {
		...line,
		status: finished.status,
		traceId: finished.traceId,
		digest: finished.digest,
		tags: finished.tags,
		size: finished.size,
		error: finished.error,
		reason: finished.reason ?? null,
	};
}

function changeLine(view: BuildView, name: string, change: (line: LineView) => LineView): BuildView {
	const isKnown = view.lines.some(({line}) => line === name);
	const lines = isKnown ? view.lines : [...view.lines, waitingLine(name)];
	return {...view, lines: lines.map(line => (line.line === name ? change(line) : line))};
}

const changePhase = (view: BuildView, line: string, name: Phase, change: (phase: PhaseView) => PhaseView) =>
	changeLine(view, line, before => ({
		...before,
		phases: before.phases.map(phase => (phase.phase === name ? change(phase) : phase)),
	}));
