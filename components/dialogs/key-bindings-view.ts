import type {AppState} from '../../state/app-state.ts';
import {bindingRows, isRebound, type KeyBindingsDialog} from '../../state/dialogs/key-bindings.ts';
import {keyLabel} from '../../state/keys/key-label.ts';
import {settingsArea, settingsFrame} from '../../state/lists/list-areas.ts';
import {listRows, position} from '../panes/pane-view.ts';
import type {Symbols} from '../theme/symbols.ts';
import {fieldLine} from '../ui/field-line.ts';
import {columns, lineOf, span, type Line} from '../ui/line.ts';
import type {DialogView} from './dialog-view.ts';

/** Commands with their keys and where they hold; what differs from the default stands out. */
export function keyBindingsView(dialog: KeyBindingsDialog, state: AppState, symbols: Symbols): DialogView {
	const area = settingsFrame(state.terminal);
	const {height} = settingsArea(state.terminal);
	const commands = bindingRows(dialog, state.keyMap);
	const rows = listRows(commands, dialog.cursor, height - 1, dialog.capturing === null, (command, isAtCursor) => {
		const {id, title, keys, contexts} = command;
		const labels = keys.map(key => keyLabel(key, state.terminal.hasUnicode)).join('  ');
		const shown =
			dialog.capturing === id
				? span('press the new key', 'warning')
				: span(labels, isRebound(id, state.keyMap) ? 'accent' : 'key');
		return lineOf(
			isAtCursor ? span(symbols.cursor, 'accent') : ' ',
			' ',
			columns(area.width - 5, [
				{line: [span(title)], width: 'rest'},
				{line: [shown], width: 17},
				{line: [span(contexts.join(' '), 'muted')], width: area.width >= 70 ? 17 : 0},
			]),
		);
	});
	const note: Line = dialog.problem
		? [span(dialog.problem, 'error')]
		: dialog.capturing !== null
			? [span('The next key becomes its key; esc leaves it as it was.', 'muted')]
			: [span('⏎ changes, ^x takes the default. Kept in the setting keys.', 'muted')];
	return {
		area,
		title: 'Key bindings',
		rows: [
			{line: lineOf(span(' / ', 'accent'), fieldLine(dialog.filter, area.width - 8, dialog.capturing === null))},
			...(commands.length > 0 ? rows : rows.with(0, {line: [span('   No command is called so.', 'muted')]})),
			{line: []},
			{line: lineOf('  ', note)},
		],
		note: position(dialog.cursor, commands.length),
	};
}
