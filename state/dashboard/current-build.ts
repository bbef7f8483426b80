import type {LineView} from '../../src/build/journal/build-view.ts';
import type {Suggestion} from '../../src/plan/plan.ts';
import {screenOf, type AppState} from '../app-state.ts';
import {dashboardRows, type BuildEntry, type DashboardRow} from './dashboard.ts';

export const buildRowAtCursor = ({dashboard}: AppState): DashboardRow | undefined =>
	dashboardRows(dashboard)[dashboard.cursor.at];

/** The build, and the line if one is meant: of the open log, or under the cursor. */
export function currentBuild(state: AppState): {readonly entry: BuildEntry; readonly line: LineView | null} | null {
	if (screenOf(state) !== 'log') {
		const row = buildRowAtCursor(state);
		return row ? {entry: row.entry, line: row.kind === 'line' ? row.line : null} : null;
	}
	const entry = state.dashboard.builds.find(({build}) => build === state.log?.build);
	return entry ? {entry, line: entry.view.lines.find(({line}) => line === state.log?.line) ?? null} : null;
}

/** What would help the line that is meant, or all lines of the build; each once. */
export function currentSuggestions(state: AppState): readonly Suggestion[] {
	const current = currentBuild(state);
	if (!current) return [];
	const {entry, line} = current;
	const lines = line ? [line.line] : Object.keys(entry.suggestions);
	const all = lines.flatMap(own => entry.suggestions[own] ?? []);
	return all.filter((own, at) => all.findIndex(({text}) => text === own.text) === at);
}
