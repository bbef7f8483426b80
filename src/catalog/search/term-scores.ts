import type {Term} from './query.ts';
import type {SearchIndex} from './search-index.ts';
import {lettersOf} from './vocabulary.ts';
import {place} from './text-blob.ts';
import type {Place} from './text-blob.ts';

/** A name matches better than a description, a whole word better than a part of one. By place. */
const nameScores = {
	[place.inside]: 30,
	[place.wordEnd]: 38,
	[place.textEnd]: 40,
	[place.wordStart]: 52,
	[place.word]: 64,
	[place.lastWord]: 66,
	[place.textStart]: 66,
	[place.textStartWord]: 76,
	[place.text]: 100,
} as Readonly<Record<Place, number>>;

const summaryScores = {
	[place.inside]: 6,
	[place.wordEnd]: 6,
	[place.textEnd]: 6,
	[place.wordStart]: 22,
	[place.word]: 32,
	[place.lastWord]: 32,
	[place.textStart]: 22,
	[place.textStartWord]: 32,
	[place.text]: 32,
} as Readonly<Record<Place, number>>;

/** Enough for any word a person would look for; a bound for `lib`, which is in most names. */
const nameHits = 12_000;
const summaryHits = 6_000;

/** A typing error costs that share of the score. */
const errorCost = 0.12;

/** Families that match one term, with scores from 0 to 100. Made once and used for every query. */
export class TermScores {
	readonly #index: SearchIndex;
	readonly #best: Float32Array;
	#documents: number[] = [];
	readonly #meant = new Map<string, readonly string[]>();

	constructor(index: SearchIndex) {
		this.#index = index;
		this.#best = new Float32Array(index.families.names.length);
	}

	/** Words that a term of the last queries was taken for: itself, or what it is a typing error of. */
	meant(text: string): readonly string[] {
		return this.#meant.get(text) ?? [text];
	}

	/** Calls `visit` once for each family that matches. */
	of(terms: readonly Term[], visit: (document: number, score: number) => void): void {
		this.#documents = [];
		for (const term of terms) this.#add(term);
		const documents = this.#documents;
		const found = documents.map(document => this.#best[document] ?? 0);
		for (const document of documents) this.#best[document] = 0;
		for (const [at, document] of documents.entries()) visit(document, found[at] ?? 0);
	}

	#add(term: Term): void {
		if (term.kind === 'fuzzy') this.#addFuzzy(term);
		else this.#addExact(term, acceptedPlaces[term.kind]);
	}

	/** @returns whether it is known: a name has a word that begins so, or a description that word */
	#addExact(term: Term, accepts: (place: Place) => boolean): boolean {
		let isKnown = false;
		const text = term.text.toLowerCase();
		this.#index.names.scan(text, nameHits, (document, at) => {
			if (!accepts(at)) return;
			if (at >= place.wordStart) isKnown = true;
			this.#take(document, nameScores[at] ?? 0);
		});
		if (/^\d/.test(text) && text.length > 1) {
			this.#index.versions.scan(text, summaryHits, (document, at) => {
				// At the version's begin, or behind its epoch.
				if (at < place.wordStart || !accepts(at)) return;
				isKnown = true;
				this.#take(document, at >= place.textStart ? 50 : 40);
			});
		}
		if (text.length > 2 || term.kind === 'word' || term.kind === 'equal') {
			const blob = term.isCaseSensitive ? this.#index.summaries : this.#index.plainSummaries;
			blob.scan(term.text, summaryHits, (document, at) => {
				if (!accepts(at)) return;
				if (isWord(at)) isKnown = true;
				this.#take(document, summaryScores[at] ?? 0);
			});
		}
		return isKnown;
	}

	#addFuzzy(term: Term): void {
		const isKnown = this.#addExact(term, anyPlace);
		const text = term.text.toLowerCase();
		this.#meant.delete(text);
		if (isKnown) return;
		const parts = text.match(/[a-z0-9]+/g) ?? [];
		if (parts.length > 1) this.#addParts(parts);
		else if (text.length >= 4) this.#addCorrected(text);
		if (this.#documents.length < 20 && text.length >= 3) this.#addLetters(text);
	}

	/** `pyton3-requests`: each of its words, forgiven by itself; families that have them all. */
	#addParts(parts: readonly string[]): void {
		const scores = new Map<number, number>();
		const own = this.#documents;
		const before = new Map(own.map(document => [document, this.#best[document] ?? 0]));
		for (const document of own) this.#best[document] = 0;
		for (const [at, part] of parts.entries()) {
			this.#documents = [];
			this.#addFuzzy({kind: 'fuzzy', text: part, isNegated: false, isCaseSensitive: false});
			for (const document of this.#documents) {
				const score = this.#best[document] ?? 0;
				this.#best[document] = 0;
				if (at === 0) scores.set(document, score);
				else if (scores.has(document)) scores.set(document, (scores.get(document) ?? 0) + score);
			}
			if (at > 0) {
				const matched = new Set(this.#documents);
				for (const document of scores.keys()) if (!matched.has(document)) scores.delete(document);
			}
		}
		this.#documents = [];
		for (const [document, score] of before) this.#take(document, score);
		for (const [document, score] of scores) this.#take(document, score / parts.length);
	}

	#addCorrected(text: string): void {
		const used: string[] = [];
		const corrections = this.#index.vocabulary.corrections(text);
		if (corrections.length > 0) this.#meant.set(text, [text, ...corrections.map(({word}) => word)]);
		for (const {word, distance} of corrections) {
			if (used.some(other => word.startsWith(other))) continue;
			if (used.push(word) > 3) break;
			const share = 1 - errorCost * distance;
			this.#index.names.scan(word, nameHits, (document, at) => {
				if (at >= place.wordStart) this.#take(document, (nameScores[at] ?? 0) * share);
			});
			this.#index.plainSummaries.scan(word, summaryHits, (document, at) => {
				if (at >= place.wordStart) this.#take(document, (summaryScores[at] ?? 0) * share);
			});
		}
	}

	/** fzf's own kind of match: all letters in that order, the closer together the better. */
	#addLetters(text: string): void {
		const wanted = lettersOf(text);
		const {letters, families} = this.#index;
		for (let document = 0; document < letters.length; document++) {
			if ((wanted & ~(letters[document] ?? 0)) !== 0) continue;
			const span = spanOf(text, families.names[document] ?? '');
			if (span > 0 && span <= text.length * 3) this.#take(document, 34 * (text.length / span) ** 2);
		}
	}

	#take(document: number, score: number): void {
		const best = this.#best[document] ?? 0;
		if (best === 0) this.#documents.push(document);
		if (score > best) this.#best[document] = score;
	}
}

const anyPlace = () => true;

function isWord(at: Place): boolean {
	return at === place.word || at === place.lastWord || at === place.textStartWord || at === place.text;
}

const acceptedPlaces: Readonly<Record<Exclude<Term['kind'], 'fuzzy'>, (at: Place) => boolean>> = {
	exact: anyPlace,
	word: isWord,
	prefix: at => at === place.textStart || at === place.textStartWord || at === place.text,
	suffix: at => at === place.textEnd || at === place.lastWord || at === place.text,
	equal: at => at === place.text,
};

/** How many letters the shortest stretch has that holds all of `text` in order, from the first place on; 0 if none does. */
function spanOf(text: string, name: string): number {
	let at = -1;
	let first = -1;
	for (const letter of text) {
		at = name.indexOf(letter, at + 1);
		if (at < 0) return 0;
		if (first < 0) first = at;
	}
	// Back from the end: a later beginning may be nearer.
	let begin = at;
	for (let letter = text.length - 2; letter >= 0; letter--) begin = name.lastIndexOf(text[letter] ?? '', begin - 1);
	return at - Math.max(begin, first) + 1;
}
