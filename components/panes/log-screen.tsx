import type {AppState} from '../../state/app-state.ts';
import {currentPhase} from '../../state/dashboard/dashboard.ts';
import {matchCount, shownLines, topOf} from '../../state/dashboard/log-view.ts';
import {bodyArea} from '../../state/layout.ts';
import {insideFrame} from '../../state/lists/list-areas.ts';
import {truncateStart} from '../../state/text/measure.ts';
import {count} from '../format/sizes.ts';
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
	const search = view.search.text;
	const hits = search === '' ? [] : hitsText(matchCount(lines, search));
	const typed: Line = view.typing
		? lineOf(
				span(view.typing === 'search' ? '/ ' : '& ', 'accent'),
				fieldLine(view[view.typing], 40, true),
				view.typing === 'search' ? lineOf('  ', hits) : [],
			)
		: lineOf(
				search ? lineOf(span('/ ', 'muted'), span(`${search}  `), hits, '  ') : [],
				view.filter.text ? lineOf(span('& ', 'muted'), span(`${view.filter.text}  `)) : [],
				span(view.isFollowingEnd ? 'following' : '', 'muted'),
				span(path ? `${view.isFollowingEnd || search || view.filter.text ? '  ' : ''}${path}` : '', 'muted'),
			);
	const emptyText = view.filter.text === '' ? 'Nothing was logged yet.' : `No row has “${view.filter.text}”.`;
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
			rows={shown.length > 0 ? shown : [{line: []}, {line: [span(`  ${emptyText}`, 'muted')]}]}
			label="Log"
		/>
	);
}

const hitsText = (hits: number): Line =>
	hits === 0 ? [span('not found', 'warning')] : [span(`in ${count(hits, 'row')}`, 'muted')];
