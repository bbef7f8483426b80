import type {PackageId} from '../../repository/package-index.ts';
import {choicesInOrder} from './apt-choice.ts';
import type {ChoiceContext} from './apt-choice.ts';
import type {Need, PackageNode, Rejection, Universe} from './universe.ts';

/** Deeper than any chain of the archive; apt stops there too. */
const deepest = 3000;

/** What has been decided about one name. */
interface NameState {
	readonly name: string;
	/** The version that may be taken; null once it is out of the question. */
	candidate: PackageId | null;
	chosen: PackageId | null;
	/** Present before this planning began: the starter's choice, which nothing may change. */
	readonly isGiven: boolean;
	/** Decided for good: by the user's request, or as the only way to meet one. */
	isProtected: boolean;
	/** Came along as a dependency. */
	isAutomatic: boolean;
}

export interface MarkingRequest {
	readonly universe: Universe;
	/** Packages that are there already and stay as they are. */
	readonly given: readonly PackageId[];
	readonly roots: readonly PackageId[];
	/** Versions that replace the newest as candidate: pins. */
	readonly candidates?: ReadonlyMap<string, PackageId>;
}

/**
 * Chooses packages the way apt 2.6 marks them for `apt-get install --no-install-recommends`: depth first, the first
 * alternative that can be marked, and nothing is taken back but the package whose dependency failed. That is quick and
 * gives the set that Debian's users know, but it is neither complete nor always free of broken packages: the caller
 * checks the result, and searches where it does not hold.
 */
export function markLikeApt(request: MarkingRequest): readonly PackageId[] {
	const marking = new Marking(request);
	return marking.run(request.roots);
}

class Marking implements ChoiceContext {
	readonly #universe: Universe;
	readonly #states = new Map<string, NameState>();
	/** The same by package: versions of a name share a state. */
	readonly #stateById: (NameState | undefined)[] = [];
	readonly #candidates: ReadonlyMap<string, PackageId>;

	constructor({universe, given, roots, candidates}: MarkingRequest) {
		this.#universe = universe;
		const own = new Map(candidates);
		for (const id of roots) own.set(universe.node(id).name, id);
		this.#candidates = own;
		for (const id of given) {
			const {name} = universe.node(id);
			this.#states.set(name, {name, candidate: id, chosen: id, isGiven: true, isProtected: true, isAutomatic: false});
		}
	}

	run(roots: readonly PackageId[]): readonly PackageId[] {
		const states = roots.map(id => this.#stateOf(id)).filter(state => !state.isGiven);
		for (const state of states) {
			state.isProtected = true;
			state.chosen = state.candidate;
			state.isAutomatic = false;
		}
		// apt walks a set that is ordered by the place in its cache.
		states.sort((a, b) => this.#universe.compareFilePlaces(a.name, b.name));
		for (const state of states) this.#mark(state, 0, true);
		return this.#withoutLeftovers();
	}

	isProtected(id: PackageId): boolean {
		return this.#stateOf(id).isProtected;
	}

	isPresent(id: PackageId): boolean {
		const state = this.#stateOf(id);
		return state.isGiven && state.chosen === id;
	}

	isCandidate(id: PackageId): boolean {
		return this.#stateOf(id).candidate === id;
	}

	#stateOf(id: PackageId): NameState {
		const known = this.#stateById[id];
		if (known !== undefined) return known;
		const name = this.#universe.nameOf(id);
		let state = this.#states.get(name);
		if (state === undefined) {
			const candidate = this.#candidates.get(name) ?? this.#universe.newest(name);
			state = {name, candidate, chosen: null, isGiven: false, isProtected: false, isAutomatic: true};
			this.#states.set(name, state);
		}
		this.#stateById[id] = state;
		return state;
	}

	#isChosen(id: PackageId): boolean {
		return this.#stateOf(id).chosen === id;
	}

	#isMet(need: Need): boolean {
		return need.targets.some(targets => targets.some(id => this.#isChosen(id)));
	}

	#isBroken(node: PackageNode): boolean {
		return (
			node.needs.some(need => !this.#isMet(need)) ||
			node.rejections.some(({targets}) => targets.some(id => this.#isChosen(id)))
		);
	}

	/** Takes a package and what it needs. False if that failed; the package is then out of the question. */
	#mark(state: NameState, depth: number, byUser: boolean, withNeeds = true): boolean {
		if (state.isGiven) return state.chosen !== null;
		if (depth > deepest) return false;
		if (!byUser && state.chosen === null && state.isProtected) return false;
		if (state.candidate === null) return false;
		const node = this.#universe.node(state.candidate);
		if (!state.isProtected && state.chosen !== null && !this.#isBroken(node)) return true;
		if (withNeeds && !this.#isThinkable(node)) {
			if (!state.isProtected) state.candidate = null;
			return false;
		}
		const wasProtected = state.isProtected;
		const failsEarly = !wasProtected && !byUser;
		let hasFailed = false;

		const needs = withNeeds ? node.needs.filter(need => wasProtected || !this.#isMet(need)) : [];
		const rejections = withNeeds
			? node.rejections.filter(({targets}) => wasProtected || targets.some(id => this.#isChosen(id)))
			: [];
		if (!this.#reject(rejections, wasProtected, byUser)) {
			if (failsEarly) return false;
			hasFailed = true;
		}
		if (state.chosen === null || !wasProtected) {
			if (state.chosen === null) state.isAutomatic = !byUser;
			state.chosen = state.candidate;
		}
		if (!withNeeds) return !hasFailed;

		state.isProtected = true;
		const met = this.#meetAll(needs, depth, wasProtected, byUser);
		state.isProtected = wasProtected;
		if (met) return !hasFailed;
		if (failsEarly) {
			state.chosen = null;
			state.candidate = null;
		}
		return false;
	}

	/** Whether every need could be met by some candidate, looking one step ahead. */
	#isThinkable(node: PackageNode): boolean {
		return node.needs.every(need =>
			need.targets.some(targets => targets.some(id => this.isCandidate(id) || this.#isChosen(id))),
		);
	}

	/** Puts what a package rejects out of the question, where that is allowed. */
	#reject(rejections: readonly Rejection[], wasProtected: boolean, byUser: boolean): boolean {
		let succeeded = true;
		for (const {targets} of rejections) {
			for (const id of targets) {
				const state = this.#stateOf(id);
				if (state.candidate !== id) continue;
				if (state.isGiven || (state.chosen !== null && state.isProtected)) {
					succeeded = false;
					if (!wasProtected && !byUser) return false;
					continue;
				}
				state.chosen = null;
				if (wasProtected) {
					state.candidate = null;
					state.isProtected = true;
				}
			}
		}
		return succeeded;
	}

	#meetAll(needs: readonly Need[], depth: number, wasProtected: boolean, byUser: boolean): boolean {
		let succeeded = true;
		for (const need of needs) {
			if (this.#meet(need, depth, wasProtected)) continue;
			succeeded = false;
			if (!wasProtected && !byUser) break;
		}
		return succeeded;
	}

	#meet(need: Need, depth: number, wasProtected: boolean): boolean {
		const isMet = this.#isMet(need);
		if (isMet && !wasProtected) return true;
		// What has been ruled out for good is no solution.
		const choices = choicesInOrder(this.#universe, need, this).filter(id => {
			const state = this.#stateOf(id);
			return !(state.isProtected && state.chosen === null);
		});
		const only = choices.length === 1 ? choices[0] : undefined;
		if (isMet) {
			// The only way to meet a request is as firm as the request.
			if (only === undefined) return true;
			const state = this.#stateOf(only);
			if (state.isProtected) return true;
			state.isProtected = true;
			return this.#mark(state, depth + 1, false);
		}
		for (const id of choices) {
			const state = this.#stateOf(id);
			if (state.candidate !== id) continue;
			if (wasProtected && only !== undefined) {
				if (!this.#mark(state, depth + 1, false, false)) continue;
				state.isProtected = true;
			}
			if (this.#mark(state, depth + 1, false)) return true;
		}
		return false;
	}

	/** Drops what was taken for a package that failed later, as apt's automatic removal does. */
	#withoutLeftovers(): readonly PackageId[] {
		const kept = new Set<PackageId>();
		const queue: PackageId[] = [];
		const keep = (id: PackageId) => {
			if (kept.has(id) || !this.#isChosen(id)) return;
			kept.add(id);
			queue.push(id);
		};
		for (const state of this.#states.values()) {
			if (state.chosen !== null && (!state.isAutomatic || state.isGiven)) keep(state.chosen);
		}
		for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
			for (const need of this.#universe.node(id).needs) for (const targets of need.targets) targets.forEach(keep);
			for (const group of this.#universe.index.relationsOf(id, 'recommends')) {
				for (const relation of group) this.#universe.targetsOf(relation).forEach(keep);
			}
		}
		return [...kept].filter(id => !this.#stateOf(id).isGiven);
	}
}
