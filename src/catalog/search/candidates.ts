import type {Filter, Query, Term} from './query.ts';
import type {SearchIndex} from './search-index.ts';
import type {TermScores} from './term-scores.ts';

/** Families that a query matches. Valid until the next query. */
export interface Candidates {
	readonly documents: readonly number[];
	/** Mean over the terms, 0 to 100, by document. */
	scoreOf(document: number): number;
}

/** Finds families that match all groups of a query and pass the filters that need no line. Made once, used for every query. */
export class CandidateFinder {
	readonly #index: SearchIndex;
	readonly #terms: TermScores;
	readonly #sums: Float32Array;
	readonly #counts: Uint8Array;

	constructor(index: SearchIndex, terms: TermScores) {
		this.#index = index;
		this.#terms = terms;
		this.#sums = new Float32Array(index.families.names.length);
		this.#counts = new Uint8Array(index.families.names.length);
	}

	/** @param added families of the packages that were added, for `added:` */
	find({groups, filters}: Query, added: ReadonlySet<number> = new Set()): Candidates {
		const wanted = groups.filter(group => !group.every(term => term.isNegated));
		const refused = groups.filter(group => group.every(term => term.isNegated));
		this.#terms.begin(groups.length === 1 && filters.length === 0);
		const isRefused = new Set<number>();
		for (const group of refused) this.#terms.of(group, document => isRefused.add(document));
		const passes = filterOf(this.#index, filters, added);
		const isAccepted = (document: number) => !isRefused.has(document) && passes(document);
		if (wanted.length === 0) {
			const all = Array.from(this.#sums.keys()).filter(isAccepted);
			return {documents: all, scoreOf: () => 0};
		}
		const matching = this.#matching(wanted);
		const documents = refused.length + filters.length === 0 ? matching : matching.filter(isAccepted);
		return {documents, scoreOf: document => (this.#sums[document] ?? 0) / wanted.length};
	}

	/** Families that all groups match; of three or more words one may be missing if else none does. */
	#matching(groups: readonly (readonly Term[])[]): readonly number[] {
		const touched: number[] = [];
		const [only, ...others] = groups;
		if (only !== undefined && others.length === 0) {
			this.#terms.of(wantedOf(only), (document, score) => {
				touched.push(document);
				this.#sums[document] = score;
			});
			return touched;
		}
		this.#sums.fill(0);
		this.#counts.fill(0);
		const isForgiving = groups.length > 2 && groups.every(group => group.every(({kind}) => kind === 'fuzzy'));
		for (const [at, group] of groups.entries()) {
			const least = at - (isForgiving ? 1 : 0);
			this.#terms.of(wantedOf(group), (document, score) => {
				const count = this.#counts[document] ?? 0;
				if (count < least) return;
				if (count === 0) touched.push(document);
				this.#counts[document] = count + 1;
				this.#sums[document] = (this.#sums[document] ?? 0) + score;
			});
		}
		const matching = (least: number) => touched.filter(document => (this.#counts[document] ?? 0) >= least);
		const all = matching(groups.length);
		return all.length === 0 && isForgiving ? matching(groups.length - 1) : all;
	}
}

const wantedOf = (group: readonly Term[]) => group.filter(term => !term.isNegated);

function filterOf(
	index: SearchIndex,
	filters: readonly Filter[],
	added: ReadonlySet<number>,
): (document: number) => boolean {
	const tests = filters.flatMap(({field, value, isNegated}) => {
		switch (field) {
			case 'family':
				return [(document: number) => (index.families.names[document] ?? '').startsWith(value) !== isNegated];
			case 'section': {
				const accepted = new Set(
					[...index.data.sections.keys()].filter(number => {
						const section = index.data.sections[number] ?? '';
						return section.startsWith(value) || section.slice(section.indexOf('/') + 1).startsWith(value);
					}),
				);
				return [(document: number) => accepted.has(index.data.sectionOf[document] ?? 0) !== isNegated];
			}
			case 'added':
				return [(document: number) => added.has(document) !== isNegated];
			case 'line':
				return [];
		}
	});
	return document => tests.every(test => test(document));
}
