import type {PackageIndex} from '../../repository/package-index.ts';
import {throwIfCancelled} from '../../base/errors.ts';
import {autoSuffix} from '../auto/auto-offers.ts';
import {autoDescription, type AutoPackages, type PlannedNames} from '../auto/auto-packages.ts';
import type {FamilyMember} from '../families/families.ts';
import type {PackageRules} from '../package-rules.ts';
import type {FamilyHit, MemberHit, SearchResult} from '../search-result.ts';
import type {Starter, StarterLine} from '../starter.ts';
import {CandidateFinder, type Candidates} from './candidates.ts';
import {matchedRanges} from './matched-ranges.ts';
import {extensionsOf} from './own-families.ts';
import {parseQuery} from './query.ts';
import type {Query} from './query.ts';
import {rank} from './ranking.ts';
import {buildSearchData, SearchIndex} from './search-index.ts';
import type {SearchData} from './search-index.ts';
import {TermScores} from './term-scores.ts';
import {familiesProviding} from './virtual-names.ts';

/** The starter that a search is made for. */
export interface StarterContext {
	readonly starter: Starter;
	/** What its newest line contains: families with a member there are blocked. Null until that was planned. */
	readonly planned: PlannedNames | null;
}

export interface SearcherOptions {
	readonly autos: AutoPackages;
	readonly rules?: PackageRules;
	/** What was kept of an earlier run over the same families; made anew without it. */
	readonly data?: SearchData;
}

export interface SearchRequest {
	/** Families, not packages. */
	readonly limit?: number;
	readonly context?: StarterContext | null;
	/** Names of added packages, auto packages among them: what `added:` finds. */
	readonly added?: readonly string[];
	readonly signal?: AbortSignal;
}

export interface Searcher {
	search(text: string, request?: SearchRequest): SearchResult;
}

const defaultLimit = 50;

/** Families that the `line:` filter looks at, best first: it has to ask each for its dependencies. */
const lineFilterReach = 2000;

export function createSearcher({autos, rules, data}: SearcherOptions): Searcher {
	const index = new SearchIndex(autos.families, data ?? buildSearchData(autos.families));
	const terms = new TermScores(index);
	const finder = new CandidateFinder(index, terms);

	/** Nothing was typed: what extends the starter's own software comes first, but for what it has already. */
	function ownFirst(
		query: Query,
		ranked: readonly number[],
		candidates: Candidates,
		{starter, planned}: StarterContext,
	): readonly number[] {
		const own = {...candidates, documents: candidates.documents.filter(extensionsOf(starter, index))};
		const {families} = index;
		const ordered = rank(index, query, own, word => terms.meant(word)).filter(
			document => planned === null || autos.blockedBy(families.names[document] ?? '', planned) === null,
		);
		// Those that are made anew for every branch of it, such as php8.4-xml, before libraries written in it.
		const isPerBranch = (document: number) =>
			families.memberNumbers(document).some(member => families.tokenOf(member) !== null);
		const first = [...ordered.filter(isPerBranch), ...ordered.filter(document => !isPerBranch(document))];
		const isFirst = new Set(first);
		return [...first, ...ranked.filter(document => !isFirst.has(document))];
	}

	return {
		search: (text, {limit = defaultLimit, context = null, added = [], signal} = {}) => {
			const startedAt = performance.now();
			throwIfCancelled(signal);
			const query = parseQuery(text);
			const candidates = finder.find(query, familiesOf(added, autos));
			let ranked = rank(index, query, candidates, word => terms.meant(word));
			let total = candidates.documents.length;
			const providing = new Set(familiesProviding(index, query));
			if (providing.size > 0) {
				total += [...providing].filter(document => !candidates.documents.includes(document)).length;
				ranked = [...providing, ...ranked.filter(document => !providing.has(document))];
			}
			if (query.groups.length === 0 && context) ranked = ownFirst(query, ranked, candidates, context);
			const view = new FamilyView(index, autos, rules ?? null, query, context);
			if (query.filters.some(({field}) => field === 'line')) {
				ranked = ranked.slice(0, lineFilterReach).filter(document => view.passesLineFilters(document));
				total = ranked.length;
			}
			throwIfCancelled(signal);
			if (context?.starter.lines[0]?.fips && rules !== undefined) ranked = view.validatedFirst(ranked, limit);
			const families = ranked.slice(0, limit).map(document => view.hit(document));
			return {query: text, tookMs: performance.now() - startedAt, total, families};
		},
	};
}

/** Families of packages by name; an auto package is of its own family. */
function familiesOf(names: readonly string[], autos: AutoPackages): ReadonlySet<number> {
	const numbers = names.map(name => {
		const family = autos.familyOfAuto(name);
		return family === null ? autos.families.numberOfPackage(name) : autos.families.numberOf(family);
	});
	return new Set(numbers.filter(number => number !== null));
}

/** Turns families into what the view shows, for one query and starter. */
class FamilyView {
	readonly #index: SearchIndex;
	readonly #autos: AutoPackages;
	readonly #rules: PackageRules | null;
	readonly #query: Query;
	readonly #context: StarterContext | null;

	constructor(
		index: SearchIndex,
		autos: AutoPackages,
		rules: PackageRules | null,
		query: Query,
		context: StarterContext | null,
	) {
		this.#index = index;
		this.#autos = autos;
		this.#rules = rules;
		this.#query = query;
		this.#context = context;
	}

	hit(document: number): FamilyHit {
		const family = this.#index.families.names[document] ?? '';
		const planned = this.#context?.planned ?? null;
		const members = this.#members(document);
		const label = this.#rules?.labelOf(family) ?? members.find(member => member.fips !== undefined)?.fips ?? null;
		const auto = this.#autos.offersAt(document) ? family + autoSuffix : null;
		return {
			family,
			auto,
			...(auto === null ? {} : {autoSummary: autoDescription(family)}),
			summary: this.#index.data.summaries.text(document),
			blocked: planned === null ? null : this.#autos.blockedBy(family, planned),
			members,
			matched: matchedRanges(this.#query, family),
			...(label === null ? {} : {fips: label}),
		};
	}

	passesLineFilters(document: number): boolean {
		return this.#query.filters.every(filter => {
			if (filter.field !== 'line') return true;
			const fits = this.#index.families
				.membersAt(document)
				.some(member => member.token === filter.value || this.#linesOf(member).includes(filter.value));
			return fits !== filter.isNegated;
		});
	}

	/** FIPS: validated packages before all others, each in their order. */
	validatedFirst(ranked: readonly number[], limit: number): readonly number[] {
		const rules = this.#rules;
		if (rules === null) return ranked;
		const isValidated = (document: number) =>
			rules.labelOf(this.#index.families.names[document] ?? '') === 'validated' ||
			this.#index.families.membersAt(document).some(({name}) => rules.labelOf(name) === 'validated');
		const head = ranked.slice(0, Math.max(limit, defaultLimit));
		return [
			...head.filter(isValidated),
			...head.filter(document => !isValidated(document)),
			...ranked.slice(head.length),
		];
	}

	#members(document: number): readonly MemberHit[] {
		const all = this.#index.families.membersAt(document).flatMap(member => this.#hitsOf(member));
		const usable = all.filter(member => member.lines.length > 0);
		const shown = this.#context !== null && usable.length > 0 ? usable : all;
		if (!this.#context?.starter.lines[0]?.fips) return shown;
		return [...shown.filter(({fips}) => fips === 'validated'), ...shown.filter(({fips}) => fips !== 'validated')];
	}

	#hitsOf(member: FamilyMember): readonly MemberHit[] {
		const matched = matchedRanges(this.#query, member.name);
		const label = this.#rules?.labelOf(member.name) ?? null;
		return this.#index.releases.flatMap(release => {
			const found = member.versions.find(({index}) => index === release);
			if (found === undefined) return [];
			return [
				{
					name: member.name,
					version: release.versionOf(found.id),
					suite: release.release,
					summary: release.summaryOf(found.id),
					lines: this.#linesIn(release, member).map(({line}) => line),
					matched,
					...(label === null ? {} : {fips: label}),
				},
			];
		});
	}

	#linesOf(member: FamilyMember): readonly string[] {
		return member.versions.flatMap(({index}) => this.#linesIn(index, member).map(({line}) => line));
	}

	#linesIn(release: PackageIndex, member: FamilyMember): readonly StarterLine[] {
		const lines = this.#context?.starter.lines ?? [];
		const id = member.versions.find(({index}) => index === release)?.id;
		if (id === undefined) return [];
		return lines.filter(line => line.suite === release.release && this.#autos.fitOf(line, release).fits(id));
	}
}
