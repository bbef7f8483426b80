import type {AppState} from '../../state/app-state.ts';
import {dashboardRows, runningBuilds, type BuildEntry} from '../../state/dashboard/dashboard.ts';
import type {Area} from '../../state/layout.ts';
import {buildsParts} from '../../state/lists/list-areas.ts';
import {Frame, paneTitle, type FramedRow} from '../ui/frame.tsx';
import {lineOf, span, type Line} from '../ui/line.ts';
import {useLook} from '../ui/look.ts';
import {dashboardLine, phasesLine, type BuildsLook} from './builds-rows.ts';
import {emptyRows, listRows} from './pane-view.ts';

interface BuildsPaneProps {
	readonly state: AppState;
	readonly area: Area;
	readonly hasFocus: boolean;
	/** `3` in the composer; none where it is the whole screen. */
	readonly paneKey: string;
}

/** Pane 3: builds with their lines, and the newest log of the line under the cursor. */
export function BuildsPane({state, area, hasFocus, paneKey}: BuildsPaneProps) {
	const {symbols, tick} = useLook();
	const {dashboard, nowMs} = state;
	const rows = dashboardRows(dashboard);
	const {list, log} = buildsParts(area, rows.length);
	const look: BuildsLook = {
		symbols,
		tick,
		nowMs,
		pastOf: (entry, line) =>
			dashboard.builds
				.find(past => past.image === entry.image && past.build !== entry.build && past.view.finishedAtMs !== null)
				?.view.lines.find(own => own.line === line),
	};
	const running = runningBuilds(dashboard).length;
	const drawn =
		rows.length > 0
			? listRows(rows, dashboard.cursor, list.height, hasFocus, (row, isAtCursor) =>
					dashboardLine(row, list.width, isAtCursor, look),
				)
			: emptyRows(list.height, [[span('No builds yet.', 'muted')]]);
	return (
		<Frame
			area={area}
			title={paneTitle(paneKey, 'Builds', hasFocus)}
			note={running > 0 ? [span(`${running} running`, 'info')] : []}
			hasFocus={hasFocus}
			rows={[...drawn, ...(log ? logRows(state, log, symbols) : [])]}
			label="Builds"
		/>
	);
}

function logRows(
	{dashboard}: AppState,
	area: Area,
	symbols: ReturnType<typeof useLook>['symbols'],
): readonly FramedRow[] {
	const row = dashboardRows(dashboard)[dashboard.cursor.at];
	const line =
		row?.kind === 'line'
			? row.line
			: row?.entry.view.lines.find(({status}) => status === 'running' || status === 'failed');
	if (row && !line) return useRows(row.entry);
	if (!row || !line) return [];
	const rule: Line = [
		span(`${symbols.border.horizontal.repeat(1)} `, 'border'),
		span(`${line.line} `, 'title'),
		span(symbols.border.horizontal.repeat(Math.max(0, area.width - line.line.length - 3)), 'border'),
	];
	const head: Line[] = [lineOf(' ', phasesLine(line, symbols))];
	if (line.error) {
		head.push(lineOf(' ', span(line.error.message, 'error')));
		if (line.error.hint) head.push(lineOf(' ', span(line.error.hint)));
		if (line.traceId) head.push(lineOf(' ', span(`trace ${line.traceId}`, 'muted')));
	}
	const shownHead = head.slice(0, Math.max(0, area.height - 1));
	const log = (row.entry.logs[line.line] ?? [])
		.slice(-Math.max(0, area.height - shownHead.length))
		.slice(0, Math.max(0, area.height - shownHead.length));
	return [
		{line: rule},
		...shownHead.map(own => ({line: own})),
		...log.map(text => ({line: lineOf(' ', span(text, 'muted'))})),
	];
}

/** Of a build that has ended well: what to do with it. */
function useRows({image, view, status}: BuildEntry): readonly FramedRow[] {
	const tags = view.lines.flatMap(line => line.tags);
	const tag = tags.includes('latest') ? 'latest' : tags[0];
	if (tag === undefined || status === 'in progress') return [];
	return [
		[],
		[span('Use it:', 'muted')],
		[span(`slipway export ${image}:${tag} docker-daemon:`)],
		[span(`slipway sbom ${image}:${tag}`)],
	].map(line => ({line: lineOf(' ', line)}));
}
