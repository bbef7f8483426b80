import {screenOf, type AppState} from '../app-state.ts';
import type {Dialog} from '../dialogs/dialog.ts';
import type {TextField} from '../fields/text-field.ts';
import {listFilter, type FocusedField} from '../lists/list-filter.ts';
import {firstRow} from '../lists/list-window.ts';
import type {Context} from './context.ts';

/** Where the keys go now, the innermost first. */
export function contextsOf(state: AppState): readonly Context[] {
	if (state.dialog) return dialogContexts(state.dialog);
	if (state.isFiltering) return ['filter', 'anywhere'];
	switch (screenOf(state)) {
		case 'gallery':
			return ['gallery', 'list', 'anywhere'];
		case 'starters':
			return ['starters', 'list', 'anywhere'];
		case 'image':
			return ['image', 'list', 'anywhere'];
		case 'files':
			return ['files', 'list', 'anywhere'];
		case 'builds':
			return ['builds', 'list', 'anywhere'];
		case 'log':
			return state.log?.view.typing ? ['filter', 'anywhere'] : ['log', 'list', 'anywhere'];
		case 'composer':
			return composerContexts(state);
	}
}

function composerContexts({composer}: AppState): readonly Context[] {
	if (!composer) return ['anywhere'];
	if (composer.pane === 'preview') return ['preview', 'composer', 'list', 'anywhere'];
	if (composer.pane === 'builds') return ['builds', 'composer', 'list', 'anywhere'];
	if (composer.tab === 'packages' && composer.search.isTyping) return ['search-field', 'composer', 'anywhere'];
	return [composer.tab, 'composer', 'list', 'anywhere'];
}

function dialogContexts(dialog: Dialog): readonly Context[] {
	switch (dialog.kind) {
		case 'delete':
			return ['confirm'];
		case 'export':
		case 'detail':
		case 'duplicate':
			return ['prompt'];
		case 'variable':
		case 'review':
		case 'bundle':
			return ['form'];
		case 'text':
			return dialog.isTyping ? ['filter'] : ['text-dialog', 'list'];
		case 'keys':
			return ['keys'];
		case 'palette':
			return ['palette'];
		case 'menu':
			return ['menu'];
		case 'settings':
			return dialog.field ? ['prompt'] : dialog.isTyping ? ['filter'] : ['settings', 'list'];
		case 'publish':
			return dialog.field ? ['prompt'] : ['publish', 'list'];
	}
}

export function focusedField(state: AppState): FocusedField | null {
	const {dialog} = state;
	if (dialog) return dialogField(dialog);
	if (state.isFiltering) return listFilter(state);
	const screen = screenOf(state);
	if (screen === 'log' && state.log?.view.typing) {
		const {typing} = state.log.view;
		return {
			field: state.log.view[typing],
			put: (now, field) => (now.log ? {...now, log: {...now.log, view: {...now.log.view, [typing]: field}}} : now),
		};
	}
	const {composer} = state;
	if (screen === 'composer' && composer?.pane === 'edit' && composer.tab === 'packages' && composer.search.isTyping) {
		return {
			field: composer.search.field,
			put: (now, field) =>
				now.composer
					? {...now, composer: {...now.composer, refusal: null, search: {...now.composer.search, field}}}
					: now,
		};
	}
	return null;
}

function dialogField(dialog: Dialog): FocusedField | null {
	const put = (change: (field: TextField) => Dialog) => (state: AppState, field: TextField) => ({
		...state,
		dialog: change(field),
	});
	switch (dialog.kind) {
		case 'delete':
		case 'export':
		case 'detail':
		case 'duplicate':
			return {field: dialog.field, put: put(field => ({...dialog, field, problem: null}))};
		case 'palette':
			return {field: dialog.field, put: put(field => ({...dialog, field, cursor: firstRow}))};
		case 'variable':
			return {field: dialog[dialog.focus], put: put(field => ({...dialog, [dialog.focus]: field, problem: null}))};
		case 'review':
			return {field: dialog[dialog.focus], put: put(field => ({...dialog, [dialog.focus]: field, problem: null}))};
		case 'bundle':
			return {field: dialog[dialog.focus], put: put(field => ({...dialog, [dialog.focus]: field, problem: null}))};
		case 'settings':
			if (dialog.isTyping) return {field: dialog.filter, put: put(filter => ({...dialog, filter, cursor: firstRow}))};
			return dialog.field ? {field: dialog.field, put: put(field => ({...dialog, field, problem: null}))} : null;
		case 'publish':
			return dialog.field ? {field: dialog.field, put: put(field => ({...dialog, field, problem: null}))} : null;
		case 'keys':
			if (dialog.capturing !== null) return null;
			return {field: dialog.filter, put: put(filter => ({...dialog, filter, cursor: firstRow, problem: null}))};
		case 'text':
			return dialog.isTyping ? {field: dialog.filter, put: put(filter => ({...dialog, filter, top: 0}))} : null;
		case 'menu':
			return null;
	}
}
