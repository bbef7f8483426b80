import type {SettingsDialog} from '../dialogs/dialog.ts';
import {matchesFilter} from '../lists/filter.ts';
import {settingKeys, settingsSchema, type SettingKey} from './settings-schema.ts';

/** Settings that pass the dialog's filter. */
export const settingRows = ({filter}: SettingsDialog): readonly SettingKey[] =>
	settingKeys.filter(key => matchesFilter(filter.text, key, [settingsSchema[key].description]));

export const settingAtCursor = (dialog: SettingsDialog): SettingKey | undefined =>
	settingRows(dialog)[dialog.cursor.at];
