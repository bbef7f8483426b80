import {Box, Text} from 'ink';
import type {Area} from '../../state/layout.ts';
import {fitLine, lineOf, lineWidth, span, type Line} from './line.ts';
import {useLook} from './look.ts';
import {Row, spans} from './row.tsx';
import {spokenLine} from './spoken.ts';

export interface FramedRow {
	readonly line: Line;
	readonly isSelected?: boolean;
	/** The cursor of its list is there, whether or not that has the keys. */
	readonly isCurrent?: boolean;
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
	/** It lies over something. */
	readonly isOpaque?: boolean;
}

const nothing: Line = [];

/** A bordered part of the screen with a title in its border; every row is one text, so that little is drawn anew. */
export function Frame({
	area,
	title,
	note = nothing,
	footer = nothing,
	hasFocus,
	rows,
	label,
	isOpaque = false,
}: FrameProps) {
	const {theme, symbols, isSpoken} = useLook();
	const {width, height} = area;
	const inner = width - 2;
	const border = symbols.border;
	const tone = hasFocus ? 'focus' : 'border';
	if (isSpoken) {
		return (
			<Box flexDirection="column">
				<Text>{heading(label, spokenLine([...title, {text: ' '}, ...note]))}</Text>
				{rows
					.map(({line, isSelected = false, isCurrent = false}) => {
						const text = spokenLine(line);
						return text !== '' && (isSelected || (isCurrent && hasFocus)) ? `selected: ${text}` : text;
					})
					.filter(text => text !== '')
					.map((text, at) => (
						// oxlint-disable-next-line react/no-array-index-key -- rows have no identity but their place
						<Text key={at}>{text}</Text>
					))}
				{footer.length > 0 && <Text>{spokenLine(footer)}</Text>}
			</Box>
		);
	}
	const {color, dimColor = false} = theme.tones[tone];
	const box = {
		...border,
		top: border.horizontal,
		bottom: border.horizontal,
		left: border.vertical,
		right: border.vertical,
	};
	const shownTitle = fitTo(padded(title), inner - 2);
	const shownNote = lineWidth(shownTitle) + lineWidth(note) + 5 <= inner ? padded(note) : [];
	const shownFooter = fitTo(padded(footer), inner - 2);
	return (
		<Box width={width} height={height} flexShrink={0}>
			{/* Ink's own border: measured once, where a border sign in every row would be measured in every frame. */}
			<Box
				width={width}
				height={height}
				flexDirection="column"
				borderStyle={box}
				borderDimColor={dimColor}
				{...(color === undefined ? {} : {borderColor: color})}
			>
				{rows.slice(0, Math.max(0, height - 2)).map(({line, isSelected = false}, at) => (
					// oxlint-disable-next-line react/no-array-index-key -- rows have no identity but their place
					<Row key={at} line={line} width={inner} isSelected={isSelected} />
				))}
				{isOpaque &&
					Array.from({length: Math.max(0, height - 2 - rows.length)}, (_, at) => (
						<Text key={at}>{' '.repeat(inner)}</Text>
					))}
			</Box>
			<Edge line={shownTitle} left={2} top={0} />
			<Edge line={shownNote} left={width - 2 - lineWidth(shownNote)} top={0} />
			<Edge line={shownFooter} left={2} top={height - 1} />
		</Box>
	);
}

/** A text that stands in the border. */
function Edge({line, left, top}: {readonly line: Line; readonly left: number; readonly top: number}) {
	const look = useLook();
	if (line.length === 0) return null;
	return (
		<Box position="absolute" marginLeft={left} marginTop={top}>
			<Text wrap="truncate">{spans(line, look)}</Text>
		</Box>
	);
}

const padded = (line: Line): Line => (line.length > 0 ? lineOf(' ', line, ' ') : []);

/** The label only where the title does not say it. */
const heading = (label: string, title: string): string => (title.startsWith(label) ? title : `${label}. ${title}`);

const fitTo = (line: Line, width: number): Line =>
	lineWidth(line) <= width ? line : fitLine(line, Math.max(0, width));

/** A frame's title as `2 SBOM preview`, with the key that goes there. */
export const paneTitle = (key: string, text: string, hasFocus: boolean): Line =>
	lineOf(key ? span(`${key} `, hasFocus ? 'key' : 'muted') : [], {
		text,
		...(hasFocus ? {tone: 'focus' as const, bold: true} : {bold: true}),
	});
