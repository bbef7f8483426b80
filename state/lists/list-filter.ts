import {changeComposer, screenOf, type AppState} from '../app-state.ts';
import type {ListTab} from '../composer/composer.ts';
import type {TextField} from '../fields/text-field.ts';
import {firstRow} from './list-window.ts';

/** A field that has the keys, and how to put its next state in place. */
export interface FocusedField {
	readonly field: TextField;
	put(state: AppState, field: TextField): AppState;
}

/** The filter of the list that the keys move; null where there is none. A changed filter begins at its first row. */
export function listFilter(state: AppState): FocusedField | null {
	switch (screenOf(state)) {
		case 'gallery':
			return {
				field: state.gallery.filter,
				put: (now, filter) => ({...now, gallery: {...now.gallery, filter, cursor: firstRow}}),
			};
		case 'starters':
			return {
				field: state.picker.filter,
				put: (now, filter) => ({...now, picker: {...now.picker, filter, cursor: firstRow}}),
			};
		case 'image':
			return cardFilter(state);
		case 'files':
			return {
				field: state.files.filter,
				put: (now, filter) => ({...now, files: {filter, cursor: firstRow}}),
			};
		case 'builds':
			return buildsFilter(state);
		case 'composer': {
			const {composer} = state;
			if (composer?.pane === 'builds') return buildsFilter(state);
			if (composer?.pane === 'edit') return composer.tab === 'packages' ? null : tabFilter(state, composer.tab);
			if (!composer) return null;
			return {
				field: composer.preview.filter,
				put: (now, filter) =>
					changeComposer(now, own => ({...own, preview: {...own.preview, filter, cursor: firstRow}})),
			};
		}
		case 'log':
			return null;
	}
}

function tabFilter({composer}: AppState, tab: ListTab): FocusedField | null {
	if (!composer) return null;
	return {
		field: composer.filters[tab],
		put: (now, filter) =>
			changeComposer(now, own => ({
				...own,
				filters: {...own.filters, [tab]: filter},
				cursors: {...own.cursors, [tab]: firstRow},
			})),
	};
}

const buildsFilter = ({dashboard}: AppState): FocusedField => ({
	field: dashboard.filter,
	put: (now, filter) => ({...now, dashboard: {...now.dashboard, filter, cursor: firstRow}}),
});

function cardFilter({card}: AppState): FocusedField | null {
	if (!card) return null;
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
							cursors: {...now.card.cursors, [tab]: firstRow},
						},
					}
				: now,
	};
}
