import type {Starter} from '../../src/catalog/starter.ts';
import type {Composition} from '../../src/plan/composition.ts';
import type {Plan} from '../../src/plan/plan.ts';
import {emptyField, type TextField} from '../fields/text-field.ts';
import {firstRow, type ListCursor} from '../lists/list-window.ts';
import {emptyPreview, type PreviewPane} from '../preview/preview-pane.ts';
import {emptySearch, type SearchPane} from '../search/search-pane.ts';
import {newDraft, type Draft, type Edited} from './draft.ts';
import type {InheritedParts} from './inherited.ts';
import {historyOf, record, redo, undo, type History} from './history.ts';

export const paneIds = ['edit', 'preview', 'builds'] as const;
export type PaneId = (typeof paneIds)[number];

export const tabIds = ['packages', 'variables', 'bundles', 'details'] as const;
export type TabId = (typeof tabIds)[number];

/** Tabs that are lists of their own; packages are a search. */
export type ListTab = Exclude<TabId, 'packages'>;

/** The composer: a draft with its history, and what its panes show. */
export interface Composer {
	/** The saved composition that is edited: its name and starter are fixed. Null for a new image. */
	readonly saved: Composition | null;
	/** Of the saved composition; null: it extends nothing. */
	readonly inherited: InheritedParts | null;
	/** The plan by which the image was built last. */
	readonly lastBuild: Plan | null;
	readonly history: History<Draft>;
	readonly pane: PaneId;
	readonly isZoomed: boolean;
	readonly tab: TabId;
	readonly search: SearchPane;
	readonly preview: PreviewPane;
	/** Of the tabs that are lists of their own. */
	readonly cursors: Readonly<Record<ListTab, ListCursor>>;
	readonly filters: Readonly<Record<ListTab, TextField>>;
	/** Why the last key was refused; gone with the next edit. */
	readonly refusal: string | null;
}

const fresh = {
	inherited: null,
	lastBuild: null,
	pane: 'edit',
	isZoomed: false,
	tab: 'packages',
	search: emptySearch,
	preview: emptyPreview,
	cursors: {variables: firstRow, bundles: firstRow, details: firstRow},
	filters: {variables: emptyField, bundles: emptyField, details: emptyField},
	refusal: null,
} as const;

export const composeNew = (starter: Starter): Composer => ({
	...fresh,
	saved: null,
	history: historyOf(newDraft(starter)),
});

export const composeSaved = (saved: Composition): Composer => ({...fresh, saved, history: historyOf(saved)});

/** A draft that was kept when the program ended without saving it. */
export const composeDraft = (draft: Draft, saved: Composition | null): Composer => ({
	...fresh,
	saved,
	history: saved ? record(historyOf(saved), draft) : historyOf(draft),
});

export const draftOf = (composer: Composer): Draft => composer.history.present;

export function editDraft(composer: Composer, draft: Draft): Composer {
	return {...composer, history: record(composer.history, draft), refusal: null};
}

export const applyEdit = (composer: Composer, edited: Edited): Composer =>
	edited.kind === 'ok' ? editDraft(composer, edited.draft) : {...composer, refusal: edited.reason};

export function undoEdit(composer: Composer): Composer {
	const history = undo(composer.history);
	return history === composer.history
		? {...composer, refusal: 'Nothing to undo.'}
		: {...composer, history, refusal: null};
}

export function redoEdit(composer: Composer): Composer {
	const history = redo(composer.history);
	return history === composer.history
		? {...composer, refusal: 'Nothing to redo.'}
		: {...composer, history, refusal: null};
}

/** True if leaving would lose something. */
export function isUnsaved({saved, history}: Composer): boolean {
	if (saved) return JSON.stringify(saved) !== JSON.stringify(history.present);
	return history.past.length > 0;
}

export function nextOf<Value>(values: readonly Value[], value: Value, step: 1 | -1): Value {
	const at = (values.indexOf(value) + step + values.length) % values.length;
	return values[at] ?? value;
}
