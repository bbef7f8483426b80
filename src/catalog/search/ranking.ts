import Fuse from 'fuse.js';
import type {Candidates} from './candidates.ts';
import type {Query} from './query.ts';
import type {SearchIndex} from './search-index.ts';
import {Closeness} from './closeness.ts';
import {askedLanguages, languageCount} from './languages.ts';
import {satellite} from './search-index.ts';

interface Candidate {
	readonly document: number;
	readonly score: number;
}

/** Candidates that are looked at by name, and those that Fuse.js then orders among each other: all that a screen shows. */
const shortlist = 600;
const fuseList = 60;

/** Weight of Fuse.js's judgement, in points of our own. */
const fuseWeight = 12;

const satelliteCost: readonly number[] = [0, 6, 12, 16, 22];

/** Cost of a library of a language that nobody asked for. */
const languageCost = 7;

/** What a query asks for, beside its terms. */
interface Wish {
	/** Terms in lowercase, without the negated. */
	readonly words: readonly string[];
	/** For each, what it was taken for: itself, or what it is a typing error of. */
	readonly meant: readonly (readonly string[])[];
	/** By kind of satellite and by number of language: nothing for those that were asked for. */
	readonly satelliteCosts: readonly number[];
	readonly languageCosts: readonly number[];
}

/** Families in the order in which they are shown. */
export function rank(
	index: SearchIndex,
	query: Query,
	candidates: Candidates,
	meant: (word: string) => readonly string[],
): readonly number[] {
	const words = wordsOf(query);
	const satellites = askedSatellites(words);
	const languages = askedLanguages(words);
	const wish: Wish = {
		words,
		meant: words.flatMap(word => partsOf(word)).map(word => meant(word)),
		satelliteCosts: satelliteCost.map((cost, kind) => (satellites.has(kind) ? 0 : cost)),
		languageCosts: Array.from({length: languageCount + 1}, (_, number) => (languages.has(number) ? 0 : languageCost)),
	};
	const closeness = new Closeness(words, wish.meant);
	const phrase = phrasePoints(index, words);
	const coarse = best(candidates.documents, document => candidates.scoreOf(document) + standing(index, document, wish));
	const refined = coarse
		.map(({document, score}) => ({
			document,
			score: score + closeness.of(index.families.names[document] ?? '') + phrase(document),
		}))
		.sort(byScore(index));
	const head = refined.slice(0, fuseList);
	return [...fuseOrder(index, wish, head), ...refined.slice(fuseList).map(({document}) => document)];
}

/** What a family is worth whatever was typed: how many packages need it, and whether it only comes along with another. */
function standing({data}: SearchIndex, document: number, {satelliteCosts, languageCosts}: Wish): number {
	return (
		0.1 * (data.popularity[document] ?? 0) -
		(satelliteCosts[data.satellites[document] ?? 0] ?? 0) -
		(languageCosts[data.languages[document] ?? 0] ?? 0) -
		0.15 * Math.min(60, data.lengths[document] ?? 0)
	);
}

/** Points for a description with the words as they were typed, in a row. */
function phrasePoints({data}: SearchIndex, words: readonly string[]): (document: number) => number {
	if (words.length < 2) return () => 0;
	const wanted = Buffer.from(words.join(' '));
	return document => (data.plainSummaries.has(document, wanted) ? 12 : 0);
}

function fuseOrder(index: SearchIndex, {words, meant}: Wish, head: readonly Candidate[]): readonly number[] {
	if (words.length === 0) return head.map(({document}) => document);
	const items = head.map(({document}) => ({
		name: index.families.names[document] ?? '',
		summary: index.data.plainSummaries.text(document),
	}));
	const fuse = new Fuse(items, {
		keys: [
			{name: 'name', weight: 3},
			{name: 'summary', weight: 1},
		],
		includeScore: true,
		ignoreLocation: true,
		threshold: 0.6,
	});
	const scores = new Float64Array(head.length);
	for (const {refIndex, score} of fuse.search(
		meant
			.map(choices => choices[1] ?? choices[0])
			.join(' ')
			.slice(0, 32),
	))
		scores[refIndex] = 1 - (score ?? 1);
	return head
		.map(({document, score}, at) => ({document, score: score + fuseWeight * (scores[at] ?? 0)}))
		.sort(byScore(index))
		.map(({document}) => document);
}

const bucketCount = 1024;

/** The best of many, not yet in order, without sorting them all: a few more than the shortlist where scores are equal. */
function best(documents: readonly number[], scoreOf: (document: number) => number): readonly Candidate[] {
	if (documents.length <= shortlist) return documents.map(document => ({document, score: scoreOf(document)}));
	// Filled by hand: `Float32Array.from` goes through an iterator, and took a third of the time of a search for `lib`.
	const scores = new Float32Array(documents.length);
	const buckets = new Uint32Array(bucketCount);
	const bucketOf = (score: number) => Math.max(0, Math.min(bucketCount - 1, Math.floor((score + 60) * 5)));
	for (let at = 0; at < documents.length; at++) {
		const score = scoreOf(documents[at] ?? 0);
		scores[at] = score;
		const bucket = bucketOf(score);
		buckets[bucket] = (buckets[bucket] ?? 0) + 1;
	}
	let least = bucketCount - 1;
	for (let taken = buckets[least] ?? 0; least > 0 && taken < shortlist; taken += buckets[least] ?? 0) least--;
	const found: Candidate[] = [];
	for (let at = 0; at < documents.length && found.length < 3 * shortlist; at++) {
		const score = scores[at] ?? 0;
		if (bucketOf(score) >= least) found.push({document: documents[at] ?? 0, score});
	}
	return found;
}

function byScore(index: SearchIndex): (a: Candidate, b: Candidate) => number {
	return (a, b) =>
		b.score - a.score ||
		(index.data.lengths[a.document] ?? 0) - (index.data.lengths[b.document] ?? 0) ||
		a.document - b.document;
}

function wordsOf(query: Query): readonly string[] {
	return query.groups.flatMap(([term]) => (term === undefined || term.isNegated ? [] : [term.text.toLowerCase()]));
}

/** Words of a word: `pyton3-requests` is two. */
function partsOf(word: string): readonly string[] {
	return word.match(/[a-z0-9]+/g) ?? [word];
}

/** Kinds of satellite that the words name, so that they are no satellites for this query. */
function askedSatellites(words: readonly string[]): ReadonlySet<number> {
	const asked = new Set<number>();
	for (const word of words) {
		if (/(?:^|-)(?:docs?|documentation|manual|examples?|tests?|debug|dbg|l10n|locales?)$/.test(word)) {
			asked.add(satellite.documentation);
		}
		if (/(?:^|-)(?:dev|devel|headers|src|source)$/.test(word)) asked.add(satellite.headers);
		if (/(?:^|-)(?:common|data|scripts|base|config)$/.test(word)) asked.add(satellite.part);
		if (/^(?:lib|gir)/.test(word)) asked.add(satellite.library);
	}
	return asked;
}
