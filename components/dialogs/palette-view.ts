import type {AppState} from '../../state/app-state.ts';
import type {Dialog} from '../../state/dialogs/dialog.ts';
import {paletteChoices} from '../../state/dialogs/palette.ts';
import {keyLabel} from '../../state/keys/key-label.ts';
import {commandTable} from '../../state/keys/key-map.ts';
import {dialogArea} from '../../state/lists/list-areas.ts';
import {listRows} from '../panes/pane-view.ts';
import type {Symbols} from '../theme/symbols.ts';
import {fieldLine} from '../ui/field-line.ts';
import {columns, lineOf, span} from '../ui/line.ts';
import type {DialogView} from './dialog-view.ts';

/** Commands by name, each with its key. */
export function paletteView(dialog: Extract<Dialog, {kind: 'palette'}>, state: AppState, symbols: Symbols): DialogView {
	const choices = paletteChoices(dialog);
	const area = dialogArea(state.terminal, 64, Math.min(16, dialog.choices.length + 4));
	const height = area.height - 3;
	const rows = listRows(choices, dialog.cursor, height, true, (id, isAtCursor) => {
		const key = state.keyMap.find(command => command.id === id)?.keys[0] ?? '';
		return lineOf(
			isAtCursor ? span(symbols.cursor, 'accent') : ' ',
			' ',
			columns(area.width - 5, [
				{line: [span(commandTable[id].title)], width: 'rest'},
				{line: dialog.field.text === '' && dialog.recent.includes(id) ? [span('recent', 'muted')] : [], width: 6},
				{line: [span(keyLabel(key, state.terminal.hasUnicode), 'key')], width: 8, align: 'right'},
			]),
		);
	});
	return {
		area,
		title: 'Commands',
		rows: [
			{line: lineOf(span(' : ', 'accent'), fieldLine(dialog.field, area.width - 8, true))},
			...(choices.length > 0 ? rows : [{line: [span('   No command that is valid here is called so.', 'muted')]}]),
		],
	};
}
