import type {Starter} from '../src/catalog/starter.ts';
import type {ImageCard} from './card/card.ts';
import type {Composer} from './composer/composer.ts';
import {emptyDashboard, type Dashboard} from './dashboard/dashboard.ts';
import {freshLogView, type LogView} from './dashboard/log-view.ts';
import type {Dialog} from './dialogs/dialog.ts';
import type {Publication} from './dialogs/publish-dialog.ts';
import {emptyFileRepository, type Bundles, type FileRepository} from './files/file-repository.ts';
import {emptyGallery, type Gallery} from './gallery/gallery.ts';
import {keyMapWith, type CommandId, type KeyMap} from './keys/key-map.ts';
import {defaultSettings, type Settings} from './settings/settings-schema.ts';
import type {StarterSizes} from './starters/starter-sizes.ts';
import {emptyPicker, type StarterPicker} from './starters/starter-picker.ts';

export type Screen = 'gallery' | 'starters' | 'composer' | 'image' | 'builds' | 'log' | 'files';

/** All that the screen shows, in one value. */
export interface AppState {
	/** Where the user came from, the shown screen last. */
	readonly screens: readonly Screen[];
	readonly dialog: Dialog | null;
	readonly notice: Notice | null;
	/** What the keys wait for, once that takes so long that it should be said. */
	readonly waiting: string | null;
	readonly repository: RepositoryState;
	readonly starters: Starters;
	readonly gallery: Gallery;
	/** A filter field of a list is being typed in. */
	readonly isFiltering: boolean;
	readonly picker: StarterPicker;
	/** By starter; what is missing was not planned yet. */
	readonly starterSizes: Readonly<Record<string, StarterSizes>>;
	readonly composer: Composer | null;
	readonly card: ImageCard | null;
	/** First part of full names; empty where it is not known. */
	readonly tenant: string;
	readonly dashboard: Dashboard;
	/** Only the dashboard is shown: `slipway watch`. */
	readonly watching: boolean;
	readonly log: {readonly build: string; readonly line: string; readonly view: LogView} | null;
	readonly bundles: Bundles;
	/** One at a time. */
	readonly publishing: Publication | null;
	readonly files: FileRepository;
	readonly settings: Settings;
	/** Begun with --read-only; the setting may ask for it, too: see `isReadOnly`. */
	readonly startedReadOnly: boolean;
	/** Commands that were run from the palette, the last first. */
	readonly paletteHistory: readonly CommandId[];
	readonly keyMap: KeyMap;
	readonly terminal: TerminalState;
	/** For times and durations; moves only while something on the screen depends on it. */
	readonly nowMs: number;
}

export interface Notice {
	readonly text: string;
	readonly tone: 'info' | 'good' | 'warning' | 'error';
}

export type RepositoryState =
	| {readonly kind: 'checking'}
	| {
			readonly kind: 'refreshing';
			readonly what: string;
			readonly doneBytes: number;
			readonly totalBytes: number | null;
			/** True on the first start: there is nothing to work with yet. */
			readonly isFirst: boolean;
	  }
	| {readonly kind: 'ready'; readonly refreshedAtMs: number | null}
	/** The mirror does not answer; what is cached serves. */
	| {readonly kind: 'offline'; readonly reason: string}
	/** Nothing to work with. */
	| {readonly kind: 'failed'; readonly reason: string; readonly hint: string | null};

export type Starters =
	| {readonly kind: 'waiting'}
	| {readonly kind: 'ready'; readonly starters: readonly Starter[]}
	| {readonly kind: 'failed'; readonly reason: string};

export interface TerminalState {
	readonly columns: number;
	readonly rows: number;
	/** Borders and signs beyond ASCII can be shown. */
	readonly hasUnicode: boolean;
	/** The mouse is ours; false gives it back to the terminal, to select text. */
	readonly hasMouse: boolean;
}

export function initialState(from: {
	readonly terminal: TerminalState;
	readonly nowMs: number;
	readonly settings?: Settings;
	readonly isWatching?: boolean;
	/** The dashboard's cursor goes where something is built. */
	readonly isFollowing?: boolean;
	readonly tenant?: string;
	readonly isReadOnly?: boolean;
}): AppState {
	const settings = from.settings ?? defaultSettings;
	return {
		screens: [from.isWatching ? 'builds' : 'gallery'],
		dialog: null,
		notice: null,
		waiting: null,
		repository: {kind: 'checking'},
		starters: {kind: 'waiting'},
		gallery: emptyGallery,
		isFiltering: false,
		picker: emptyPicker,
		starterSizes: {},
		composer: null,
		card: null,
		tenant: from.tenant ?? '',
		dashboard: {...emptyDashboard, isFollowing: from.isFollowing ?? false},
		watching: from.isWatching ?? false,
		log: null,
		bundles: {kind: 'unknown'},
		publishing: null,
		files: emptyFileRepository,
		settings,
		startedReadOnly: from.isReadOnly ?? false,
		paletteHistory: [],
		keyMap: keyMapWith(settings.keys).keyMap,
		terminal: from.terminal,
		nowMs: from.nowMs,
	};
}

/** All is only looked at: nothing is written, built or downloaded. */
export const isReadOnly = ({startedReadOnly, settings}: Pick<AppState, 'startedReadOnly' | 'settings'>): boolean =>
	startedReadOnly || settings.readOnly;

export const screenOf = (state: AppState): Screen => state.screens.at(-1) ?? 'gallery';

export const openScreen = (state: AppState, screen: Screen): AppState => ({
	...state,
	screens: [...state.screens.filter(own => own !== screen), screen],
	isFiltering: false,
});

export const closeScreen = (state: AppState): AppState =>
	state.screens.length > 1 ? {...state, screens: state.screens.slice(0, -1), isFiltering: false} : state;

export const openLog = (state: AppState, build: string, line: string): AppState =>
	openScreen({...state, log: {build, line, view: freshLogView}}, 'log');

export const startersOf = ({starters}: AppState): readonly Starter[] =>
	starters.kind === 'ready' ? starters.starters : [];

export const starterNamed = (state: AppState, name: string): Starter | null =>
	startersOf(state).find(starter => starter.name === name) ?? null;

export const changeComposer = (state: AppState, change: (composer: Composer) => Composer): AppState => {
	if (!state.composer) return state;
	const composer = change(state.composer);
	return composer === state.composer ? state : {...state, composer};
};
