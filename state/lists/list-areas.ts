import type {TabId} from '../composer/composer.ts';
import type {Area} from '../layout.ts';

/** Parts of panes: components draw by them, the mouse and the page keys go by them. */

export const insideFrame = ({left, top, width, height}: Area): Area => ({
	left: left + 1,
	top: top + 1,
	width: Math.max(1, width - 2),
	height: Math.max(0, height - 2),
});

const below = (area: Area, rows: number): Area => ({
	...area,
	top: area.top + rows,
	height: Math.max(0, area.height - rows),
});

const shortened = (area: Area, rows: number): Area => ({...area, height: Math.max(0, area.height - rows)});

/** Tabs, the search field, the list; below the search's list what is known of the row under its cursor. */
export function editParts(frame: Area, tab: TabId): {readonly list: Area; readonly footerRows: number} {
	const inside = insideFrame(frame);
	const headers = tab === 'packages' ? 2 : 1;
	const footerRows = tab === 'packages' && inside.height >= 9 ? 2 : 0;
	return {list: shortened(below(inside, headers), footerRows), footerRows};
}

/** The list above, what is under the cursor in a frame of its own below. */
export function galleryParts(body: Area): {readonly list: Area; readonly frame: Area; readonly detail: Area | null} {
	const detailRows = body.height >= 14 ? Math.min(11, Math.floor(body.height * 0.4)) : 0;
	const frame = shortened(body, detailRows);
	return {
		frame,
		// One row for the column headers.
		list: below(insideFrame(frame), 1),
		detail: detailRows > 0 ? {...body, top: body.top + frame.height, height: detailRows} : null,
	};
}

/** Tabs, the line that they are about, an empty row or the heads of columns; then the rows of the tab. */
export const cardList = (body: Area): Area => below(insideFrame(body), 3);

/** Builds with their lines, and the line under the cursor below them, or beside them where there is room for both. */
export function buildsParts(
	area: Area,
	count: number,
): {readonly frame: Area; readonly list: Area; readonly beside: Area | null; readonly below: Area | null} {
	if (area.width >= 150) {
		const width = Math.floor(area.width * 0.48);
		const frame = {...area, width};
		const beside = {...area, left: area.left + width, width: area.width - width};
		return {frame, list: insideFrame(frame), beside, below: null};
	}
	const inside = insideFrame(area);
	if (inside.height < 8) return {frame: area, list: inside, beside: null, below: null};
	const rows = Math.max(3, Math.min(count, Math.floor(inside.height * 0.55)));
	return {
		frame: area,
		list: {...inside, height: rows},
		beside: null,
		below: {...inside, top: inside.top + rows + 1, height: inside.height - rows - 1},
	};
}

/** Centred, as large as it may be. */
export function dialogArea(
	terminal: {readonly columns: number; readonly rows: number},
	width: number,
	height: number,
): Area {
	const shownWidth = Math.min(width, terminal.columns);
	const shownHeight = Math.min(height, terminal.rows - 2);
	return {
		left: Math.floor((terminal.columns - shownWidth) / 2),
		top: 1 + Math.floor((terminal.rows - 2 - shownHeight) / 2),
		width: shownWidth,
		height: shownHeight,
	};
}

/** @param places as many as there are to publish to */
export const publishFrame = (terminal: {readonly columns: number; readonly rows: number}, places: number): Area =>
	dialogArea(terminal, 96, Math.max(10, Math.min(18, places + 8)));

/** Below it the tags or a field, and what went wrong. */
export const publishArea = (terminal: {readonly columns: number; readonly rows: number}, places: number): Area =>
	shortened(insideFrame(publishFrame(terminal, places)), 5);

export const settingsFrame = (terminal: {readonly columns: number; readonly rows: number}): Area =>
	dialogArea(terminal, 84, 24);

/** Two rows below tell what the setting is. */
export const settingsArea = (terminal: {readonly columns: number; readonly rows: number}): Area =>
	shortened(insideFrame(settingsFrame(terminal)), 3);
