import {Text} from 'ink';
import {memo} from 'react';
import type {Style, Theme} from '../theme/theme.ts';
import {fitLine, isSameLine, type Line, type Span} from './line.ts';
import {useLook, type Look} from './look.ts';
import {spokenLine} from './spoken.ts';
import {toAscii} from '../theme/symbols.ts';

interface RowProps {
	readonly line: Line;
	readonly width: number;
	/** Under the cursor of the list that has the keys. */
	readonly isSelected?: boolean;
}

/** One line of the screen, exactly as wide as it is told. Panes make their lines anew; most show what they showed before. */
export const Row = memo(function Row({line, width, isSelected = false}: RowProps) {
	const look = useLook();
	if (look.isSpoken) return <Text>{spokenLine(line)}</Text>;
	return <Text wrap="truncate">{spans(fitLine(line, width), look, isSelected)}</Text>;
}, isSameRow);

function isSameRow(a: RowProps, b: RowProps): boolean {
	return a.width === b.width && (a.isSelected ?? false) === (b.isSelected ?? false) && isSameLine(a.line, b.line);
}

/** Spans as Ink texts; neighbours that look the same become one, which saves bytes and work. */
export function spans(line: Line, {theme, symbols}: Pick<Look, 'theme' | 'symbols'>, isSelected = false) {
	const runs: {style: Style; text: string}[] = [];
	for (const own of line) {
		const part = symbols.isAscii ? {...own, text: toAscii(own.text)} : own;
		const style = styleOf(part, theme, isSelected);
		const last = runs.at(-1);
		if (last && sameStyle(last.style, style)) last.text += part.text;
		else runs.push({style, text: part.text});
	}
	return runs.map(({style, text}, at) => (
		// oxlint-disable-next-line react/no-array-index-key -- runs have no identity but their place
		<Text key={at} {...style}>
			{text}
		</Text>
	));
}

function styleOf(part: Span, theme: Theme, isSelected: boolean): Style {
	if (part.isCursor) return isSelected ? {} : theme.cursor;
	const own = part.tone ? theme.tones[part.tone] : {};
	const extra = {...(part.bold && {bold: true}), ...(part.underline && {underline: true})};
	if (!isSelected) return {...own, ...extra};
	return {...theme.selection, ...extra, ...(part.tone === 'match' && {underline: true})};
}

const sameStyle = (a: Style, b: Style): boolean =>
	a.color === b.color &&
	a.backgroundColor === b.backgroundColor &&
	(a.bold ?? false) === (b.bold ?? false) &&
	(a.dimColor ?? false) === (b.dimColor ?? false) &&
	(a.underline ?? false) === (b.underline ?? false) &&
	(a.inverse ?? false) === (b.inverse ?? false);
