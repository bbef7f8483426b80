import type {TextField} from '../../state/fields/text-field.ts';
import {graphemesOf, widthOf} from '../../state/text/measure.ts';
import {safeText} from '../../src/base/safe-text.ts';
import {span, type Line, type Span} from './line.ts';

/** A text field as a line that keeps the cursor in sight. Line breaks of pasted text are shown as a sign. */
export function fieldLine(field: TextField, width: number, hasFocus: boolean, placeholder = '', newline = '⏎'): Line {
	if (field.text === '') {
		const hint = (text: string): Span => ({text, tone: 'muted', isPlaceholder: true});
		if (!hasFocus) return [hint(placeholder)];
		return [{...hint(placeholder.slice(0, 1) || ' '), isCursor: true}, hint(placeholder.slice(1))];
	}
	const shown = (text: string) => text.replaceAll('\n', newline);
	const before = graphemesOf(field.text.slice(0, field.cursor)).map(shown);
	const after = graphemesOf(field.text.slice(field.cursor)).map(shown);
	const cursorCell = hasFocus ? (after.shift() ?? ' ') : '';
	let room = width - widthOf(cursorCell) - 1;
	const left: string[] = [];
	const right: string[] = [];
	// Two thirds of the room for what stands before the cursor.
	const reserved = Math.min(
		Math.floor(room / 3),
		after.reduce((sum, text) => sum + widthOf(text), 0),
	);
	let cutLeft = false;
	for (const text of before.toReversed()) {
		if (widthOf(text) > room - reserved) {
			cutLeft = true;
			break;
		}
		room -= widthOf(text);
		left.unshift(text);
	}
	for (const text of after) {
		if (widthOf(text) > room) break;
		room -= widthOf(text);
		right.push(text);
	}
	const parts: Span[] = [];
	if (cutLeft) {
		left.shift();
		parts.push(span('…', 'muted'));
	}
	parts.push({text: safeText(left.join(''))});
	if (hasFocus) parts.push({text: safeText(cursorCell) || ' ', isCursor: true});
	parts.push({text: safeText(right.join(''))});
	return parts;
}
