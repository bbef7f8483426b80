import {changeComposer, screenOf, starterNamed, type AppState} from '../../../state/app-state.ts';
import {draftOf, editDraft} from '../../../state/composer/composer.ts';
import {setVariable, starterVariables} from '../../../state/composer/draft.ts';
import {parseVariables} from '../../../state/composer/variables.ts';
import {editField, fieldOf, insertText, type TextField} from '../../../state/fields/text-field.ts';
import {contextsOf, focusedField} from '../../../state/keys/contexts.ts';
import type {InputEvent} from '../../../state/keys/decode-input.ts';
import {resolveKey, type CommandId} from '../../../state/keys/key-map.ts';
import type {Area} from '../../../state/layout.ts';
import type {FocusedField} from '../../../state/lists/list-filter.ts';
import {scrollBy, windowOf} from '../../../state/lists/list-window.ts';
import {listsOf} from '../../../state/lists/lists-of.ts';
import {graphemesOf} from '../../../state/text/measure.ts';
import {notify} from '../controllers/app.ts';
import {captureKey} from './commands/settings-commands.ts';
import {pasteCertificates} from './commands/bundle-commands.ts';
import {move} from './commands/list-commands.ts';
import {keysBetween, terminalKeys} from './ink-keyboard.ts';
import type {Parts} from './parts.ts';

/** The one place where input becomes action. Events come one by one, each sees the state that the one before it left. */
export function dispatchInput(parts: Parts, event: InputEvent): void {
	const {store} = parts.app;
	if (store.get().notice) store.update(state => ({...state, notice: null}));
	switch (event.kind) {
		case 'key':
			dispatchKey(parts, event.key, event.text);
			return;
		case 'paste':
			dispatchPaste(parts, event.text);
			return;
		case 'mouse':
			store.update(state => {
				if (event.action === 'press') return click(state, event.column, event.row);
				return wheel(state, event.column, event.row, event.action === 'wheel-up' ? -3 : 3);
			});
	}
}

function dispatchKey(parts: Parts, key: string, text: string): void {
	const {store} = parts.app;
	const state = store.get();
	const chain = contextsOf(state);
	const focused = focusedField(state);
	if (focused) {
		// The field's own commands, then editing, then typing; commands of the screen only for keys that type nothing.
		const own = text === '' ? resolveKey(state.keyMap, key, chain.slice(0, 1)) : null;
		if (own) {
			parts.runCommand(own);
			return;
		}
		const edited = editField(focused.field, key) ?? (text === '' ? null : insertText(focused.field, text));
		if (edited) {
			if (state.dialog?.kind === 'delete') typeIntoPrompt(parts, focused, edited);
			else store.update(now => focused.put(now, edited));
			return;
		}
	}
	if (state.dialog?.kind === 'keys' && state.dialog.capturing !== null) {
		captureKey(parts, key);
		return;
	}
	if (state.dialog?.kind === 'menu' && /^(?:up|down|enter|[jk1-9])$/u.test(key)) {
		parts.hold('Menu', () => parts.inkKeyboard.press([terminalKeys[key] ?? key]));
		return;
	}
	const isTyped = focused !== null && text !== '';
	const command = isTyped ? null : (resolveKey(state.keyMap, key, chain) ?? everywhere(state, key));
	if (command) parts.runCommand(command);
	else if (key.startsWith('alt+')) {
		// Esc and a key that came in one chunk look like Alt with that key: if Alt means nothing here, they were two.
		const second = key.slice('alt+'.length);
		dispatchKey(parts, 'esc', '');
		dispatchKey(parts, second, second === 'space' ? ' ' : graphemesOf(second).length === 1 ? second : '');
	}
}

/** Ctrl+C leaves a dialog first; suspending and drawing anew work also above dialogs. */
function everywhere(state: AppState, key: string): CommandId | null {
	if (!state.dialog) return null;
	const command = resolveKey(state.keyMap, key, ['anywhere']);
	if (command === 'program/quit') return 'dialog/close';
	return command === 'program/suspend' || command === 'screen/redraw' ? command : null;
}

/** The prompt draws what ink-text-input made of the keys; what counts is the field's own state, which is the same. */
function typeIntoPrompt({app, hold, inkKeyboard}: Parts, focused: FocusedField, edited: TextField): void {
	hold('Prompt', async () => {
		await inkKeyboard.press(keysBetween(focused.field, edited));
		app.store.update(now => focused.put(now, edited));
	});
}

/** What ink-text-input says its text is now, in the middle of an edit. */
export function putText({app}: Parts, text: string): void {
	const focused = focusedField(app.store.get());
	if (focused) app.store.update(now => focused.put(now, {...fieldOf(text), killed: focused.field.killed}));
}

/** Into the field that has the keys; KEY=VALUE lines into the variables, wherever in the composer. */
function dispatchPaste(parts: Parts, text: string): void {
	const {app} = parts;
	const state = app.store.get();
	const focused = focusedField(state);
	if (state.dialog?.kind === 'bundle') {
		const dialog = pasteCertificates(state.dialog, text);
		if (dialog) {
			app.store.update(now => ({...now, dialog}));
			return;
		}
	}
	const isVariables = screenOf(state) === 'composer' && state.composer?.tab === 'variables';
	if (isVariables && (!focused || state.dialog?.kind === 'variable') && /^\s*(?:export\s+)?\w+\s*=/mu.test(text)) {
		if (state.dialog?.kind !== 'variable' || state.dialog.focus === 'name') {
			pasteVariables(parts, text);
			return;
		}
	}
	if (!focused) return;
	const keepsLines = state.dialog?.kind === 'variable' && state.dialog.focus === 'value';
	const clean = keepsLines ? text.replace(/\n$/u, '') : text.trim().replaceAll(/\s*\n\s*/gu, ' ');
	const edited = insertText(focused.field, clean);
	if (state.dialog?.kind === 'delete') typeIntoPrompt(parts, focused, edited);
	else app.store.update(now => focused.put(now, edited));
}

function pasteVariables({app}: Parts, text: string): void {
	const state = app.store.get();
	if (!state.composer) return;
	const draft = draftOf(state.composer);
	const own = starterVariables(draft, starterNamed(state, draft.starter));
	const {variables, refused} = parseVariables(text, draft.env, own);
	app.store.update(now => ({
		...changeComposer(now, composer =>
			editDraft(
				composer,
				variables.reduce((next, variable) => setVariable(next, variable), draft),
			),
		),
		dialog: null,
	}));
	const [first] = refused;
	const added = `${variables.length} ${variables.length === 1 ? 'variable' : 'variables'} added`;
	if (!first) notify(app, `${added}.`, 'good');
	else notify(app, `${added}, ${refused.length} refused: “${first.text.slice(0, 30)}”: ${first.reason}`, 'warning');
}

const holds = (area: Area, column: number, row: number): boolean =>
	column >= area.left && column < area.left + area.width && row >= area.top && row < area.top + area.height;

/** Puts the cursor on the row, and the focus on its pane. */
function click(state: AppState, column: number, row: number): AppState {
	const list = listsOf(state).find(({frame}) => holds(frame, column, row));
	if (!list) return state;
	const focused = list.pane
		? changeComposer(state, composer => ({
				...composer,
				pane: list.pane ?? composer.pane,
				search: list.pane === 'edit' ? {...composer.search, isTyping: row < list.area.top} : composer.search,
			}))
		: state;
	if (!holds(list.area, column, row)) return focused;
	const {top} = windowOf(list.cursor, list.count, list.area.height);
	const at = top + row - list.area.top;
	return at < list.count ? list.put(focused, {at, top}) : focused;
}

function wheel(state: AppState, column: number, row: number, rows: number): AppState {
	if (state.dialog?.kind === 'text' || (!state.dialog && screenOf(state) === 'log')) {
		const step = rows < 0 ? 'up' : 'down';
		return move(move(move(state, step), step), step);
	}
	const list = listsOf(state).find(({frame}) => holds(frame, column, row));
	return list ? list.put(state, scrollBy(list.cursor, rows, list.count, Math.max(1, list.area.height))) : state;
}
