import {Box} from 'ink';
import type {AppState} from '../../state/app-state.ts';
import {bodyArea} from '../../state/layout.ts';
import {cardParts} from '../../state/lists/list-areas.ts';
import {formatAge, formatBytes} from '../format/sizes.ts';
import {Frame} from '../ui/frame.tsx';
import {columns, lineOf, span, type Line} from '../ui/line.ts';
import {useLook} from '../ui/look.ts';
import {buildTone} from './builds-rows.ts';
import {emptyRows, listRows} from './pane-view.ts';

/** The card of one image: its lines, how to use it, its builds. */
export function ImageScreen({state}: {readonly state: AppState}) {
	const {symbols} = useLook();
	const {card, nowMs} = state;
	const {frame, list, detail} = cardParts(bodyArea(state));
	const image = state.gallery.images?.find(({name}) => name === card?.name);
	if (!image || !card) return null;
	const head = (text: string): Line => [span(text, 'muted')];
	const parts = (...[line, status, tags, size, built]: readonly [Line, Line, Line, Line, Line]): Line =>
		columns(list.width - 3, [
			{line, width: 8},
			{line: status, width: 11},
			{line: tags, width: 'rest'},
			{line: size, width: 9, align: 'right'},
			{line: built, width: list.width >= 60 ? 11 : 0, align: 'right'},
		]);
	const rows =
		image.lines.length > 0
			? [
					{line: lineOf('  ', parts(head('line'), head('status'), head('tags'), head('size'), head('built')))},
					...listRows(image.lines, card.cursor, list.height, !state.dialog, (line, isAtCursor) =>
						lineOf(
							isAtCursor ? span(symbols.cursor, 'accent') : ' ',
							' ',
							parts(
								[{text: line.line, bold: true}],
								[span(line.status, line.status === 'failed' ? 'error' : line.digest ? 'good' : 'muted')],
								[span(line.tags.join(' '), 'accent')],
								[span(line.size === null ? '' : formatBytes(line.size))],
								[span(line.builtAt ? formatAge(line.builtAt, nowMs) : '', 'muted')],
							),
						),
					),
				]
			: emptyRows(list.height + 1, [
					[span('Not built yet: ', 'muted'), span('b', 'key'), span(' builds every line.', 'muted')],
				]);
	const current = image.lines[card.cursor.at];
	const tag = current?.tags[0];
	const command = (text: string): Line => [span('$ ', 'muted'), span(text)];
	const builds = state.dashboard.builds.filter(entry => entry.image === image.name);
	const detailLines: Line[] = [
		...(image.description ? [[span(image.description)], []] : []),
		...(current?.digest ? [[span('digest  ', 'muted'), span(current.digest)] as Line] : []),
		...(tag
			? [
					[],
					[span('Use it', 'title')] as Line,
					command(`slipway export ${image.name}:${tag} docker-daemon:`),
					command(`slipway export ${image.name}:${tag} oci-archive:${image.name}.tar`),
					command(`slipway sbom ${image.name}:${tag}`),
				]
			: []),
		[],
		[span('Builds', 'title')],
		...(builds.length === 0 ? [[span('none', 'muted')] as Line] : []),
		...builds.map((entry): Line =>
			lineOf(
				span(entry.status.padEnd(20), buildTone[entry.status]),
				span(formatAge(entry.startedAt, nowMs).padEnd(12), 'muted'),
				span(entry.build, 'muted'),
			),
		),
	];
	return (
		<Box flexDirection="column">
			<Frame
				area={frame}
				title={[{text: image.name, bold: true, tone: 'focus'}, span(`  from ${image.starter}`, 'muted')]}
				note={[span(image.status, buildTone[image.status])]}
				hasFocus
				rows={rows}
				label={`Image ${image.name}`}
			/>
			{detail.height > 2 && (
				<Frame
					area={detail}
					title={[{text: current ? `Line ${current.line}` : 'Image', bold: true}]}
					hasFocus={false}
					rows={detailLines.map(line => ({line: lineOf(' ', line)}))}
					label="Details"
				/>
			)}
		</Box>
	);
}
