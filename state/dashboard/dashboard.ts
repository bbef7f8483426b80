import type {BuildStatus, JournalEvent, Phase} from '../../src/build/journal-event.ts';
import {emptyBuildView, foldEvent, type BuildView, type LineView} from '../../src/build/journal/build-view.ts';
import {firstRow, type ListCursor} from '../lists/list-window.ts';

/** The builds that the screen knows: a fold of their journals, live, re-attached and past alike. */
export interface Dashboard {
	/** Newest first. */
	readonly builds: readonly BuildEntry[];
	readonly cursor: ListCursor;
}

export interface BuildEntry {
	readonly build: string;
	readonly image: string;
	readonly status: BuildStatus;
	readonly startedAt: string;
	readonly folder: string;
	readonly view: BuildView;
	/** True once its journal is being read. */
	readonly isAttached: boolean;
	/** By line: every line of log text, oldest first. */
	readonly logs: Readonly<Record<string, readonly string[]>>;
	/** By line, bytes a second of the running phase. */
	readonly rates: Readonly<Record<string, Rate>>;
}

interface Rate {
	readonly phase: Phase;
	readonly atMs: number;
	readonly doneBytes: number;
	readonly bytesPerSecond: number;
}

/** What is kept in memory of one line's log; the journal keeps all. */
const mostLogLines = 20_000;

export const emptyDashboard: Dashboard = {builds: [], cursor: firstRow};

export interface KnownBuild {
	readonly build: string;
	readonly image: string;
	readonly status: BuildStatus;
	readonly startedAt: string;
	readonly folder: string;
}

/** Takes over what the disk says of builds; what was folded stays. */
export function buildsListed(dashboard: Dashboard, builds: readonly KnownBuild[]): Dashboard {
	const known = new Map(dashboard.builds.map(entry => [entry.build, entry]));
	const next = builds.map((summary): BuildEntry => {
		const before = known.get(summary.build);
		if (!before) return {...summary, view: emptyBuildView, isAttached: false, logs: {}, rates: {}};
		return {...before, status: before.view.finalStatus ?? summary.status, folder: summary.folder};
	});
	// A build that was started a moment ago may not be listed yet.
	const unlisted = dashboard.builds.filter(
		entry => entry.isAttached && !builds.some(({build}) => build === entry.build),
	);
	return {...dashboard, builds: [...unlisted, ...next]};
}

export function buildAttached(dashboard: Dashboard, summary: KnownBuild): Dashboard {
	const before = dashboard.builds.find(({build}) => build === summary.build);
	const entry: BuildEntry = before
		? {...before, status: summary.status, view: emptyBuildView, logs: {}, rates: {}, isAttached: true}
		: {...summary, view: emptyBuildView, isAttached: true, logs: {}, rates: {}};
	if (before) return {...dashboard, builds: dashboard.builds.map(own => (own === before ? entry : own))};
	return {...dashboard, builds: [entry, ...dashboard.builds]};
}

/** Folds a batch of events of one build. */
export function eventsArrived(dashboard: Dashboard, build: string, events: readonly JournalEvent[]): Dashboard {
	if (events.length === 0) return dashboard;
	return changeBuild(dashboard, build, entry => {
		const logs: Record<string, string[]> = {};
		const rates: Record<string, Rate> = {...entry.rates};
		let {view} = entry;
		for (const event of events) {
			view = foldEvent(view, event);
			if (event.type === 'log/appended') {
				const log = (logs[event.line] ??= [...(entry.logs[event.line] ?? [])]);
				log.push(...event.text.replace(/\n$/u, '').split('\n'));
			} else if (event.type === 'phase/progressed' && event.unit === 'bytes') {
				rates[event.line] = nextRate(rates[event.line], event.phase, Date.parse(event.at), event.done);
			}
		}
		const kept = Object.entries(logs).map(([line, log]) => [line, log.slice(-mostLogLines)] as const);
		return {
			...entry,
			image: view.image || entry.image,
			view,
			rates,
			logs: kept.length > 0 ? {...entry.logs, ...Object.fromEntries(kept)} : entry.logs,
			status: view.finalStatus ?? entry.status,
		};
	});
}

/** Its journal has no more to say: without an end, its builder is gone. */
export const buildEnded = (dashboard: Dashboard, build: string): Dashboard =>
	changeBuild(dashboard, build, entry => ({...entry, status: entry.view.finalStatus ?? 'interrupted'}));

function changeBuild(dashboard: Dashboard, build: string, change: (entry: BuildEntry) => BuildEntry): Dashboard {
	return {...dashboard, builds: dashboard.builds.map(entry => (entry.build === build ? change(entry) : entry))};
}

/** Smoothed over about three seconds, so that the figure can be read. */
function nextRate(before: Rate | undefined, phase: Phase, atMs: number, doneBytes: number): Rate {
	if (!before || before.phase !== phase || doneBytes < before.doneBytes) {
		return {phase, atMs, doneBytes, bytesPerSecond: 0};
	}
	const seconds = (atMs - before.atMs) / 1000;
	if (seconds <= 0) return before;
	const now = (doneBytes - before.doneBytes) / seconds;
	const weight = before.bytesPerSecond === 0 ? 1 : 1 - Math.exp(-seconds / 3);
	return {phase, atMs, doneBytes, bytesPerSecond: before.bytesPerSecond + weight * (now - before.bytesPerSecond)};
}

export type DashboardRow =
	| {readonly kind: 'build'; readonly entry: BuildEntry}
	| {readonly kind: 'line'; readonly entry: BuildEntry; readonly line: LineView};

/** Each build with its lines below it; an older build that nobody asked for is one row. */
export const dashboardRows = (dashboard: Dashboard): readonly DashboardRow[] =>
	dashboard.builds.flatMap((entry): readonly DashboardRow[] => [
		{kind: 'build', entry},
		...entry.view.lines.map((line): DashboardRow => ({kind: 'line', entry, line})),
	]);

export const runningBuilds = (dashboard: Dashboard): readonly BuildEntry[] =>
	dashboard.builds.filter(({status}) => status === 'in progress');

/** The phase that a line is in, or was in last. */
export const currentPhase = (line: LineView) =>
	line.phases.find(({durationMs}) => durationMs === null) ?? line.phases.at(-1);

/**
 * What is left of a line, by how long its phases took in the newest build of the same image that has them; null without
 * such a build.
 */
export function remainingMs(line: LineView, past: LineView | undefined, nowMs: number): number | null {
	if (!past || past.status !== 'created') return null;
	let left = 0;
	for (const {phase, durationMs} of past.phases) {
		const own = line.phases.find(candidate => candidate.phase === phase);
		if (own?.durationMs !== null && own !== undefined) continue;
		const spent = own ? nowMs - own.startedAtMs : 0;
		left += Math.max(0, (durationMs ?? 0) - spent);
	}
	return left;
}
