import stringWidth, {isNarrow} from '../../src/base/string-width.ts';

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** What a reader takes for one character: a letter with its accents, an emoji with its modifiers. */
export function graphemesOf(text: string): readonly string[] {
	return isNarrow(text) ? text.split('') : Array.from(segmenter.segment(text), ({segment}) => segment);
}

/** Terminal cells that a text takes. */
export const widthOf = (text: string): number => stringWidth(text);

/** The longest beginning that fits; with an ellipsis in its last cell if something was cut off. */
export function truncate(text: string, width: number, ellipsis = '…'): string {
	if (width <= 0) return '';
	if (widthOf(text) <= width) return text;
	const room = width - widthOf(ellipsis);
	if (room < 0) return '';
	return takeWidth(text, room) + ellipsis;
}

/** The longest end that fits, for paths and digests, whose end tells them apart. */
export function truncateStart(text: string, width: number, ellipsis = '…'): string {
	if (width <= 0) return '';
	if (widthOf(text) <= width) return text;
	const room = width - widthOf(ellipsis);
	if (room < 0) return '';
	let used = 0;
	const kept: string[] = [];
	for (const grapheme of graphemesOf(text).toReversed()) {
		used += widthOf(grapheme);
		if (used > room) break;
		kept.push(grapheme);
	}
	return ellipsis + kept.toReversed().join('');
}

/** Graphemes from the start until the cells are used up; never half a wide character. */
export function takeWidth(text: string, width: number): string {
	if (isNarrow(text)) return text.slice(0, Math.max(0, width));
	let used = 0;
	let kept = '';
	for (const grapheme of graphemesOf(text)) {
		used += widthOf(grapheme);
		if (used > width) break;
		kept += grapheme;
	}
	return kept;
}

/** What `takeWidth` leaves. */
export const dropWidth = (text: string, width: number): string =>
	width <= 0 ? text : text.slice(takeWidth(text, width).length);

/** Fills up with spaces, or cuts, to exactly that many cells. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
	const cut = truncate(text, width);
	const gap = ' '.repeat(Math.max(0, width - widthOf(cut)));
	return align === 'left' ? cut + gap : gap + cut;
}

/** Breaks a text at spaces, and words that are too long anywhere. At least one line. */
export function wrap(text: string, width: number): readonly string[] {
	if (width <= 0) return [''];
	const lines: string[] = [];
	for (const paragraph of text.split('\n')) {
		let line = '';
		for (const word of paragraph.split(' ')) {
			const joined = line === '' ? word : `${line} ${word}`;
			if (widthOf(joined) <= width) {
				line = joined;
				continue;
			}
			if (line !== '') lines.push(line);
			line = word;
			while (widthOf(line) > width) {
				// At least one grapheme, though it be wider than the room: a line must get shorter.
				const head = takeWidth(line, width) || (graphemesOf(line)[0] ?? '');
				lines.push(head);
				line = line.slice(head.length);
			}
		}
		lines.push(line);
	}
	return lines;
}
