import {Box} from 'ink';
import {use} from 'react';
import type {AppState} from '../../state/app-state.ts';
import {dashboardRows, runningBuilds} from '../../state/dashboard/dashboard.ts';
import type {Area} from '../../state/layout.ts';
import {buildsParts, insideFrame} from '../../state/lists/list-areas.ts';
import {Frame, paneTitle} from '../ui/frame.tsx';
import {lineOf, lineWidth, span, type Line} from '../ui/line.ts';
import {TickContext, useLook} from '../ui/look.ts';
import {buildDetail} from './build-detail.ts';
import {dashboardLine, type BuildsLook} from './builds-rows.ts';
import {emptyRows, filterFooter, listRows} from './pane-view.ts';

interface BuildsPaneProps {
	readonly state: AppState;
	readonly area: Area;
	readonly hasFocus: boolean;
	/** `3` in the composer; none where it is the whole screen. */
	readonly paneKey: string;
}

/** Pane 3: builds with their lines; below or beside them what is known of the line under the cursor, and its newest log. */
export function BuildsPane({state, area, hasFocus, paneKey}: BuildsPaneProps) {
	const {symbols} = useLook();
	const tick = use(TickContext);
	const {dashboard, nowMs} = state;
	const rows = dashboardRows(dashboard);
	const {frame, list, beside, below} = buildsParts(area, rows.length);
	const look: BuildsLook = {symbols, tick, nowMs, typical: dashboard.typical};
	const drawn =
		rows.length > 0
			? listRows(rows, dashboard.cursor, list.height, hasFocus, (row, isAtCursor) =>
					dashboardLine(row, list.width, isAtCursor, look),
				)
			: emptyRows(list.height, emptyText(state));
	const row = rows[dashboard.cursor.at];
	const inner = beside ? insideFrame(beside) : below;
	const detail = inner && buildDetail(row, {width: inner.width - 2, height: inner.height}, symbols);
	const indented = (line: Line) => ({line: lineOf(' ', line)});
	const rule = symbols.border.horizontal;
	const belowRows =
		below && detail && row
			? [
					{
						line: lineOf(
							span(`${rule} `, 'border'),
							detail.title,
							span(` ${rule.repeat(Math.max(0, below.width - lineWidth(detail.title) - 3))}`, 'border'),
						),
					},
					...detail.rows.map(indented),
				]
			: [];
	return (
		<Box>
			<Frame
				area={frame}
				title={paneTitle(paneKey, 'Builds', hasFocus)}
				note={noteOf(state)}
				footer={filterOf(state, hasFocus)}
				hasFocus={hasFocus}
				rows={[...drawn, ...belowRows]}
				label="Builds"
			/>
			{beside && detail && (
				<Frame area={beside} title={detail.title} hasFocus={false} rows={detail.rows.map(indented)} label="Build" />
			)}
		</Box>
	);
}

function noteOf({dashboard}: AppState): Line {
	const running = runningBuilds(dashboard).length;
	const waiting = dashboard.queued.length;
	return lineOf(
		waiting > 0 ? span(`${waiting} waiting  `, 'muted') : [],
		running > 0 ? span(`${running} running`, 'info') : [],
		running > 0 && dashboard.isFollowing ? '  ' : [],
		dashboard.isFollowing ? span('following', 'muted') : [],
	);
}

function filterOf({dashboard, isFiltering}: AppState, hasFocus: boolean): Line {
	return filterFooter(dashboard.filter, isFiltering && hasFocus);
}

const emptyText = ({watching, dashboard}: AppState): readonly Line[] =>
	dashboard.filter.text !== ''
		? [[span(`No build matches “${dashboard.filter.text}”.`, 'muted')]]
		: watching
			? [[span('Nothing is being built.')], [span('Builds show up here as they start.', 'muted')]]
			: [[span('No builds yet.', 'muted')]];
