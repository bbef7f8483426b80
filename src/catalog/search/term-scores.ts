import {lowerBound} from '../sorted-list.ts';
import type {Term} from './query.ts';
import type {SearchIndex} from './search-index.ts';
import {place} from './text-blob.ts';
import type {Place} from './text-blob.ts';
import {lettersOf} from './vocabulary.ts';
import {countIn, eachDocument} from './word-index.ts';

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

const summaryScores = {word: 32, wordStart: 22, inside: 6} as const;

/** Enough for any word a person would look for; a bound for `lib`, which is in most names. */
const nameHits = 8000;
const summaryHits = 6000;

/** Terms that are too short to be looked for inside of words. */
const shortTerm = 2;

/** A typing error costs that share of the score. */
const errorCost = 0.12;

/** Families that match a term, with scores from 0 to 100. Made once and used for every query. */
export class TermScores {
	readonly #index: SearchIndex;
	readonly #best: Float32Array;
	/** Families with a score, each once; the first `#found` of them. */
	readonly #documents: Uint32Array;
	#found = 0;
	readonly #meant = new Map<string, readonly string[]>();
	#isAlone = false;

	constructor(index: SearchIndex) {
		this.#index = index;
		this.#best = new Float32Array(index.families.names.length);
		this.#documents = new Uint32Array(index.families.names.length);
	}

	/** Words that a term of this query was taken for: itself, or what it is a typing error of. */
	meant(text: string): readonly string[] {
		return this.#meant.get(text) ?? [text];
	}

	/** Forgets what the words of the last query were taken for. `isAlone`: the query is one term. */
	begin(isAlone: boolean): void {
		this.#meant.clear();
		this.#isAlone = isAlone;
	}

	/** Calls `visit` once for each family that one of the terms matches. */
	of(terms: readonly Term[], visit: (document: number, score: number) => void): void {
		for (const term of terms) {
			if (term.kind === 'fuzzy') this.#addFuzzy(term);
			else this.#addExact(term, acceptedPlaces[term.kind]);
		}
		this.#drain(visit);
	}

	#drain(visit: (document: number, score: number) => void): void {
		const found = this.#found;
		this.#found = 0;
		for (let at = 0; at < found; at++) {
			const document = this.#documents[at] ?? 0;
			const score = this.#best[document] ?? 0;
			this.#best[document] = 0;
			visit(document, score);
		}
	}

	/** Terms with an operator: exactly these letters, in names and descriptions. */
	#addExact(term: Term, accepts: (place: Place) => boolean): void {
		const text = term.text.toLowerCase();
		this.#index.data.names.scan(text, nameHits, (document, at) => {
			if (accepts(at)) this.#take(document, nameScores[at] ?? 0);
		});
		this.#addVersions(text);
		const blob = term.isCaseSensitive ? this.#index.data.summaries : this.#index.data.plainSummaries;
		blob.scan(term.text, summaryHits, (document, at) => {
			if (!accepts(at)) return;
			this.#take(
				document,
				isWord(at) ? summaryScores.word : at > place.wordEnd ? summaryScores.wordStart : summaryScores.inside,
			);
		});
	}

	#addFuzzy(term: Term): void {
		const text = term.text.toLowerCase();
		const inNames = text.length > shortTerm ? this.#addNames(text) : this.#addBeginnings(text);
		const inSummaries = this.#addSummaries(text, term.isCaseSensitive ? term.text : null);
		const isVersion = this.#addVersions(text);
		if (inNames || inSummaries || isVersion) return;
		const parts = text.match(/[a-z0-9]+/g) ?? [];
		if (parts.length > 1) this.#addParts(parts);
		else if (text.length > 3) this.#addCorrected(text);
		if (this.#found < 20 && text.length > shortTerm) this.#addLetters(text);
	}

	/** @returns whether a name has a word that begins so */
	#addNames(text: string): boolean {
		let isKnown = this.#addBeginnings(text);
		this.#index.data.names.scan(text, nameHits, (document, at) => {
			if (at >= place.wordStart) isKnown = true;
			this.#take(document, nameScores[at] ?? 0);
		});
		return isKnown;
	}

	/** Families whose names begin so, or have it as a word: whatever the limit of the scan. */
	#addBeginnings(text: string): boolean {
		const {names} = this.#index.families;
		const start = lowerBound(names, text);
		const end = Math.min(lowerBound(names, `${text}\x7f`), start + nameHits);
		for (let document = start; document < end; document++) {
			const next = names[document]?.charCodeAt(text.length) ?? 0;
			const at = Number.isNaN(next) ? place.text : isWordLetter(next) ? place.textStart : place.textStartWord;
			this.#take(document, nameScores[at] ?? 0);
		}
		const {words} = this.#index.data;
		const {start: word} = words.rangeOf(text);
		if (words.words[word] !== text) return end > start;
		eachDocument(words.names, word, document => this.#take(document, nameScores[place.word] ?? 0));
		return true;
	}

	/** @returns whether a description has that very word */
	#addSummaries(text: string, caseSensitive: string | null): boolean {
		const {words, summaries} = this.#index.data;
		const {start, end} = words.rangeOf(text);
		const isKnown = words.words[start] === text;
		// So many names have it that no description comes near the top, unless other words decide.
		const isEnough = this.#isAlone && this.#found >= nameHits;
		let hits = 0;
		for (let word = start; word < end && hits < summaryHits; word++) {
			const isWhole = isKnown && word === start;
			if (text.length <= shortTerm && !isWhole) break;
			const score = isWhole ? summaryScores.word : summaryScores.wordStart;
			const take = (document: number) => {
				if (caseSensitive === null || summaries.text(document).includes(caseSensitive)) this.#take(document, score);
			};
			hits += eachDocument(words.summaries, word, take, isEnough ? summaryHits - hits : undefined);
		}
		return isKnown && countIn(words.summaries, start) > 0;
	}

	/** @returns whether a version begins so */
	#addVersions(text: string): boolean {
		if (text.length < shortTerm || !/^\d/.test(text)) return false;
		let isKnown = false;
		this.#index.data.versions.scan(text, summaryHits, (document, at) => {
			// At the version's begin, or behind its epoch.
			if (at < place.wordStart) return;
			isKnown = true;
			this.#take(document, at >= place.textStart ? 50 : 40);
		});
		return isKnown;
	}

	/** `pyton3-requests`: each of its words, forgiven by itself; families that have them all. */
	#addParts(parts: readonly string[]): void {
		let sums = new Map<number, number>();
		const before = new Map<number, number>();
		this.#drain((document, score) => before.set(document, score));
		for (const [at, part] of parts.entries()) {
			const next = new Map<number, number>();
			this.#addFuzzy({kind: 'fuzzy', text: part, isNegated: false, isCaseSensitive: false});
			this.#drain((document, score) => {
				const sum = at === 0 ? 0 : sums.get(document);
				if (sum !== undefined) next.set(document, sum + score);
			});
			sums = next;
		}
		for (const [document, score] of before) this.#take(document, score);
		for (const [document, score] of sums) this.#take(document, score / parts.length);
	}

	#addCorrected(text: string): void {
		const {vocabulary, data} = this.#index;
		const {words} = data;
		const corrections = vocabulary.corrections(text);
		if (corrections.length > 0) this.#meant.set(text, [text, ...corrections.map(({word}) => word)]);
		for (const {word, distance} of corrections) {
			const share = 1 - errorCost * distance;
			const {start, end} = words.rangeOf(word);
			let hits = 0;
			for (let number = start; number < end && hits < summaryHits; number++) {
				const score = words.words[number] === word ? summaryScores.word : summaryScores.wordStart;
				hits += eachDocument(words.names, number, document => {
					this.#take(document, this.#scoreInName(document, word) * share);
				});
				hits += eachDocument(words.summaries, number, document => this.#take(document, score * share));
			}
		}
	}

	#scoreInName(document: number, word: string): number {
		const name = this.#index.families.names[document] ?? '';
		if (name === word) return nameScores[place.text] ?? 0;
		if (!name.startsWith(word)) return nameScores[place.word] ?? 0;
		return nameScores[isWordLetter(name.charCodeAt(word.length)) ? place.textStart : place.textStartWord] ?? 0;
	}

	/** fzf's own kind of match: all letters in that order, the closer together the better. */
	#addLetters(text: string): void {
		const wanted = lettersOf(text);
		const {
			families,
			data: {letters},
		} = this.#index;
		for (let document = 0; document < letters.length; document++) {
			if ((wanted & ~(letters[document] ?? 0)) !== 0) continue;
			const span = spanOf(text, families.names[document] ?? '');
			if (span > 0 && span <= text.length * 3) this.#take(document, 34 * (text.length / span) ** 2);
		}
	}

	#take(document: number, score: number): void {
		const best = this.#best[document] ?? 0;
		if (best === 0) this.#documents[this.#found++] = document;
		if (score > best) this.#best[document] = score;
	}
}

const anyPlace = () => true;

function isWord(at: Place): boolean {
	return at === place.word || at === place.lastWord || at === place.textStartWord || at === place.text;
}

function isWordLetter(code: number): boolean {
	return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
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
