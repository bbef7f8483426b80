import {throwIfCancelled} from '../../base/errors.ts';
import type {PackageId, PackageIndex} from '../../repository/package-index.ts';
import {markLikeApt} from './apt-marking.ts';
import {choicesInOrder} from './apt-choice.ts';
import {inInstallationOrder} from './installation-order.ts';
import {searchPackages} from './package-search.ts';
import type {Requirement, RootRequest} from './requirement.ts';
import {universeOf} from './universe.ts';
import type {Universe} from './universe.ts';
import {firstViolation} from './violation.ts';

export interface ResolveRequest {
	readonly index: PackageIndex;
	readonly roots: readonly RootRequest[];
	/** Packages that are there already, in this index. They stay exactly as they are. */
	readonly given?: readonly PackageId[];
	readonly signal?: AbortSignal | undefined;
}

export type Resolution =
	| {
			readonly kind: 'ok';
			/** What comes beside the given packages, in the order of installation. */
			readonly packages: readonly PackageId[];
			/** `marking`: what apt's own algorithm finds · `search`: it finds nothing that holds, the complete search did. */
			readonly by: 'marking' | 'search';
	  }
	| {
			readonly kind: 'conflict';
			/** A smallest set of requirements that cannot hold together, the request first. */
			readonly core: readonly Requirement[];
	  };

/**
 * Packages that satisfy Depends, Pre-Depends, Conflicts and Breaks together with all roots. No Recommends. The set is
 * apt's where apt finds one; where it does not, the search finds one if there is any, and else proves that there is none.
 * Throws only `cancelled`.
 */
export function resolve({index, roots, given = [], signal}: ResolveRequest): Resolution {
	throwIfCancelled(signal);
	const universe = universeOf(index);
	const wanted = roots.map(root => ({request: root, targets: targetsOfRoot(universe, root)}));
	// Each of these is a conflict by itself; together they are mended in one go.
	const missing = wanted.filter(({targets}) => targets.length === 0);
	if (missing.length > 0) {
		return {kind: 'conflict', core: missing.map(({request}) => ({kind: 'root', root: request, targets: []}))};
	}
	const candidates = new Map<string, PackageId>();
	for (const {request, targets} of wanted) {
		const [target] = targets;
		if (request.version !== null && target !== undefined) candidates.set(request.name, target);
	}
	const firsts = [...new Set(wanted.flatMap(({targets}) => targets.slice(0, 1)))];
	const marked = markLikeApt({universe, given, roots: firsts, candidates});
	if (firstViolation(universe, [...given, ...marked], firsts) === null) {
		return {kind: 'ok', packages: inInstallationOrder(universe, marked), by: 'marking'};
	}
	throwIfCancelled(signal);
	const search = (older: boolean) => searchPackages({universe, given, roots: wanted, candidates, older, signal});
	const newest = search(false);
	if (newest.kind === 'found') return found(universe, newest.packages);
	const any = search(true);
	if (any.kind === 'found') return found(universe, any.packages);
	// The proof over the newest versions alone is a true one too, for `newest-only` is a requirement; the shorter tells more.
	return {kind: 'conflict', core: newest.core.length < any.core.length ? newest.core : any.core};
}

function found(universe: Universe, packages: readonly PackageId[]): Resolution {
	return {kind: 'ok', packages: inInstallationOrder(universe, packages), by: 'search'};
}

/** The versions that a root may be, best first. A name that is only provided is met by its providers, in apt's order. */
function targetsOfRoot(universe: Universe, {name, version}: RootRequest): readonly PackageId[] {
	const real = universe.index.packagesNamed(name);
	if (version !== null) return real.filter(id => universe.index.versionOf(id) === version);
	if (real.length > 0) return real;
	const relation = {name, qualifier: null, operator: null, version: null};
	const need = {kind: 'depends', group: [relation], targets: [universe.targetsOf(relation)]} as const;
	const isCandidate = (id: PackageId) => universe.newest(universe.index.nameOf(id)) === id;
	return choicesInOrder(universe, need, {isProtected: () => false, isPresent: () => false, isCandidate});
}
