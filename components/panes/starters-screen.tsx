import {Box} from 'ink';
import type {Starter} from '../../src/catalog/starter.ts';
import {startersOf, type AppState} from '../../state/app-state.ts';
import {bodyArea} from '../../state/layout.ts';
import {galleryParts} from '../../state/lists/list-areas.ts';
import type {StarterSizes} from '../../state/starters/starter-sizes.ts';
import {pickerRows} from '../../state/starters/starter-picker.ts';
import {endOfLife} from '../format/end-of-life.ts';
import {count, formatBytes} from '../format/sizes.ts';
import {Frame} from '../ui/frame.tsx';
import {columns, lineOf, span, type Line} from '../ui/line.ts';
import {useLook} from '../ui/look.ts';
import {emptyRows, filterFooter, listRows, position} from './pane-view.ts';

/** What a private image can begin from, and the lines of the starter under the cursor. */
export function StartersScreen({state}: {readonly state: AppState}) {
	const {symbols} = useLook();
	const {picker} = state;
	const {frame, list, detail} = galleryParts(bodyArea(state));
	const starters = pickerRows(picker, startersOf(state));
	const current = starters[picker.cursor.at];
	const parts = (name: Line, category: Line, lines: Line, size: Line, title: Line): Line =>
		columns(list.width - 3, [
			{line: name, width: 10},
			{line: category, width: list.width >= 60 ? 9 : 0},
			{line: lines, width: list.width >= 100 ? 22 : 14},
			{line: size, width: 8, align: 'right'},
			{line: lineOf(' ', title), width: 'rest'},
		]);
	const head = (text: string): Line => [span(text, 'muted')];
	const rows =
		starters.length > 0
			? [
					{line: lineOf('  ', parts(head('name'), head('category'), head('lines'), head('size'), head('about')))},
					...listRows(starters, picker.cursor, list.height, !state.dialog, (starter, isAtCursor) =>
						lineOf(
							isAtCursor ? span(symbols.cursor, 'accent') : ' ',
							' ',
							parts(
								[{text: starter.name, bold: true}],
								[span(starter.category, 'muted')],
								starter.lines.length > 0
									? [span(starter.lines.map(({line}) => line).join(' '), 'good')]
									: [span('not in the indexes', 'muted')],
								sizeOfNewest(starter, state.starterSizes[starter.name]),
								[span(starter.description, 'muted')],
							),
						),
					),
				]
			: emptyRows(list.height + 1, emptyLines(state));
	return (
		<Box flexDirection="column">
			<Frame
				area={frame}
				title={[{text: 'Begin from a starter image', bold: true, tone: 'focus'}]}
				note={position(picker.cursor, starters.length)}
				footer={filterFooter(picker.filter, state.isFiltering)}
				hasFocus
				rows={rows}
				label="Starter images"
			/>
			{detail && (
				<Frame
					area={detail}
					title={[{text: current?.title ?? '', bold: true}]}
					note={current ? [span(count(current.lines.length, 'line'), 'muted')] : []}
					hasFocus={false}
					rows={(current
						? starterDetail(current, state.starterSizes[current.name], detail.width - 4, state.nowMs)
						: []
					).map(line => ({
						line: lineOf(' ', line),
					}))}
					label="The starter under the cursor"
				/>
			)}
		</Box>
	);
}

/** The minimal image of the most advanced line. */
function sizeOfNewest({lines: [newest]}: Starter, sizes: StarterSizes | undefined): Line {
	const size = newest && sizes?.[newest.line];
	return [span(size ? formatBytes(size.installedBytes) : '')];
}

function starterDetail(
	starter: Starter,
	sizes: StarterSizes | undefined,
	width: number,
	nowMs: number,
): readonly Line[] {
	return [
		[span(starter.description)],
		[],
		...starter.lines.map(line => {
			const size = sizes?.[line.line];
			return columns(width, [
				{line: [{text: line.line, bold: true}], width: 8},
				{line: [span(line.version)], width: 14},
				{line: [span(line.suite, 'muted')], width: 10},
				{line: [span(size ? formatBytes(size.installedBytes) : '')], width: 8, align: 'right'},
				{
					line: [span(size ? count(size.packages, 'package') : '', 'muted')],
					width: width >= 60 ? 12 : 0,
					align: 'right',
				},
				{line: lineOf(' ', line.endOfLife ? endOfLife(line.endOfLife, nowMs) : []), width: 18},
				{line: [span(line.config.ports.join(' '), 'muted')], width: 'rest'},
			]);
		}),
	];
}

function emptyLines(state: AppState): readonly Line[] {
	if (state.picker.filter.text !== '') return [[span(`No starter matches “${state.picker.filter.text}”.`, 'muted')]];
	switch (state.starters.kind) {
		case 'failed':
			return [[span(state.starters.reason, 'error')]];
		case 'waiting':
			return state.repository.kind === 'refreshing'
				? [
						[{text: 'The package lists are on their way.', bold: true}],
						[],
						[span('Starters are shown as soon as they are there.', 'muted')],
					]
				: state.repository.kind === 'failed'
					? [
							[span(state.repository.reason, 'error')],
							...(state.repository.hint ? [[span(state.repository.hint)]] : []),
						]
					: [[span('Reading the catalogue', 'muted')]];
		case 'ready':
			return [[span('The catalogue is empty.', 'muted')]];
	}
}
