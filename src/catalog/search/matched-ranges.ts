import {prefixEditDistance} from './edit-distance.ts';
import type {Query, Term} from './query.ts';
import {typingErrors} from './vocabulary.ts';

export type Ranges = readonly (readonly [number, number])[];

/** Letters of a name that a query matched, for the view to show: half-open ranges of UTF-16 units, in order, apart. */
export function matchedRanges(query: Query, name: string): Ranges {
	const only = onlyTerm(query);
	if (only !== null) {
		const text = only.text.toLowerCase();
		const at = placeOf(only, text, name);
		if (at >= 0) return [[at, at + text.length]];
	}
	const marked = new Uint8Array(name.length);
	for (const group of query.groups) {
		for (const term of group) if (!term.isNegated) markTerm(term, name, marked);
	}
	const ranges: [number, number][] = [];
	for (let at = 0; at < marked.length; at++) {
		if (marked[at] === 0) continue;
		const last = ranges.at(-1);
		if (last?.[1] === at) last[1] = at + 1;
		else ranges.push([at, at + 1]);
	}
	return ranges;
}

/** Most queries are one term, and most names have it as it was typed. */
function onlyTerm({groups}: Query): Term | null {
	const [group, ...others] = groups;
	const [term, ...more] = group ?? [];
	return term === undefined || term.isNegated || others.length + more.length > 0 ? null : term;
}

function markTerm(term: Term, name: string, marked: Uint8Array): void {
	const text = term.text.toLowerCase();
	const at = placeOf(term, text, name);
	if (at >= 0) marked.fill(1, at, at + text.length);
	else if (term.kind === 'fuzzy' && !markWords(text, name, marked)) markLetters(text, name, marked);
}

function placeOf(term: Term, text: string, name: string): number {
	switch (term.kind) {
		case 'prefix':
			return name.startsWith(text) ? 0 : -1;
		case 'suffix':
			return name.endsWith(text) ? name.length - text.length : -1;
		case 'equal':
			return name === text ? 0 : -1;
		case 'fuzzy':
		case 'exact':
		case 'word':
			return name.indexOf(text);
	}
}

/** Words of the name that the mistyped words stand for. */
function markWords(text: string, name: string, marked: Uint8Array): boolean {
	let found = false;
	for (const part of text.match(/[a-z0-9]+/g) ?? []) {
		const allowed = typingErrors(part);
		for (const match of name.matchAll(/[a-z0-9]+/g)) {
			if (prefixEditDistance(part, match[0], allowed) > allowed) continue;
			const length = match[0].length - part.length > allowed ? part.length : match[0].length;
			marked.fill(1, match.index, match.index + length);
			found = true;
			break;
		}
	}
	return found;
}

/** The letters one by one, if the name has them all in that order. */
function markLetters(text: string, name: string, marked: Uint8Array): void {
	const places: number[] = [];
	let at = name.length;
	for (let letter = text.length - 1; letter >= 0; letter--) {
		at = at <= 0 ? -1 : name.lastIndexOf(text.charAt(letter), at - 1);
		if (at < 0) return;
		places.push(at);
	}
	for (const index of places) marked[index] = 1;
}
