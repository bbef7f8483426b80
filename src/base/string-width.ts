import measure from 'string-width';
import {remembering} from './remembering.ts';

/*
 * In place of the package string-width in the bundle, by which Ink measures every character of every frame: it takes a
 * text apart by the rules of Unicode, 15 % of a frame's time, where nearly all that a screen shows needs none of them.
 */

/**
 * Letters of Latin scripts, punctuation, arrows, frames, signs and Braille patterns: whatever stands beside them, each is
 * one character, one cell wide.
 */
const narrow =
	/^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25fc\u2713-\u2718\u2800-\u28ff]*$/u;
const sgr = /\u001b\[[\d;]*m/gu;

/** Every UTF-16 unit is a character of one cell. */
export const isNarrow = (text: string): boolean => narrow.test(text);

/** A screen has fewer that are not narrow. */
const mostKnown = 2000;
const measured = remembering(mostKnown, (text: string) => measure(text));

/** Terminal cells that a text takes, colours aside. */
export default function stringWidth(text: string, options?: Parameters<typeof measure>[1]): number {
	if (options) return measure(text, options);
	const plain = text.includes('\u001b') ? text.replace(sgr, '') : text;
	return isNarrow(plain) ? plain.length : measured(plain);
}
