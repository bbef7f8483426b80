import type {AppState} from '../../state/app-state.ts';
import {currentPhase} from '../../state/dashboard/dashboard.ts';
import {shownLines, topOf} from '../../state/dashboard/log-view.ts';
import {bodyArea} from '../../state/layout.ts';
import {insideFrame} from '../../state/lists/list-areas.ts';
import {truncateStart} from '../../state/text/measure.ts';
import {fieldLine} from '../ui/field-line.ts';
import {Frame, type FramedRow} from '../ui/frame.tsx';
import {lineOf, span, type Line} from '../ui/line.ts';
import {useLook} from '../ui/look.ts';
import {logRows} from './log-rows.ts';

/** The log of one line, as large as the screen. */
export function LogScreen({state}: {readonly state: AppState}) {
	const {symbols} = useLook();
	const {log} = state;
	const body = bodyArea(state);
	const inside = insideFrame(body);
	if (!log) return null;
	const entry = state.dashboard.builds.find(({build}) => build === log.build);
	const {view} = log;
	const lines = shownLines(view, entry?.logs[log.line] ?? []);
	const top = topOf(view, lines.length, inside.height);
	const line = entry?.view.lines.find(own => own.line === log.line);
	const rows: FramedRow[] = [];
	for (const [at, own] of lines.slice(top, top + inside.height).entries()) {
		const drawn = logRows(own, {
			symbols,
			width: inside.width - 2,
			search: view.search.text,
			showsTimes: view.showsTimes,
			wraps: view.wraps,
			left: view.left,
		});
		for (const part of drawn) rows.push({line: lineOf(' ', part), isSelected: view.found === top + at});
	}
	// Wrapped lines may need more rows than there are: the end is what is followed.
	const shown = view.isFollowingEnd ? rows.slice(-inside.height) : rows.slice(0, inside.height);
	const path = entry?.folder ? truncateStart(`${entry.folder}/journal.ndjson`, Math.max(0, inside.width - 30)) : '';
	const typed: Line = view.typing
		? lineOf(span(view.typing === 'search' ? '/ ' : '& ', 'accent'), fieldLine(view[view.typing], 40, true))
		: lineOf(
				view.search.text ? lineOf(span('/ ', 'muted'), span(`${view.search.text}  `)) : [],
				view.filter.text ? lineOf(span('& ', 'muted'), span(`${view.filter.text}  `)) : [],
				span(view.isFollowingEnd ? 'following' : '', 'muted'),
				span(path ? `${view.isFollowingEnd || view.search.text || view.filter.text ? '  ' : ''}${path}` : '', 'muted'),
			);
	const failure: Line = line?.error ? [span(`  ${line.error.message}`, 'error')] : [];
	return (
		<Frame
			area={body}
			title={lineOf(
				{text: `Log of ${entry?.image ?? ''} ${log.line}`, bold: true, tone: 'focus'},
				line ? span(`  ${currentPhase(line)?.phase ?? ''}`, 'muted') : '',
				failure,
			)}
			note={[
				span(lines.length > 0 ? `${Math.min(lines.length, top + inside.height)}/${lines.length}` : 'empty', 'muted'),
			]}
			footer={typed}
			hasFocus
			rows={shown.length > 0 ? shown : [{line: []}, {line: [span('  Nothing was logged yet.', 'muted')]}]}
			label="Log"
		/>
	);
}
