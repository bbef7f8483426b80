import {screenOf, type AppState} from '../app-state.ts';
import {isFilteredTab} from '../card/card.ts';
import type {Dialog} from '../dialogs/dialog.ts';
import type {TextField} from '../fields/text-field.ts';
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
			return dialog.field ? ['prompt'] : ['settings', 'list'];
		case 'publish':
			return dialog.field ? ['prompt'] : ['publish', 'list'];
	}
}

/** A field that has the keys, and how to put its next state in place. */
export interface FocusedField {
	readonly field: TextField;
	put(state: AppState, field: TextField): AppState;
}

export function focusedField(state: AppState): FocusedField | null {
	const {dialog} = state;
	if (dialog) return dialogField(dialog);
	if (state.isFiltering) return filterField(state);
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

function filterField(state: AppState): FocusedField | null {
	switch (screenOf(state)) {
		case 'gallery':
			return {
				field: state.gallery.filter,
				put: (now, filter) => ({...now, gallery: {...now.gallery, filter, cursor: {at: 0, top: 0}}}),
			};
		case 'starters':
			return {
				field: state.picker.filter,
				put: (now, filter) => ({...now, picker: {filter, cursor: {at: 0, top: 0}}}),
			};
		case 'image':
			return cardFilter(state);
		case 'files':
			return {
				field: state.files.filter,
				put: (now, filter) => ({...now, files: {filter, cursor: {at: 0, top: 0}}}),
			};
		case 'composer':
			return state.composer
				? {
						field: state.composer.preview.filter,
						put: (now, filter) =>
							now.composer
								? {
										...now,
										composer: {...now.composer, preview: {...now.composer.preview, filter, cursor: {at: 0, top: 0}}},
									}
								: now,
					}
				: null;
		default:
			return null;
	}
}

function cardFilter({card}: AppState): FocusedField | null {
	if (!card || !isFilteredTab(card.tab)) return null;
	const {tab} = card;
	return {
		field: card.filters[tab],
		put: (now, filter) =>
			now.card
				? {
						...now,
						card: {
							...now.card,
							filters: {...now.card.filters, [tab]: filter},
							cursors: {...now.card.cursors, [tab]: {at: 0, top: 0}},
						},
					}
				: now,
	};
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
			return {field: dialog.field, put: put(field => ({...dialog, field, cursor: {at: 0, top: 0}}))};
		case 'variable':
			return {field: dialog[dialog.focus], put: put(field => ({...dialog, [dialog.focus]: field, problem: null}))};
		case 'review':
			return {field: dialog[dialog.focus], put: put(field => ({...dialog, [dialog.focus]: field, problem: null}))};
		case 'bundle':
			return {field: dialog[dialog.focus], put: put(field => ({...dialog, [dialog.focus]: field, problem: null}))};
		case 'settings':
		case 'publish':
			return dialog.field ? {field: dialog.field, put: put(field => ({...dialog, field, problem: null}))} : null;
		case 'keys':
			if (dialog.capturing !== null) return null;
			return {field: dialog.filter, put: put(filter => ({...dialog, filter, cursor: {at: 0, top: 0}, problem: null}))};
		case 'text':
			return dialog.isTyping ? {field: dialog.filter, put: put(filter => ({...dialog, filter, top: 0}))} : null;
		case 'menu':
			return null;
	}
}
