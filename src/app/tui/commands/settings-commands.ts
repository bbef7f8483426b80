import type {AppState} from '../../../../state/app-state.ts';
import {bindingRows, bindingSetting, freshKeyBindings, keyOwners} from '../../../../state/dialogs/key-bindings.ts';
import {freshSettings} from '../../../../state/dialogs/dialog.ts';
import {fieldOf} from '../../../../state/fields/text-field.ts';
import {settingsArea} from '../../../../state/lists/list-areas.ts';
import {moveCursor} from '../../../../state/lists/list-window.ts';
import {settingAtCursor} from '../../../../state/settings/setting-rows.ts';
import {settingsSchema, type SettingKey} from '../../../../state/settings/settings-schema.ts';
import type {Parts, SomeCommands} from '../parts.ts';

/** Takes the next choice, or opens the field; a typed value is checked and kept. */
function changeSetting({app, hold, settings: controller}: Parts): void {
	const {dialog, settings} = app.store.get();
	if (dialog?.kind !== 'settings') return;
	const key = settingAtCursor(dialog);
	if (!key) return;
	if (dialog.field) {
		saveSetting({app, hold, settings: controller}, key, dialog.field.text);
		return;
	}
	if (key === 'keys') {
		app.store.update(state => ({...state, dialog: freshKeyBindings}));
		return;
	}
	const schema = settingsSchema[key];
	const value = settings[key];
	if (schema.kind === 'flag') saveSetting({app, hold, settings: controller}, key, String(!value));
	else if (schema.kind === 'choice') {
		const next = schema.choices[(schema.choices.indexOf(String(value)) + 1) % schema.choices.length] ?? '';
		saveSetting({app, hold, settings: controller}, key, next);
	} else app.store.update(state => ({...state, dialog: {...dialog, field: fieldOf(String(value)), problem: null}}));
}

function saveSetting({app, hold, settings}: SettingParts, key: SettingKey, text: string): void {
	const problem = settings.problemOf(key, text);
	const change = (changes: {field?: null; problem: string | null}) =>
		app.store.update(state =>
			state.dialog?.kind === 'settings' ? {...state, dialog: {...state.dialog, ...changes}} : state,
		);
	if (problem !== null) {
		change({problem});
		return;
	}
	hold('Settings', async () => {
		await settings.set(key, text);
		change({field: null, problem: null});
	});
}

type SettingParts = Pick<Parts, 'app' | 'hold' | 'settings'>;

/** The key that was pressed becomes the command's; Esc leaves it as it was. */
export function captureKey({app, hold, settings}: SettingParts, key: string): void {
	const state = app.store.get();
	const {dialog} = state;
	if (dialog?.kind !== 'keys' || dialog.capturing === null) return;
	const {capturing} = dialog;
	const put = (problem: string | null) =>
		app.store.update(now =>
			now.dialog?.kind === 'keys' ? {...now, dialog: {...now.dialog, capturing: null, problem}} : now,
		);
	if (key === 'esc') {
		put(null);
		return;
	}
	const [owner] = keyOwners(state.keyMap, capturing, key);
	if (owner) {
		put(`${key} is the key of “${owner.title}” here: give that another one first.`);
		return;
	}
	hold('Key bindings', async () => {
		await settings.set('keys', bindingSetting(state.settings.keys, capturing, key));
		put(null);
	});
}

function bindingAtCursor({dialog, keyMap}: AppState) {
	return dialog?.kind === 'keys' ? bindingRows(dialog, keyMap)[dialog.cursor.at] : undefined;
}

const moveBinding =
	(step: 'up' | 'down') =>
	({app}: Parts): void =>
		app.store.update(state => {
			if (state.dialog?.kind !== 'keys') return state;
			const {length} = bindingRows(state.dialog, state.keyMap);
			const {height} = settingsArea(state.terminal);
			return {...state, dialog: {...state.dialog, cursor: moveCursor(state.dialog.cursor, step, length, height - 1)}};
		});

export const settingsCommands: SomeCommands<'settings' | 'setting' | 'keys' | 'binding'> = {
	'settings/open': ({app}) => app.store.update(state => ({...state, dialog: freshSettings})),
	'setting/change': changeSetting,
	'setting/reset': ({app, hold, settings: controller}) => {
		const {dialog} = app.store.get();
		const key = dialog?.kind === 'settings' ? settingAtCursor(dialog) : undefined;
		if (key) saveSetting({app, hold, settings: controller}, key, String(settingsSchema[key].default));
	},
	'keys/open': ({app}) => app.store.update(state => ({...state, dialog: freshKeyBindings})),
	'binding/change': ({app}) =>
		app.store.update(state => {
			const command = bindingAtCursor(state);
			if (state.dialog?.kind !== 'keys' || !command) return state;
			return {...state, dialog: {...state.dialog, capturing: command.id, problem: null}};
		}),
	'binding/reset': ({app, hold, settings}) => {
		const command = bindingAtCursor(app.store.get());
		if (!command) return;
		hold('Key bindings', () => settings.set('keys', bindingSetting(app.store.get().settings.keys, command.id, null)));
	},
	'binding/up': moveBinding('up'),
	'binding/down': moveBinding('down'),
};
