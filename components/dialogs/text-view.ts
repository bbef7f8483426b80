import type {AppState} from '../../state/app-state.ts';
import {layoutText, type TextDialog} from '../../state/dialogs/text-dialog.ts';
import {widthOf} from '../../state/text/measure.ts';
import {fieldLine} from '../ui/field-line.ts';
import {lineOf, span, type Line} from '../ui/line.ts';
import type {DialogView} from './dialog-view.ts';

/** A text to read: help, why, equivalent commands. */
export function textView(dialog: TextDialog, state: AppState): DialogView {
	const {area, rows, labelWidth, height, top} = layoutText(dialog, state.terminal);
	const hasFilter = dialog.isTyping || dialog.filter.text !== '';
	const shown = rows
		.slice(top, top + height)
		.map((line): Line =>
			line.isHeading
				? [span(line.text, 'title')]
				: line.label === undefined
					? [span(line.text)]
					: lineOf(
							span(line.label + ' '.repeat(Math.max(2, labelWidth + 2 - widthOf(line.label))), 'key'),
							span(line.text),
						),
		);
	const none: readonly Line[] = rows.length === 0 ? [[span('Nothing matches.', 'muted')]] : [];
	return {
		area,
		title: dialog.title,
		rows: [...shown, ...none].map(line => ({line: lineOf(' ', line)})),
		note: rows.length > height ? [span(`${Math.min(rows.length, top + height)}/${rows.length}`, 'muted')] : [],
		footer: hasFilter ? lineOf(span('/ ', 'accent'), fieldLine(dialog.filter, 24, dialog.isTyping)) : [],
	};
}
