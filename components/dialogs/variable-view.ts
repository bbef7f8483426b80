import {looksSecret} from '../../state/composer/variables.ts';
import type {AppState} from '../../state/app-state.ts';
import type {VariableDialog} from '../../state/dialogs/dialog.ts';
import {dialogArea} from '../../state/lists/list-areas.ts';
import type {Symbols} from '../theme/symbols.ts';
import {fieldLine} from '../ui/field-line.ts';
import {lineOf, span, type Line} from '../ui/line.ts';
import type {DialogView} from './dialog-view.ts';
import {problemLines} from './problem-lines.ts';

/** A variable of the composition: its name and its value. */
export function variableView(dialog: VariableDialog, state: AppState, symbols: Symbols): DialogView {
	const {name, value, focus, problem} = dialog;
	const secret = looksSecret(name.text, value.text)
		? 'Looks like a secret: everyone who has the image can read it.'
		: '';
	const field = (label: string, line: Line): Line => lineOf(span(label.padEnd(7), 'muted'), line);
	const rows: Line[] = [
		[],
		field('Name', fieldLine(name, 56, focus === 'name', 'APP_ENV')),
		field('Value', fieldLine(value, 56, focus === 'value', '', symbols.newline)),
		[],
		...(problem ? problemLines(problem, 68) : [[span(secret, 'warning')]]),
	];
	return {
		area: dialogArea(state.terminal, 72, rows.length + 2),
		title: dialog.renamed === null ? 'New variable' : `Variable ${dialog.renamed}`,
		rows: rows.map(line => ({line: lineOf(' ', line)})),
	};
}
