import type {AppState} from '../../state/app-state.ts';
import {cardTabs, type CardTab, type ImageCard} from '../../state/card/card.ts';
import {cardLine, cardRows} from '../../state/card/card-rows.ts';
import type {GalleryImage} from '../../state/gallery/gallery.ts';
import {bodyArea} from '../../state/layout.ts';
import {cardList} from '../../state/lists/list-areas.ts';
import {widthOf} from '../../state/text/measure.ts';
import {formatBytes} from '../format/sizes.ts';
import {Frame} from '../ui/frame.tsx';
import {lineOf, span, type Line} from '../ui/line.ts';
import {useLook} from '../ui/look.ts';
import {buildTone} from './builds-rows.ts';
import {cardHead, cardRowLine} from './card-row-lines.ts';
import {filterFooter, listRows, position} from './pane-view.ts';

/** The card of one image: tabs about one of its lines. */
export function ImageScreen({state}: {readonly state: AppState}) {
	const {symbols} = useLook();
	const {card, nowMs, tenant} = state;
	const image = state.gallery.images?.find(({name}) => name === card?.name);
	if (!image || !card) return null;
	const body = bodyArea(state);
	const list = cardList(body);
	const rows = cardRows(card, image, tenant);
	const labels = rows.map(row => (row.kind === 'fact' ? widthOf(row.label) : 0));
	const look = {
		symbols,
		nowMs,
		width: list.width - 3,
		line: cardLine(card, image)?.line ?? null,
		tab: card.tab,
		labelWidth: Math.min(Math.floor(list.width / 2), Math.max(...labels, 8) + 1),
	};
	const drawn = listRows(rows, card.cursors[card.tab], list.height, !state.dialog, (row, isAtCursor) =>
		lineOf(isAtCursor ? span(symbols.cursor, 'accent') : ' ', ' ', cardRowLine(row, look)),
	);
	const head = cardHead(card.tab, look);
	const footer = filterFooter(card.filters[card.tab], state.isFiltering);
	return (
		<Frame
			area={body}
			title={[
				{text: image.name, bold: true, tone: 'focus'},
				span(`  from ${image.starter}${image.description ? `: ${image.description}` : ''}`, 'muted'),
			]}
			note={lineOf(span(image.status, buildTone[image.status]), '  ', position(card.cursors[card.tab], rows.length))}
			footer={footer}
			hasFocus
			rows={[
				{line: lineOf(' ', tabsLine(card.tab, list.width))},
				{line: lineOf(' ', lineChoice(card, image))},
				{line: lineOf('  ', head)},
				...drawn,
			]}
			label={`Image ${image.name}, ${card.tab}${look.line === null ? '' : `, line ${look.line}`}`}
		/>
	);
}

/** Names where there is room for them, else keys and the name of the open tab. */
function tabsLine(open: CardTab, width: number): Line {
	const namesWidth = cardTabs.reduce((sum, tab) => sum + tab.length + 4, -2);
	return cardTabs.flatMap((tab, at): Line => {
		const isOpen = tab === open;
		const name = isOpen || namesWidth <= width ? ` ${tab}` : '';
		return [
			span(String(at + 1), isOpen ? 'key' : 'muted'),
			isOpen ? {text: name, bold: true, underline: true, tone: 'focus'} : span(name, 'muted'),
			span('  '),
		];
	});
}

/** Which line the tabs are about, and how to go to another one. */
function lineChoice(card: ImageCard, image: GalleryImage): Line {
	if (image.lines.length === 0) return [];
	const current = cardLine(card, image);
	const names = image.lines.flatMap(({line}): Line => [
		line === current?.line ? {text: line, bold: true, tone: 'accent'} : span(line, 'muted'),
		span('  '),
	]);
	const layer = card.tab === 'files' ? (card.layer === null ? 'all layers' : `layer ${card.layer}`) : '';
	const size = current?.size ? formatBytes(current.size) : '';
	return lineOf(
		span('line ', 'muted'),
		names,
		image.lines.length > 1 ? lineOf(span('<', 'key'), span(' '), span('>', 'key'), '  ') : [],
		span([size, layer].filter(Boolean).join('  '), 'muted'),
	);
}
