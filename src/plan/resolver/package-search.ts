import type {PackageId} from '../../repository/package-index.ts';
import {choicesInOrder} from './apt-choice.ts';
import {ClauseSearch, isFalse, isTrue} from './clause-search.ts';
import type {Literal} from './clause-search.ts';
import type {Requirement, RootRequest} from './requirement.ts';
import type {Need, Universe} from './universe.ts';

export interface SearchRequest {
	readonly universe: Universe;
	readonly given: readonly PackageId[];
	readonly roots: readonly {readonly request: RootRequest; readonly targets: readonly PackageId[]}[];
	/** Versions that stand for the newest of their name: pins. */
	readonly candidates: ReadonlyMap<string, PackageId>;
	/** Whether older versions may be taken, where the newest do not fit together. */
	readonly older: boolean;
	readonly signal?: AbortSignal | undefined;
}

export type SearchResult =
	| {readonly kind: 'found'; readonly packages: readonly PackageId[]}
	| {readonly kind: 'impossible'; readonly core: readonly Requirement[]};

/**
 * The complete search: finds a set of packages if there is one, and otherwise a smallest set of requirements that cannot
 * hold together. Clauses of a package are made when the search first takes it, so that only what can be reached is read.
 * Among solutions it tends to apt's: it decides depth first and in apt's order of choices.
 */
export function searchPackages(request: SearchRequest): SearchResult {
	const problem = new Problem(request);
	return problem.run();
}

class Problem {
	readonly #request: SearchRequest;
	readonly #search = new ClauseSearch();
	readonly #variables = new Map<PackageId, number>();
	readonly #packages: PackageId[] = [];
	readonly #requirements: Requirement[] = [];
	readonly #clauses: (readonly Literal[])[] = [];
	/** Packages in the order in which the search first took them. */
	readonly #taken: PackageId[] = [];
	readonly #given: ReadonlySet<PackageId>;
	/** The package that met a need when it was last looked at: mostly it still does. */
	readonly #metBy = new Map<Need, PackageId>();

	constructor(request: SearchRequest) {
		this.#request = request;
		this.#given = new Set(request.given);
	}

	run(): SearchResult {
		const {given, roots, signal} = this.#request;
		for (const id of given) this.#add({kind: 'given', package: id}, [this.#literal(id)]);
		for (const {request, targets} of roots) {
			this.#add(
				{kind: 'root', root: request, targets},
				targets.map(id => this.#literal(id)),
			);
		}
		const outcome = this.#search.run({
			onTrue: variable => this.#take(this.#packages[variable] ?? 0),
			choose: () => this.#choose(),
			signal,
		});
		if (outcome.kind === 'impossible') return {kind: 'impossible', core: this.#minimise(outcome.origins)};
		return {kind: 'found', packages: this.#taken.filter(id => this.#holds(id) && !this.#given.has(id))};
	}

	#literal(id: PackageId): Literal {
		let variable = this.#variables.get(id);
		if (variable === undefined) {
			variable = this.#search.addVariable();
			this.#variables.set(id, variable);
			this.#packages[variable] = id;
		}
		return isTrue(variable);
	}

	#denial(id: PackageId): Literal {
		return isFalse(this.#literal(id) >> 1);
	}

	#holds(id: PackageId): boolean {
		return this.#search.valueOf(this.#literal(id)) > 0;
	}

	#isRuledOut(id: PackageId): boolean {
		const variable = this.#variables.get(id);
		return variable !== undefined && this.#search.valueOf(isTrue(variable)) < 0;
	}

	#add(requirement: Requirement, literals: readonly Literal[]): void {
		this.#requirements.push(requirement);
		this.#clauses.push(literals);
		this.#search.addClause(literals);
	}

	/** Writes down what follows from taking a package. */
	#take(id: PackageId): void {
		this.#taken.push(id);
		const {universe, older} = this.#request;
		const {name, needs, rejections} = universe.node(id);
		const self = this.#denial(id);
		const newest = this.#newest(name);
		if (!older && newest !== null && newest !== id && !this.#given.has(id)) {
			this.#add({kind: 'newest-only', package: id, newest}, [self]);
		}
		for (const other of universe.index.packagesNamed(name)) {
			if (other !== id) this.#add({kind: 'single-version', package: id, other}, [self, this.#denial(other)]);
		}
		for (const rejection of rejections) {
			for (const target of rejection.targets) {
				this.#add({kind: 'rejection', package: id, rejection, target}, [self, this.#denial(target)]);
			}
		}
		for (const need of needs) {
			const targets = new Set(need.targets.flat());
			// Its own Provides may meet a need (deb-control(5) does not forbid it, and dpkg takes it).
			if (targets.has(id)) continue;
			this.#add({kind: 'need', package: id, need}, [self, ...[...targets].map(target => this.#literal(target))]);
		}
	}

	#newest(name: string): PackageId | null {
		return this.#request.candidates.get(name) ?? this.#request.universe.newest(name);
	}

	/** The first choice for the latest need that is still open. */
	#choose(): Literal | null {
		for (let at = this.#taken.length - 1; at >= 0; at--) {
			const id = this.#taken[at];
			if (id === undefined || !this.#holds(id)) continue;
			for (const need of this.#request.universe.node(id).needs) {
				if (this.#isMet(need)) continue;
				const choice = this.#choiceFor(need);
				if (choice !== null) return this.#literal(choice);
			}
		}
		for (const {targets} of this.#request.roots) {
			if (targets.some(id => this.#holds(id))) continue;
			const choice = targets.find(id => !this.#isRuledOut(id));
			if (choice !== undefined) return this.#literal(choice);
		}
		return null;
	}

	#isMet(need: Need): boolean {
		const last = this.#metBy.get(need);
		if (last !== undefined && this.#holds(last)) return true;
		for (const targets of need.targets) {
			for (const target of targets) {
				const variable = this.#variables.get(target);
				if (variable === undefined || this.#search.valueOf(isTrue(variable)) <= 0) continue;
				this.#metBy.set(need, target);
				return true;
			}
		}
		return false;
	}

	#choiceFor(need: Need): PackageId | null {
		const {universe} = this.#request;
		const context = {
			isProtected: () => false,
			isPresent: (id: PackageId) => this.#given.has(id),
			isCandidate: (id: PackageId) => !this.#isRuledOut(id),
		};
		const choices = choicesInOrder(universe, need, context);
		const newest = choices.find(id => this.#newest(universe.nameOf(id)) === id);
		return newest ?? choices[0] ?? null;
	}

	/** Leaves out one requirement after the other and keeps those without which the rest can hold. */
	#minimise(origins: readonly number[]): readonly Requirement[] {
		// Later requirements first: what remains then hangs together from the request on.
		let core = [...new Set(origins)].sort((a, b) => a - b);
		for (const number of core.toReversed()) {
			const rest = core.filter(other => other !== number);
			const proof = this.#refute(rest);
			// The proof may use even less.
			if (proof !== null) core = core.filter(other => proof.has(other));
		}
		return core.flatMap(number => this.#requirements[number] ?? []);
	}

	/** The requirements used in showing that these cannot hold together; null if they can. */
	#refute(numbers: readonly number[]): ReadonlySet<number> | null {
		const search = new ClauseSearch();
		const variables = new Map<number, number>();
		for (const number of numbers) {
			const literals = (this.#clauses[number] ?? []).map(literal => {
				let variable = variables.get(literal >> 1);
				if (variable === undefined) {
					variable = search.addVariable();
					variables.set(literal >> 1, variable);
				}
				return (literal & 1) === 0 ? isTrue(variable) : isFalse(variable);
			});
			search.addClause(literals);
		}
		const outcome = search.run({
			choose: () => {
				for (const variable of variables.values()) if (search.valueOf(isTrue(variable)) === 0) return isFalse(variable);
				return null;
			},
			signal: this.#request.signal,
		});
		return outcome.kind === 'found' ? null : new Set(outcome.origins.flatMap(place => numbers[place] ?? []));
	}
}
