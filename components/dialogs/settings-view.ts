import type {AppState} from '../../state/app-state.ts';
import type {SettingsDialog} from '../../state/dialogs/dialog.ts';
import {settingsArea, settingsFrame} from '../../state/lists/list-areas.ts';
import {settingRows} from '../../state/settings/setting-rows.ts';
import {settingsSchema} from '../../state/settings/settings-schema.ts';
import {wrap} from '../../state/text/measure.ts';
import {listRows, position} from '../panes/pane-view.ts';
import type {Symbols} from '../theme/symbols.ts';
import {fieldLine} from '../ui/field-line.ts';
import {columns, lineOf, span} from '../ui/line.ts';
import type {DialogView} from './dialog-view.ts';

/** Every setting with its value; below them what the one under the cursor is. */
export function settingsView(dialog: SettingsDialog, state: AppState, symbols: Symbols): DialogView {
	const area = settingsFrame(state.terminal);
	const list = settingsArea(state.terminal);
	const keys = settingRows(dialog);
	const current = keys[dialog.cursor.at];
	const hasFilter = dialog.isTyping || dialog.filter.text !== '';
	const rows = listRows(keys, dialog.cursor, list.height, dialog.field === null, (key, isAtCursor) => {
		const value = String(state.settings[key]);
		const isDefault = state.settings[key] === settingsSchema[key].default;
		const shown =
			isAtCursor && dialog.field
				? fieldLine(dialog.field, area.width - 28, true)
				: [span(value || 'not set', isDefault ? 'muted' : 'accent')];
		return lineOf(
			isAtCursor ? span(symbols.cursor, 'accent') : ' ',
			' ',
			columns(area.width - 5, [
				{line: [span(key)], width: 20},
				{line: shown, width: 'rest'},
			]),
		);
	});
	const about = current ? settingsSchema[current].description : 'No setting matches.';
	return {
		area,
		title: 'Settings',
		rows: [
			...rows,
			{line: []},
			...wrap(dialog.problem ?? about, area.width - 5)
				.slice(0, 2)
				.map(text => ({line: lineOf('  ', span(text, dialog.problem ? 'error' : 'muted'))})),
		],
		note: position(dialog.cursor, keys.length),
		footer: hasFilter ? lineOf(span('/ ', 'accent'), fieldLine(dialog.filter, 24, dialog.isTyping)) : [],
	};
}
