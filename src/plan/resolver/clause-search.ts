import {throwIfCancelled} from '../../base/errors.ts';

/** A variable (from 0) asserted or denied: `2 * variable`, plus 1 for the denial. */
export type Literal = number;

export const isTrue = (variable: number): Literal => 2 * variable;
export const isFalse = (variable: number): Literal => 2 * variable + 1;
export const negationOf = (literal: Literal): Literal => literal ^ 1;
const variableOf = (literal: Literal): number => literal >> 1;

interface Clause {
	/** The first two are watched: both false only where the clause is unit or in conflict. */
	readonly literals: Literal[];
	/** Numbers of the given clauses that it follows from. */
	readonly origins: readonly number[];
}

export interface SearchSteps {
	/** Called once for each variable that becomes true, to add the clauses that matter only then. */
	readonly onTrue?: (variable: number) => void;
	/** The next assumption, or null where nothing is left to decide. */
	readonly choose: () => Literal | null;
	readonly signal?: AbortSignal | undefined;
}

export type SearchOutcome =
	| {readonly kind: 'found'}
	/** `origins`: the given clauses that were used in the proof. */
	| {readonly kind: 'impossible'; readonly origins: readonly number[]};

/**
 * Conflict-driven clause learning (Marques-Silva and Sakallah 1996; two watched literals as in Chaff), with clauses that
 * may be added while the search runs, and a proof: which given clauses cannot hold together.
 */
export class ClauseSearch {
	readonly #watches: Clause[][] = [];
	readonly #values: number[] = [];
	readonly #levels: number[] = [];
	readonly #reasons: (Clause | null)[] = [];
	/** For variables that hold without any assumption: the given clauses that say so. */
	readonly #proofs: (readonly number[] | undefined)[] = [];
	readonly #trail: Literal[] = [];
	readonly #levelStarts: number[] = [];
	readonly #reported: boolean[] = [];
	#propagated = 0;
	#conflict: Clause | null = null;
	#givenCount = 0;

	addVariable(): number {
		this.#watches.push([], []);
		this.#values.push(0);
		this.#levels.push(0);
		this.#reasons.push(null);
		this.#proofs.push(undefined);
		this.#reported.push(false);
		return this.#values.length - 1;
	}

	/** 1 where the literal holds, -1 where its negation does, 0 while undecided. */
	valueOf(literal: Literal): number {
		const value = this.#values[variableOf(literal)] ?? 0;
		return (literal & 1) === 0 ? value : -value;
	}

	/** Adds a clause, at any time. Returns its number, which a proof names. */
	addClause(literals: readonly Literal[]): number {
		const number = this.#givenCount++;
		this.#attach({literals: [...new Set(literals)], origins: [number]});
		return number;
	}

	run({onTrue, choose, signal}: SearchSteps): SearchOutcome {
		for (let steps = 0; ; steps++) {
			if (steps % 256 === 0) throwIfCancelled(signal);
			const conflict = this.#conflict ?? this.#propagate(onTrue);
			this.#conflict = null;
			if (conflict !== null) {
				// A unit clause that was added after it may have taken the search back already.
				if (conflict.literals.some(literal => this.valueOf(literal) >= 0)) continue;
				const origins = this.#resolveConflict(conflict);
				if (origins !== null) return {kind: 'impossible', origins};
				continue;
			}
			const assumption = choose();
			if (this.#conflict !== null) continue;
			if (assumption === null) return {kind: 'found'};
			this.#levelStarts.push(this.#trail.length);
			this.#assign(assumption, null);
		}
	}

	#attach(clause: Clause): void {
		const {literals} = clause;
		// Watch what is not false, then what became false last.
		const standing = (literal: Literal) =>
			this.valueOf(literal) >= 0 ? Number.MAX_SAFE_INTEGER : (this.#levels[variableOf(literal)] ?? 0);
		literals.sort((a, b) => standing(b) - standing(a));
		const [first, second] = literals;
		if (first !== undefined && second !== undefined) {
			this.#watches[first]?.push(clause);
			this.#watches[second]?.push(clause);
		}
		if (first === undefined || this.valueOf(first) < 0) this.#conflict ??= clause;
		else if (this.valueOf(first) === 0 && (second === undefined || this.valueOf(second) < 0)) {
			if (second === undefined) this.#backtrackTo(0);
			this.#assign(first, clause);
		}
	}

	#assign(literal: Literal, reason: Clause | null): void {
		const variable = variableOf(literal);
		this.#values[variable] = (literal & 1) === 0 ? 1 : -1;
		this.#levels[variable] = this.#levelStarts.length;
		this.#reasons[variable] = reason;
		if (reason !== null && this.#levelStarts.length === 0) this.#proofs[variable] = this.#proofOf(reason, variable);
		this.#trail.push(literal);
	}

	/** The given clauses from which a clause follows, with those behind its literals that hold without assumption. */
	#proofOf(clause: Clause, except: number): readonly number[] {
		const origins = new Set(clause.origins);
		for (const literal of clause.literals) {
			const variable = variableOf(literal);
			if (variable !== except) for (const origin of this.#proofs[variable] ?? []) origins.add(origin);
		}
		return [...origins];
	}

	#propagate(onTrue: ((variable: number) => void) | undefined): Clause | null {
		while (this.#propagated < this.#trail.length) {
			const literal = this.#trail[this.#propagated++];
			if (literal === undefined) break;
			const variable = variableOf(literal);
			if ((literal & 1) === 0 && onTrue !== undefined && this.#reported[variable] !== true) {
				this.#reported[variable] = true;
				const before = this.#propagated;
				onTrue(variable);
				if (this.#conflict !== null) return this.#conflict;
				// A new clause of one literal takes the search back to its root.
				if (this.#propagated < before) continue;
			}
			const conflict = this.#visit(negationOf(literal));
			if (conflict !== null) return conflict;
		}
		return null;
	}

	/** Looks at the clauses that watched a literal which is now false. */
	#visit(falsified: Literal): Clause | null {
		const watching = this.#watches[falsified] ?? [];
		const kept: Clause[] = [];
		let conflict: Clause | null = null;
		for (const [place, clause] of watching.entries()) {
			if (conflict !== null) {
				kept.push(...watching.slice(place));
				break;
			}
			const {literals} = clause;
			if (literals[0] === falsified) [literals[0], literals[1]] = [literals[1] ?? falsified, falsified];
			const other = literals[0] ?? falsified;
			const replacement =
				this.valueOf(other) > 0 ? -1 : literals.findIndex((literal, at) => at > 1 && this.valueOf(literal) >= 0);
			if (replacement > 1) {
				const watched = literals[replacement] ?? falsified;
				literals[replacement] = falsified;
				literals[1] = watched;
				this.#watches[watched]?.push(clause);
				continue;
			}
			kept.push(clause);
			if (this.valueOf(other) < 0) conflict = clause;
			else if (this.valueOf(other) === 0) this.#assign(other, clause);
		}
		this.#watches[falsified] = kept;
		return conflict;
	}

	/** Learns why, goes back to where that could have been known, and goes on; or returns the proof that there is no way. */
	#resolveConflict(conflict: Clause): readonly number[] | null {
		const levelOf = (literal: Literal) => this.#levels[variableOf(literal)] ?? 0;
		const level = Math.max(0, ...conflict.literals.map(levelOf));
		if (level === 0) return this.#proofOf(conflict, -1);
		this.#backtrackTo(level);
		const origins = new Set<number>();
		const seen = new Set<number>();
		const learned: Literal[] = [];
		let open = 0;
		const take = (clause: Clause, except: number) => {
			for (const origin of clause.origins) origins.add(origin);
			for (const literal of clause.literals) {
				const variable = variableOf(literal);
				if (variable === except || seen.has(variable)) continue;
				seen.add(variable);
				if (levelOf(literal) === level) open++;
				else if (levelOf(literal) > 0) learned.push(literal);
				else for (const origin of this.#proofs[variable] ?? []) origins.add(origin);
			}
		};
		take(conflict, -1);
		let at = this.#trail.length - 1;
		let pivot = -1;
		for (;;) {
			while (!seen.has(variableOf(this.#trail[at] ?? 0))) at--;
			pivot = this.#trail[at--] ?? 0;
			open--;
			const reason = this.#reasons[variableOf(pivot)] ?? null;
			if (open === 0 || reason === null) break;
			take(reason, variableOf(pivot));
		}
		this.#backtrackTo(Math.max(0, ...learned.map(levelOf)));
		this.#attach({literals: [negationOf(pivot), ...learned], origins: [...origins]});
		return null;
	}

	#backtrackTo(level: number): void {
		const start = this.#levelStarts[level];
		if (start === undefined) return;
		for (const literal of this.#trail.splice(start)) this.#values[variableOf(literal)] = 0;
		this.#levelStarts.length = level;
		this.#propagated = Math.min(this.#propagated, start);
	}
}
