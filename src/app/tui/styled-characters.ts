import {graphemesOf} from '../../../state/text/measure.ts';
import {remembering} from '../../base/remembering.ts';
import {plainStyle, styleAfter, styleSequence, type CellStyle} from './cell-style.ts';

/*
 * In place of the package @alcalzone/ansi-tokenize in the bundle. Ink takes every line of every frame apart into
 * characters and puts them together again; most are those of the frame before. What was taken apart is kept, and equal
 * characters are one object: a frame leaves a third of the garbage behind.
 */

export interface StyledCharacter {
	readonly type: 'char';
	/** One grapheme. */
	readonly value: string;
	/** Ink's own blanks have an empty list. */
	readonly styles: CellStyle | readonly [];
}

const sgr = /\u001b\[([\d;]*)m/gu;
const control = /^(?!\n)\p{Control}/u;

const mostStyles = 500;
const mostLines = 1000;
const mostCharacters = 2000;

/** Both steps are done at once, below. */
export const tokenize = (text: string): string => text;

export const styledCharsFromTokens = remembering(mostLines, takeApart);

const charactersIn = remembering(mostStyles, (style: CellStyle) =>
	remembering(mostCharacters, (value: string): StyledCharacter => ({type: 'char', value, styles: style})),
);

function takeApart(text: string): readonly StyledCharacter[] {
	const line: StyledCharacter[] = [];
	let style = plainStyle;
	let at = 0;
	const put = (piece: string) => {
		const character = charactersIn(style);
		for (const value of graphemesOf(piece)) if (!control.test(value)) line.push(character(value));
	};
	for (const match of text.matchAll(sgr)) {
		put(text.slice(at, match.index));
		style = styleAfter(style, match[1] ?? '');
		at = match.index + match[0].length;
	}
	put(text.slice(at));
	return line;
}

export function styledCharsToString(line: readonly StyledCharacter[]): string {
	let text = '';
	let active: CellStyle = plainStyle;
	for (const {value, styles} of line) {
		const style = typeof styles === 'string' ? styles : plainStyle;
		if (style !== active) text += styleSequence(active, style);
		active = style;
		text += value;
	}
	return active === plainStyle ? text : text + styleSequence(active, plainStyle);
}
