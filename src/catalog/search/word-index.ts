import {lowerBound} from '../sorted-list.ts';
import type {TextBlob} from './text-blob.ts';
import {grown, WordTable} from './word-table.ts';

/** Documents of each word: from `starts[word]` to `starts[word + 1]`. */
export interface Postings {
	readonly starts: Uint32Array;
	readonly documents: Uint32Array;
}

/** Which documents have a word, for words of names and of descriptions apart. */
export class WordIndex {
	/** In alphabetical order. */
	readonly words: readonly string[];
	readonly names: Postings;
	readonly summaries: Postings;

	constructor(words: readonly string[], names: Postings, summaries: Postings) {
		this.words = words;
		this.names = names;
		this.summaries = summaries;
	}

	static of(names: TextBlob, summaries: TextBlob): WordIndex {
		const table = new WordTable([names.bytes, summaries.bytes]);
		const placesInNames = readPlaces(table, 0, names);
		const placesInSummaries = readPlaces(table, 1, summaries);
		const unsorted = table.words();
		const order = Uint32Array.from(unsorted.keys()).sort((a, b) =>
			(unsorted[a] ?? '') < (unsorted[b] ?? '') ? -1 : 1,
		);
		const rank = new Uint32Array(order.length);
		for (const [position, word] of order.entries()) rank[word] = position;
		const words = Array.from(order, word => unsorted[word] ?? '');
		return new WordIndex(words, postings(placesInNames, rank), postings(placesInSummaries, rank));
	}

	/** Numbers of the words that begin so: from `start` up to but not including `end`. */
	rangeOf(beginning: string): {readonly start: number; readonly end: number} {
		return {start: lowerBound(this.words, beginning), end: lowerBound(this.words, `${beginning}\x7f`)};
	}

	/** In how many documents a word stands, those with it in their names counting three times. */
	countOf(word: number): number {
		return 3 * countIn(this.names, word) + countIn(this.summaries, word);
	}
}

export function countIn({starts}: Postings, word: number): number {
	return (starts[word + 1] ?? 0) - (starts[word] ?? 0);
}

/**
 * Calls `visit` for the documents of a word, at most so many, and says how many there were. A view of them for each word took
 * most of the time of a search for `lib`.
 */
export function eachDocument(
	{starts, documents}: Postings,
	word: number,
	visit: (document: number) => void,
	most = Number.POSITIVE_INFINITY,
): number {
	const begin = starts[word] ?? 0;
	const end = Math.min(starts[word + 1] ?? 0, begin + most);
	for (let at = begin; at < end; at++) visit(documents[at] ?? 0);
	return end - begin;
}

/** Pairs of word and document, each pair once, in the documents' order. */
function readPlaces(table: WordTable, text: number, blob: TextBlob): Uint32Array {
	let pairs = new Uint32Array(1 << 16);
	let size = 0;
	let document = 0;
	/** Last document of each word, plus one. */
	let last = new Uint32Array(1 << 14);
	table.read(text, (word, at) => {
		document = blob.documentAt(at, document);
		while (word >= last.length) last = grown(last);
		if (last[word] === document + 1) return;
		last[word] = document + 1;
		if (size + 2 > pairs.length) pairs = grown(pairs);
		pairs[size++] = word;
		pairs[size++] = document;
	});
	return pairs.subarray(0, size);
}

function postings(pairs: Uint32Array, rank: Uint32Array): Postings {
	const starts = new Uint32Array(rank.length + 1);
	for (let at = 0; at < pairs.length; at += 2) {
		const next = (rank[pairs[at] ?? 0] ?? 0) + 1;
		starts[next] = (starts[next] ?? 0) + 1;
	}
	for (let word = 0; word < rank.length; word++) starts[word + 1] = (starts[word + 1] ?? 0) + (starts[word] ?? 0);
	const next = starts.slice();
	const documents = new Uint32Array(pairs.length / 2);
	for (let at = 0; at < pairs.length; at += 2) {
		const word = rank[pairs[at] ?? 0] ?? 0;
		const place = next[word] ?? 0;
		documents[place] = pairs[at + 1] ?? 0;
		next[word] = place + 1;
	}
	return {starts, documents};
}
