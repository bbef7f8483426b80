import {openLog, screenOf, type AppState} from '../../../../state/app-state.ts';
import {
	dashboardRows,
	followBuilds,
	type BuildEntry,
	type DashboardRow,
} from '../../../../state/dashboard/dashboard.ts';
import type {LineView} from '../../../build/journal/build-view.ts';
import {notify} from '../../controllers/app.ts';
import type {Parts, SomeCommands} from '../parts.ts';

const rowAtCursor = ({dashboard}: AppState): DashboardRow | undefined => dashboardRows(dashboard)[dashboard.cursor.at];

/** The build, and the line if one is meant: of the open log, or under the cursor. */
export function currentBuild(state: AppState): {readonly entry: BuildEntry; readonly line: LineView | null} | null {
	if (screenOf(state) !== 'log') {
		const row = rowAtCursor(state);
		return row ? {entry: row.entry, line: row.kind === 'line' ? row.line : null} : null;
	}
	const entry = state.dashboard.builds.find(({build}) => build === state.log?.build);
	return entry ? {entry, line: entry.view.lines.find(({line}) => line === state.log?.line) ?? null} : null;
}

/** Puts the cursor on a line of a build that runs, else on the build. */
export function focusBuild(app: Parts['app'], build: string): void {
	app.store.update(state => {
		const rows = dashboardRows(state.dashboard);
		const begun = rows.findIndex(
			row => row.kind === 'line' && row.entry.build === build && row.line.status === 'running',
		);
		const at = begun === -1 ? rows.findIndex(row => row.entry.build === build) : begun;
		return at === -1 ? state : {...state, dashboard: {...state.dashboard, cursor: {at, top: 0}}};
	});
}

export const buildCommands: SomeCommands<'build'> = {
	'build/log': ({app, builds}) => {
		const state = app.store.get();
		const row = dashboardRows(state.dashboard)[state.dashboard.cursor.at];
		if (!row) return;
		if (!row.entry.isAttached) {
			builds.attach(row.entry.build);
			return;
		}
		const lines = row.entry.view.lines;
		const line = row.kind === 'line' ? row.line : (lines.find(({status}) => status === 'failed') ?? lines[0]);
		if (line) app.store.update(now => openLog(now, row.entry.build, line.line));
	},
	'build/cancel-line': parts => {
		const state = parts.app.store.get();
		const row = dashboardRows(state.dashboard)[state.dashboard.cursor.at];
		if (row?.kind !== 'line') return;
		cancel(parts, row.entry.build, row.line.line);
	},
	'build/cancel': parts => {
		const state = parts.app.store.get();
		const row = dashboardRows(state.dashboard)[state.dashboard.cursor.at];
		if (row) cancel(parts, row.entry.build);
	},
	'build/copy-trace': ({app}) => {
		const current = currentBuild(app.store.get());
		const trace = current?.line?.traceId ?? current?.entry.build;
		if (!trace) return;
		app.terminal.copy(trace);
		notify(app, current?.line?.traceId ? `Copied trace ID ${trace}` : `Copied build ID ${trace}`, 'good');
	},
	'build/copy-folder': ({app}) => {
		const folder = currentBuild(app.store.get())?.entry.folder;
		if (!folder) return;
		app.terminal.copy(`${folder}/journal.ndjson`);
		notify(app, `Copied ${folder}/journal.ndjson`, 'good');
	},
	'build/follow': ({app}) =>
		app.store.update(state => {
			const isFollowing = !state.dashboard.isFollowing;
			const dashboard = {...state.dashboard, isFollowing};
			return {...state, dashboard: isFollowing ? followBuilds(dashboard, rowAtCursor(state)) : dashboard};
		}),
};

function cancel({app, builds}: Parts, build: string, line?: string): void {
	app.run('Cancel', async () => {
		await builds.cancel(build, line);
		notify(app, line ? `Line ${line} is being cancelled` : 'The build is being cancelled');
	});
}
