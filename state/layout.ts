import type {AppState} from './app-state.ts';
import {paneIds, type PaneId} from './composer/composer.ts';

/** A part of the screen, in cells. */
export interface Area {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
}

export const smallest = {columns: 40, rows: 10} as const;

export const isTooSmall = ({terminal}: AppState): boolean =>
	terminal.columns < smallest.columns || terminal.rows < smallest.rows;

/** All but the title line above and the hint line below. */
export const bodyArea = ({terminal}: Pick<AppState, 'terminal'>): Area => ({
	left: 0,
	top: 1,
	width: terminal.columns,
	height: Math.max(1, terminal.rows - 2),
});

/** Rows inside a frame. */
export const innerHeight = (area: Area): number => Math.max(1, area.height - 2);

/** Side by side from 160 columns on, two columns from 100, stacked below; panes without an area are not shown. */
export function composerAreas(body: Area, focus: PaneId, isZoomed: boolean): Readonly<Partial<Record<PaneId, Area>>> {
	if (isZoomed || body.height < 12) return {[focus]: body};
	if (body.width >= 160) return sideBySide(body, [0.36, 0.36, 0.28]);
	if (body.width >= 100) {
		const left = Math.floor(body.width * 0.46);
		const upper = Math.floor(body.height * (focus === 'builds' ? 0.45 : 0.62));
		const right = {left: left, width: body.width - left};
		return {
			edit: {...body, width: left},
			preview: {...right, top: body.top, height: upper},
			builds: {...right, top: body.top + upper, height: body.height - upper},
		};
	}
	const least = {edit: 4, preview: body.height >= 20 ? 7 : 4, builds: 3};
	const others = paneIds.filter(id => id !== focus).reduce((sum, id) => sum + least[id], 0);
	let top = body.top;
	const areas: Partial<Record<PaneId, Area>> = {};
	for (const id of paneIds) {
		const height = id === focus ? body.height - others : least[id];
		areas[id] = {left: 0, top, width: body.width, height};
		top += height;
	}
	return areas;
}

function sideBySide(body: Area, shares: readonly [number, number, number]): Record<PaneId, Area> {
	const edit = Math.floor(body.width * shares[0]);
	const preview = Math.floor(body.width * shares[1]);
	return {
		edit: {...body, width: edit},
		preview: {...body, left: edit, width: preview},
		builds: {...body, left: edit + preview, width: body.width - edit - preview},
	};
}
