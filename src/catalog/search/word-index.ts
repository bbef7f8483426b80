import type {TextBlob} from './text-blob.ts';
import {grown, WordTable} from './word-table.ts';

/** Which documents have a word, for words of names and of descriptions apart. */
export interface WordIndex {
	/** In alphabetical order. */
	readonly words: readonly string[];
	/** Documents of each word, with a name's counting three times. */
	readonly counts: Uint32Array;
	/** Numbers of the words that begin so: from `start` up to but not including `end`. */
	rangeOf(beginning: string): {readonly start: number; readonly end: number};
	inNames(word: number): Uint32Array;
	inSummaries(word: number): Uint32Array;
}

export function buildWordIndex(names: TextBlob, summaries: TextBlob): WordIndex {
	const table = new WordTable([names.bytes, summaries.bytes]);
	const placesInNames = readPlaces(table, 0, names);
	const placesInSummaries = readPlaces(table, 1, summaries);
	const unsorted = table.words();
	const order = Uint32Array.from(unsorted.keys()).sort((a, b) => ((unsorted[a] ?? '') < (unsorted[b] ?? '') ? -1 : 1));
	const rank = new Uint32Array(order.length);
	for (const [position, word] of order.entries()) rank[word] = position;
	const words = Array.from(order, word => unsorted[word] ?? '');
	const inNames = postings(placesInNames, rank);
	const inSummaries = postings(placesInSummaries, rank);
	return {
		words,
		counts: Uint32Array.from(words, (_, word) => 3 * inNames(word).length + inSummaries(word).length),
		rangeOf: beginning => ({start: lowerBound(words, beginning), end: lowerBound(words, `${beginning}\uffff`)}),
		inNames,
		inSummaries,
	};
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

function postings(pairs: Uint32Array, rank: Uint32Array): (word: number) => Uint32Array {
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
	return word => documents.subarray(starts[word], starts[word + 1]);
}

/** Where a word stands or would stand in a sorted list. */
export function lowerBound(sorted: readonly string[], text: string): number {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((sorted[middle] ?? '') < text) low = middle + 1;
		else high = middle;
	}
	return low;
}
