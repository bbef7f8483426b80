import {emptyField, type TextField} from '../fields/text-field.ts';
import type {Area} from '../layout.ts';
import {matchesFilter} from '../lists/filter.ts';
import {dialogArea} from '../lists/list-areas.ts';
import {widthOf, wrap} from '../text/measure.ts';

/** A text to read: help, why, equivalent commands, what is in a bundle. */
export interface TextDialog {
	readonly kind: 'text';
	readonly title: string;
	readonly lines: readonly TextLine[];
	readonly top: number;
	readonly filter: TextField;
	/** The filter has the keys. */
	readonly isTyping: boolean;
}

export interface TextLine {
	/** A key or a name, before the text. */
	readonly label?: string;
	readonly text: string;
	readonly isHeading?: boolean;
}

export const textDialog = (title: string, lines: readonly TextLine[]): TextDialog => ({
	kind: 'text',
	title,
	lines,
	top: 0,
	filter: emptyField,
	isTyping: false,
});

export interface TextLayout {
	readonly area: Area;
	/** Lines that pass the filter, broken to the width of the dialog. */
	readonly rows: readonly TextLine[];
	readonly labelWidth: number;
	/** Rows of text that are seen at once. */
	readonly height: number;
	readonly top: number;
}

const widest = 100;

export function layoutText(
	dialog: TextDialog,
	terminal: {readonly columns: number; readonly rows: number},
): TextLayout {
	const labels = dialog.lines.map(({label = ''}) => widthOf(label));
	const labelWidth = Math.min(22, Math.max(0, ...labels));
	const indentOf = ({label}: TextLine) => (label === undefined ? 0 : labelWidth + 2);
	const wanted = Math.max(30, widthOf(dialog.title), ...dialog.lines.map(line => widthOf(line.text) + indentOf(line)));
	const width = Math.min(terminal.columns, Math.min(widest, wanted) + 4);
	const broken = (line: TextLine): readonly TextLine[] =>
		wrap(line.text, Math.max(8, width - 4 - indentOf(line))).map((text, at) =>
			at === 0 ? {...line, text} : line.label === undefined ? {text} : {label: '', text},
		);
	const all = dialog.lines.flatMap(broken);
	const rows = dialog.filter.text === '' ? all : passingLines(dialog).flatMap(broken);
	// As high as all of it, so that it does not jump while the filter is typed.
	const area = dialogArea(terminal, width, all.length + 2);
	const height = Math.max(1, area.height - 2);
	return {area, rows, labelWidth, height, top: Math.max(0, Math.min(dialog.top, rows.length - height))};
}

/** Lines that match, under the headings that they belong to. */
export function passingLines({lines, filter}: TextDialog): readonly TextLine[] {
	if (filter.text === '') return lines;
	const kept: TextLine[] = [];
	let heading: TextLine | null = null;
	for (const line of lines) {
		if (line.isHeading) heading = line;
		else if (line.text !== '' && matchesFilter(filter.text, line.label ?? '', [line.text])) {
			if (heading) kept.push(heading);
			heading = null;
			kept.push(line);
		}
	}
	return kept;
}

export function scrollText(
	dialog: TextDialog,
	terminal: {readonly columns: number; readonly rows: number},
	step: 'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last',
): TextDialog {
	const {rows, height, top} = layoutText(dialog, terminal);
	const last = Math.max(0, rows.length - height);
	const steps = {up: -1, down: 1, pageUp: 1 - height, pageDown: height - 1, first: -last, last}[step];
	return {...dialog, top: Math.max(0, Math.min(last, top + steps))};
}
