import {changeComposer, starterNamed, startersOf, type AppState} from '../../../../state/app-state.ts';
import {
	applyEdit,
	draftOf,
	editDraft,
	nextOf,
	paneIds,
	redoEdit,
	tabIds,
	undoEdit,
	type Composer,
	type PaneId,
	type TabId,
} from '../../../../state/composer/composer.ts';
import {
	bundleAtCursor,
	detailAtCursor,
	searchRowAtCursor,
	variableAtCursor,
	variableRows,
} from '../../../../state/composer/rows-at-cursor.ts';
import {configText} from '../../../../state/composer/details.ts';
import {
	addPackage,
	removeVariable,
	setVariant,
	toggleBundle,
	toggleLine,
	togglePackage,
} from '../../../../state/composer/draft.ts';
import type {ReviewDialog} from '../../../../state/dialogs/dialog.ts';
import {emptyField, fieldOf} from '../../../../state/fields/text-field.ts';
import {cursorAt, moveCursor, type ListMove} from '../../../../state/lists/list-window.ts';
import {listsOf} from '../../../../state/lists/lists-of.ts';
import {foldFamily, searchRows} from '../../../../state/search/search-pane.ts';
import {editRange, searchRange, toggleRange} from '../../../../state/search/search-range.ts';
import {notify, type App} from '../../controllers/app.ts';
import type {Parts, SomeCommands} from '../parts.ts';
import {editText} from './text-edit-commands.ts';

export const change = (app: App, next: (composer: Composer, state: AppState) => Composer): void =>
	app.store.update(state => changeComposer(state, composer => next(composer, state)));

/** Adds or removes the package under the cursor; on a family's header its auto package. */
function toggleAtCursor({app}: Parts): void {
	const {composer: current} = app.store.get();
	if (current && searchRange(current.search, draftOf(current))) {
		const {composer, said} = editRange(current);
		app.store.update(state => ({...state, composer}));
		if (said !== null) notify(app, said, 'good');
		return;
	}
	change(app, composer => {
		const draft = draftOf(composer);
		const row = searchRows(composer.search, draft)[composer.search.cursor.at];
		if (!row) return composer;
		const {blocked, auto} = row.family;
		if (blocked) {
			const refusal = `${row.family.family} cannot be added: line ${blocked.line} of the starter has ${blocked.package} ${blocked.version}.`;
			return {...composer, refusal};
		}
		const name = row.kind === 'family' ? auto : row.name;
		if (name === null) {
			const refusal = 'This family has no auto package: choose one of its members.';
			return {...composer, refusal};
		}
		const requested = draft.packages.find(own => own.name === name);
		return applyEdit(composer, togglePackage(draft, requested ?? {name, version: null}));
	});
}

/** Pins to the first offered version, then to the next, then to none. */
function pinAtCursor({app}: Parts): void {
	change(app, composer => {
		const draft = draftOf(composer);
		const row = searchRows(composer.search, draft)[composer.search.cursor.at];
		if (row?.kind !== 'member') return composer;
		const versions = [...new Set(row.offers.map(({version}) => version))];
		const version = versions[row.pinned === null ? 0 : versions.indexOf(row.pinned) + 1] ?? null;
		return applyEdit(composer, addPackage(draft, {name: row.name, version}));
	});
}

const searchMove =
	(step: ListMove) =>
	({app}: Parts): void =>
		app.store.update(state => {
			const list = listsOf(state).find(({pane}) => pane === 'edit');
			return list ? list.put(state, moveCursor(list.cursor, step, list.count, Math.max(1, list.area.height))) : state;
		});

const toPane =
	(pane: PaneId) =>
	({app}: Parts): void =>
		change(app, composer => ({...composer, pane}));

const toTab =
	(tab: TabId) =>
	({app}: Parts): void =>
		change(app, composer => ({...composer, pane: 'edit', tab}));

export const packageCommands: SomeCommands<'package' | 'family' | 'search'> = {
	'package/toggle': toggleAtCursor,
	'package/pin': pinAtCursor,
	'package/range': ({app}) =>
		change(app, (composer, state) => ({...composer, search: toggleRange(composer.search, searchRowAtCursor(state))})),
	'family/open': ({app}) => foldAtCursor(app, false),
	'family/close': ({app}) => foldAtCursor(app, true),
	'search/toggle': toggleAtCursor,
	'search/up': searchMove('up'),
	'search/down': searchMove('down'),
	'search/page-up': searchMove('pageUp'),
	'search/page-down': searchMove('pageDown'),
	'search/leave': ({app}) => change(app, composer => ({...composer, search: {...composer.search, isTyping: false}})),
	'search/enter': ({app}) => change(app, composer => ({...composer, search: {...composer.search, isTyping: true}})),
};

function foldAtCursor(app: App, fold: boolean): void {
	change(app, composer => ({
		...composer,
		search: foldFamily(composer.search, searchRows(composer.search, draftOf(composer)), fold),
	}));
}

export const composerCommands: SomeCommands<'composer' | 'pane' | 'tab' | 'variable' | 'detail'> &
	Pick<SomeCommands<'bundle'>, 'bundle/toggle'> = {
	'composer/review': parts => openReview(parts.app, 'build'),
	'composer/save': parts => openReview(parts.app, 'save'),
	'composer/edit-text': parts => editText(parts, {kind: 'draft'}),
	'composer/undo': ({app}) => change(app, undoEdit),
	'composer/redo': ({app}) => change(app, redoEdit),
	'pane/next': ({app}) => change(app, composer => ({...composer, pane: nextOf(paneIds, composer.pane, 1)})),
	'pane/previous': ({app}) => change(app, composer => ({...composer, pane: nextOf(paneIds, composer.pane, -1)})),
	'pane/edit': toPane('edit'),
	'pane/preview': toPane('preview'),
	'pane/builds': toPane('builds'),
	'pane/zoom': ({app}) => change(app, composer => ({...composer, isZoomed: !composer.isZoomed})),
	'tab/next': ({app}) => change(app, composer => ({...composer, pane: 'edit', tab: nextOf(tabIds, composer.tab, 1)})),
	'tab/previous': ({app}) =>
		change(app, composer => ({...composer, pane: 'edit', tab: nextOf(tabIds, composer.tab, -1)})),
	'tab/packages': toTab('packages'),
	'tab/variables': toTab('variables'),
	'tab/bundles': toTab('bundles'),
	'tab/details': toTab('details'),
	'variable/add': ({app}) =>
		app.store.update(state => ({
			...state,
			dialog: {kind: 'variable', renamed: null, name: emptyField, value: emptyField, focus: 'name', problem: null},
		})),
	'variable/edit': ({app}) => {
		const variable = variableAtCursor(app.store.get());
		if (!variable) return;
		const [name, value] = variable;
		app.store.update(state => ({
			...state,
			dialog: {
				kind: 'variable',
				renamed: name,
				name: fieldOf(name),
				value: fieldOf(value),
				focus: 'value',
				problem: null,
			},
		}));
	},
	'variable/remove': ({app}) =>
		change(app, (composer, state) => {
			const variable = variableAtCursor(state);
			if (!variable) return composer;
			const next = editDraft(composer, removeVariable(draftOf(composer), variable[0]));
			const count = variableRows(next).length;
			const cursor = cursorAt(composer.cursors.variables, composer.cursors.variables.at, count, 50);
			return {...next, cursors: {...next.cursors, variables: cursor}};
		}),
	'bundle/toggle': ({app}) =>
		change(app, (composer, state) => {
			const bundle = bundleAtCursor(state);
			return bundle ? editDraft(composer, toggleBundle(draftOf(composer), bundle.name)) : composer;
		}),
	'detail/edit': ({app}) => editDetail(app),
};

function editDetail(app: App): void {
	const state = app.store.get();
	const {composer} = state;
	if (!composer) return;
	const draft = draftOf(composer);
	const row = detailAtCursor(state);
	const starter = starterNamed(state, draft.starter);
	switch (row?.kind) {
		case 'name':
		case 'description':
			openReview(app, 'save', row.kind === 'name' && composer.saved ? 'description' : row.kind);
			return;
		case 'variant':
			if (starter) change(app, own => editDraft(own, setVariant(draft, nextOf(starter.variants, draft.variant, 1))));
			return;
		case 'config': {
			const {field: name} = row;
			const field = fieldOf(configText(draft.config, name));
			app.store.update(now => ({...now, dialog: {kind: 'detail', name, field, problem: null}}));
			return;
		}
		case 'line': {
			const all = starter?.lines.map(own => own.line) ?? [];
			change(app, own => applyEdit(own, toggleLine(draft, row.line.line, all)));
			return;
		}
		// Tests are written in the file: see why-not.ts.
		case 'test':
		case undefined:
	}
}

export function openReview(app: App, purpose: ReviewDialog['purpose'], focus?: ReviewDialog['focus']): void {
	app.store.update(state => {
		const {composer} = state;
		if (!composer) return state;
		if (startersOf(state).length === 0) {
			return {...state, notice: {text: 'The package lists are not here yet.', tone: 'warning'}};
		}
		const draft = draftOf(composer);
		return {
			...state,
			dialog: {
				kind: 'review',
				purpose,
				name: fieldOf(draft.name),
				description: fieldOf(draft.description),
				focus: focus ?? (composer.saved ? 'description' : 'name'),
				problem: null,
			},
		};
	});
}
