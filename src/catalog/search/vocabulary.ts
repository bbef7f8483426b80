import {prefixEditDistance} from './edit-distance.ts';
import type {WordIndex} from './word-index.ts';

export interface Correction {
	readonly word: string;
	readonly distance: number;
	/** In how many places the word stands. */
	readonly count: number;
}

/** The words of all names and descriptions, to find what someone meant who typed none of them. */
export class Vocabulary {
	readonly #index: WordIndex;
	readonly #words: readonly string[];
	readonly #letters: Uint32Array;

	/** @param letters of each word, by `lettersOf` */
	constructor(index: WordIndex, letters: Uint32Array) {
		this.#index = index;
		this.#words = index.words;
		this.#letters = letters;
	}

	/** Known words that a mistyped one, or the beginning of one, may stand for; likeliest first. */
	corrections(typed: string, limit = 6): readonly Correction[] {
		const allowed = typingErrors(typed);
		if (allowed === 0) return [];
		const wanted = lettersOf(typed);
		const found: Correction[] = [];
		for (let at = 0; at < this.#words.length; at++) {
			if (bitCount(wanted & ~(this.#letters[at] as number)) > allowed) continue;
			const word = this.#words[at] as string;
			if (typed.length - word.length > allowed) continue;
			const distance = prefixEditDistance(typed, word, allowed);
			if (distance <= allowed && distance > 0) found.push({word, distance, count: this.#index.countOf(at)});
		}
		return found.sort((a, b) => likelihood(typed, b) - likelihood(typed, a)).slice(0, limit);
	}
}

/** How many typing errors are forgiven in a word. */
export function typingErrors(word: string): number {
	if (word.length < 4 || /^[\d.]+$/.test(word)) return 0;
	return word.length < 8 ? 1 : 2;
}

/** Few errors first; then the same first letter, a like length, a common word. */
function likelihood(typed: string, {word, distance, count}: Correction): number {
	const sameStart = typed.charCodeAt(0) === word.charCodeAt(0) ? 1 : 0;
	return -4 * distance + 2 * sameStart - 0.5 * Math.abs(word.length - typed.length) + 0.4 * Math.log2(1 + count);
}

/** One bit a letter; digits share six. */
export function lettersOf(word: string): number {
	let letters = 0;
	for (let at = 0; at < word.length; at++) {
		const code = word.charCodeAt(at);
		if (code >= 0x61 && code <= 0x7a) letters |= 1 << (code - 0x61);
		else if (code >= 0x30 && code <= 0x39) letters |= 1 << (26 + ((code - 0x30) % 6));
	}
	return letters >>> 0;
}

function bitCount(bits: number): number {
	let n = bits - ((bits >>> 1) & 0x55555555);
	n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
	return (((n + (n >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
