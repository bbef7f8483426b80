import {screenOf, startersOf, type AppState} from '../app-state.ts';
import {draftOf, type Composer, type PaneId} from '../composer/composer.ts';
import {detailRowsOf, takeableBundles, variableRows} from '../composer/rows-at-cursor.ts';
import {dashboardRows} from '../dashboard/dashboard.ts';
import {toLine, type ImageCard} from '../card/card.ts';
import {cardRows} from '../card/card-rows.ts';
import {bundleRows} from '../files/file-repository.ts';
import {galleryRows, type GalleryImage} from '../gallery/gallery.ts';
import {bodyArea, composerAreas, type Area} from '../layout.ts';
import {previewRows} from '../preview/preview-rows.ts';
import {searchRows} from '../search/search-pane.ts';
import {settingRows} from '../settings/setting-rows.ts';
import {pickerRows} from '../starters/starter-picker.ts';
import {buildsParts, cardList, editParts, galleryParts, insideFrame, publishArea, settingsArea} from './list-areas.ts';
import type {ListCursor} from './list-window.ts';

/** A list on the screen: where its rows stand, how many it has, where its cursor is kept. */
export interface ShownList {
	/** The pane, in the composer. */
	readonly pane: PaneId | null;
	/** Of the rows alone, without frame and headers. */
	readonly area: Area;
	/** Of the whole pane: where a click takes the focus. */
	readonly frame: Area;
	readonly count: number;
	readonly cursor: ListCursor;
	put(state: AppState, cursor: ListCursor): AppState;
}

export function listsOf(state: AppState): readonly ShownList[] {
	if (state.dialog?.kind === 'settings') {
		const area = settingsArea(state.terminal);
		return [
			{
				pane: null,
				area,
				frame: area,
				count: settingRows(state.dialog).length,
				cursor: state.dialog.cursor,
				put: (now, cursor) => (now.dialog?.kind === 'settings' ? {...now, dialog: {...now.dialog, cursor}} : now),
			},
		];
	}
	if (state.dialog?.kind === 'publish') {
		const area = publishArea(state.terminal, state.dialog.places.length);
		return [
			{
				pane: null,
				area,
				frame: area,
				count: state.dialog.places.length,
				cursor: state.dialog.cursor,
				put: (now, cursor) => (now.dialog?.kind === 'publish' ? {...now, dialog: {...now.dialog, cursor}} : now),
			},
		];
	}
	if (state.dialog) return [];
	const body = bodyArea(state);
	switch (screenOf(state)) {
		case 'gallery':
			return [
				{
					pane: null,
					area: galleryParts(body).list,
					frame: body,
					count: galleryRows(state.gallery).length,
					cursor: state.gallery.cursor,
					put: (now, cursor) => ({...now, gallery: {...now.gallery, cursor}}),
				},
			];
		case 'starters':
			return [
				{
					pane: null,
					area: galleryParts(body).list,
					frame: body,
					count: pickerRows(state.picker, startersOf(state)).length,
					cursor: state.picker.cursor,
					put: (now, cursor) => ({...now, picker: {...now.picker, cursor}}),
				},
			];
		case 'image':
			return cardLists(state, body);
		case 'files':
			return [
				{
					pane: null,
					area: galleryParts(body).list,
					frame: body,
					count: bundleRows(state.files, state.bundles).length,
					cursor: state.files.cursor,
					put: (now, cursor) => ({...now, files: {...now.files, cursor}}),
				},
			];
		case 'builds':
			return [buildsList(state, body, null)];
		case 'log':
			return [];
		case 'composer':
			return state.composer ? composerLists(state, state.composer, body) : [];
	}
}

/** The list that the keys move. */
export function focusedList(state: AppState): ShownList | null {
	const lists = listsOf(state);
	const pane = screenOf(state) === 'composer' && !state.dialog ? (state.composer?.pane ?? null) : null;
	return lists.find(list => list.pane === pane) ?? null;
}

function cardLists({card, gallery, tenant}: AppState, body: Area): readonly ShownList[] {
	const image = gallery.images?.find(({name}) => name === card?.name);
	if (!card || !image) return [];
	return [
		{
			pane: null,
			area: cardList(body),
			frame: body,
			count: cardRows(card, image, tenant).length,
			cursor: card.cursors[card.tab],
			put: (now, cursor) => (now.card ? {...now, card: moveInCard(now.card, image, tenant, cursor)} : now),
		},
	];
}

/** In the overview the line under the cursor is the one that all tabs are about. */
function moveInCard(card: ImageCard, image: GalleryImage, tenant: string, cursor: ListCursor): ImageCard {
	const moved = {...card, cursors: {...card.cursors, [card.tab]: cursor}};
	const row = cardRows(card, image, tenant)[cursor.at];
	return card.tab === 'overview' && row?.kind === 'line' ? toLine(moved, row.line.line) : moved;
}

function buildsList(state: AppState, frame: Area, pane: PaneId | null): ShownList {
	const {dashboard} = state;
	const count = dashboardRows(dashboard).length;
	return {
		pane,
		area: buildsParts(frame, count).list,
		frame,
		count,
		cursor: dashboard.cursor,
		put: (now, cursor) => ({...now, dashboard: {...now.dashboard, cursor}}),
	};
}

function composerLists(state: AppState, composer: Composer, body: Area): readonly ShownList[] {
	const areas = composerAreas(body, composer.pane, composer.isZoomed);
	const draft = draftOf(composer);
	const change = (now: AppState, next: (composer: Composer) => Composer): AppState =>
		now.composer ? {...now, composer: next(now.composer)} : now;
	const lists: ShownList[] = [];
	if (areas.edit) {
		const base = {pane: 'edit', frame: areas.edit, area: editParts(areas.edit, composer.tab).list} as const;
		const {tab} = composer;
		if (tab === 'packages') {
			lists.push({
				...base,
				count: searchRows(composer.search, draft).length,
				cursor: composer.search.cursor,
				put: (now, cursor) => change(now, own => ({...own, search: {...own.search, cursor}})),
			});
		} else {
			const rows = {
				variables: () => variableRows(composer),
				bundles: () => takeableBundles(state, composer),
				details: () => detailRowsOf(state, composer),
			};
			lists.push({
				...base,
				count: rows[tab]().length,
				cursor: composer.cursors[tab],
				put: (now, cursor) => change(now, own => ({...own, cursors: {...own.cursors, [tab]: cursor}})),
			});
		}
	}
	if (areas.preview) {
		lists.push({
			pane: 'preview',
			frame: areas.preview,
			area: insideFrame(areas.preview),
			count: previewRows(composer.preview, draft, composer.inherited).length,
			cursor: composer.preview.cursor,
			put: (now, cursor) => change(now, own => ({...own, preview: {...own.preview, cursor}})),
		});
	}
	if (areas.builds) lists.push(buildsList(state, areas.builds, 'builds'));
	return lists;
}
