import {Box, Text} from 'ink';
import type {Area} from '../../state/layout.ts';
import {fitLine, lineOf, lineWidth, span, type Line} from './line.ts';
import {useLook} from './look.ts';
import {spans} from './row.tsx';

export interface FramedRow {
	readonly line: Line;
	readonly isSelected?: boolean;
}

interface FrameProps {
	readonly area: Pick<Area, 'width' | 'height'>;
	readonly title: Line;
	/** On the right of the upper border. */
	readonly note?: Line;
	/** On the left of the lower border. */
	readonly footer?: Line;
	readonly hasFocus: boolean;
	/** At most `height - 2`; missing ones are empty. */
	readonly rows: readonly FramedRow[];
	/** For who listens instead of looking. */
	readonly label: string;
}

const nothing: Line = [];

/** A bordered part of the screen with a title in its border; every row is one text, so that little is drawn anew. */
export function Frame({area, title, note = nothing, footer = nothing, hasFocus, rows, label}: FrameProps) {
	const {theme, symbols, isSpoken} = useLook();
	const {width, height} = area;
	const inner = width - 2;
	const border = symbols.border;
	const tone = hasFocus ? 'focus' : 'border';
	if (isSpoken) {
		return (
			<Box flexDirection="column" aria-label={label}>
				<Text>{spans(title, theme)}</Text>
				{rows.map(({line, isSelected = false}, at) => (
					// oxlint-disable-next-line react/no-array-index-key
					<Text key={at} aria-label={isSelected ? `selected: ${plain(line)}` : plain(line)}>
						{plain(line)}
					</Text>
				))}
			</Box>
		);
	}
	const edge = (left: string, right: string, start: Line, end: Line): Line => {
		const shownStart = start.length > 0 ? lineOf(' ', start, ' ') : [];
		const shownEnd = end.length > 0 ? lineOf(' ', end, ' ') : [];
		const roomStart = fitTo(shownStart, inner - 2);
		const roomEnd = lineWidth(roomStart) + lineWidth(shownEnd) + 3 <= inner ? shownEnd : [];
		const fill = Math.max(0, inner - 1 - lineWidth(roomStart) - lineWidth(roomEnd) - (roomEnd.length > 0 ? 1 : 0));
		return lineOf(
			span(left + border.horizontal, tone),
			roomStart,
			span(border.horizontal.repeat(fill), tone),
			roomEnd,
			span(`${roomEnd.length > 0 ? border.horizontal : ''}${right}`, tone),
		);
	};
	const empty: FramedRow = {line: []};
	return (
		<Box flexDirection="column" width={width} height={height} flexShrink={0}>
			<Text wrap="truncate">{spans(edge(border.topLeft, border.topRight, title, note), theme)}</Text>
			{Array.from({length: Math.max(0, height - 2)}, (_, at) => {
				const {line, isSelected = false} = rows[at] ?? empty;
				return (
					<Text key={at} wrap="truncate">
						{spans([span(border.vertical, tone)], theme)}
						{spans(fitLine(line, inner), theme, isSelected)}
						{spans([span(border.vertical, tone)], theme)}
					</Text>
				);
			})}
			{height > 1 && (
				<Text wrap="truncate">{spans(edge(border.bottomLeft, border.bottomRight, footer, []), theme)}</Text>
			)}
		</Box>
	);
}

const plain = (line: Line): string => line.map(({text}) => text).join('');

const fitTo = (line: Line, width: number): Line =>
	lineWidth(line) <= width ? line : fitLine(line, Math.max(0, width));

/** A frame's title as `2 SBOM preview`, with the key that goes there. */
export const paneTitle = (key: string, text: string, hasFocus: boolean): Line =>
	lineOf(key ? span(`${key} `, hasFocus ? 'key' : 'muted') : [], {
		text,
		...(hasFocus ? {tone: 'focus' as const, bold: true} : {bold: true}),
	});
