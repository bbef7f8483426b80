import type {BuildStatus, JournalEvent, Phase} from '../../src/build/journal-event.ts';
import {emptyBuildView, foldEvent, type BuildView, type LineView} from '../../src/build/journal/build-view.ts';
import type {Suggestion} from '../../src/plan/plan.ts';
import {emptyField, type TextField} from '../fields/text-field.ts';
import {matchesFilter} from '../lists/filter.ts';
import {firstRow, type ListCursor} from '../lists/list-window.ts';
import type {TypicalDurations} from './estimate.ts';
import {logLinesOf, mostLogLines, type LogLine} from './log-lines.ts';

/** The builds that the screen knows: a fold of their journals, live, re-attached and past alike. */
export interface Dashboard {
	/** Newest first. */
	readonly builds: readonly BuildEntry[];
	readonly cursor: ListCursor;
	readonly filter: TextField;
	/** The cursor goes where something is built, and stays there while it is. */
	readonly isFollowing: boolean;
	/** By image, for estimates. */
	readonly typical: Readonly<Record<string, TypicalDurations>>;
	/** Images that wait until others are built. */
	readonly queued: readonly string[];
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
	/** By line, oldest first. */
	readonly logs: Readonly<Record<string, readonly LogLine[]>>;
	/** By line: what would help one that was not made. */
	readonly suggestions: Readonly<Record<string, readonly Suggestion[]>>;
	/** By line, bytes a second of the running phase. */
	readonly rates: Readonly<Record<string, Rate>>;
}

interface Rate {
	readonly phase: Phase;
	readonly atMs: number;
	readonly doneBytes: number;
	readonly bytesPerSecond: number;
}

export const emptyDashboard: Dashboard = {
	builds: [],
	cursor: firstRow,
	filter: emptyField,
	isFollowing: false,
	typical: {},
	queued: [],
};

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
		if (!before) return {...summary, view: emptyBuildView, isAttached: false, logs: {}, rates: {}, suggestions: {}};
		return {...before, status: before.view.finalStatus ?? summary.status, folder: summary.folder};
	});
	// A build that was started a moment ago may not be listed yet.
	const unlisted = dashboard.builds.filter(
		entry => entry.isAttached && !builds.some(({build}) => build === entry.build),
	);
	return withBuilds(dashboard, [...unlisted, ...next]);
}

export function buildAttached(dashboard: Dashboard, summary: KnownBuild): Dashboard {
	const before = dashboard.builds.find(({build}) => build === summary.build);
	const entry: BuildEntry = before
		? {...before, status: summary.status, view: emptyBuildView, logs: {}, rates: {}, suggestions: {}, isAttached: true}
		: {...summary, view: emptyBuildView, isAttached: true, logs: {}, rates: {}, suggestions: {}};
	const others = dashboard.builds.filter(own => own !== before);
	const place = before ? dashboard.builds.indexOf(before) : 0;
	return withBuilds(dashboard, others.toSpliced(place, 0, entry));
}

/** Folds a batch of events of one build. */
export function eventsArrived(dashboard: Dashboard, build: string, events: readonly JournalEvent[]): Dashboard {
	if (events.length === 0) return dashboard;
	return changeBuild(dashboard, build, entry => {
		const logs: Record<string, LogLine[]> = {};
		const rates: Record<string, Rate> = {...entry.rates};
		let {view} = entry;
		for (const event of events) {
			view = foldEvent(view, event);
			if (event.type === 'phase/progressed') {
				if (event.unit !== 'bytes') continue;
				rates[event.line] = nextRate(rates[event.line], event.phase, Date.parse(event.at), event.done);
			} else if ('line' in event) {
				const log = (logs[event.line] ??= [...(entry.logs[event.line] ?? [])]);
				log.push(...logLinesOf(event, log.at(-1)?.phase ?? 'resolve'));
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

export const troublesFound = (dashboard: Dashboard, build: string, suggestions: BuildEntry['suggestions']): Dashboard =>
	changeBuild(dashboard, build, entry => ({...entry, suggestions}));

function changeBuild(dashboard: Dashboard, build: string, change: (entry: BuildEntry) => BuildEntry): Dashboard {
	return withBuilds(
		dashboard,
		dashboard.builds.map(entry => (entry.build === build ? change(entry) : entry)),
	);
}

/** The cursor stays on its row, wherever that has come to stand; following, it goes to what is built. */
function withBuilds(dashboard: Dashboard, builds: readonly BuildEntry[]): Dashboard {
	const next = {...dashboard, builds};
	const current = dashboardRows(dashboard)[dashboard.cursor.at];
	if (dashboard.isFollowing) return followBuilds(next, current);
	if (!current) return next;
	const at = dashboardRows(next).findIndex(row => isSameRow(row, current));
	return at === -1 || at === next.cursor.at ? next : {...next, cursor: {...next.cursor, at}};
}

const isSameRow = (a: DashboardRow, b: DashboardRow): boolean =>
	a.entry.build === b.entry.build && (a.kind === 'line' ? a.line.line : '') === (b.kind === 'line' ? b.line.line : '');

/** Stays where something is being built; else goes to the newest build that runs, else to the end of the newest. */
export function followBuilds(dashboard: Dashboard, current?: DashboardRow): Dashboard {
	const rows = dashboardRows(dashboard);
	const runs = (row: DashboardRow) =>
		row.kind === 'line' && row.line.status === 'running' && row.entry.status === 'in progress';
	const kept = current ? rows.findIndex(row => isSameRow(row, current) && runs(row)) : -1;
	const running = kept === -1 ? rows.findIndex(runs) : kept;
	const begun = rows.findIndex(({entry}) => entry.status === 'in progress');
	const newest = dashboard.builds[0]?.build;
	const failed = rows.findIndex(
		row => row.kind === 'line' && row.entry.build === newest && row.line.status === 'failed',
	);
	const at = [running, begun, failed].find(place => place !== -1) ?? 0;
	return at === dashboard.cursor.at ? dashboard : {...dashboard, cursor: {at, top: 0}};
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

/** Each build with its lines below it; an older build that nobody asked for is one row. A filter keeps whole builds. */
export const dashboardRows = ({builds, filter}: Dashboard): readonly DashboardRow[] =>
	builds
		.filter(passes(filter.text))
		.flatMap((entry): readonly DashboardRow[] => [
			{kind: 'build', entry},
			...entry.view.lines.map((line): DashboardRow => ({kind: 'line', entry, line})),
		]);

const passes = (filter: string) => (entry: BuildEntry) =>
	filter === '' ||
	matchesFilter(filter, entry.image, [entry.status, entry.build, ...entry.view.lines.map(({line}) => line)]);

export const runningBuilds = (dashboard: Dashboard): readonly BuildEntry[] =>
	dashboard.builds.filter(({status}) => status === 'in progress');

/** The phase that a line is in, or was in last. */
export const currentPhase = (line: LineView) =>
	line.phases.find(({durationMs}) => durationMs === null) ?? line.phases.at(-1);
