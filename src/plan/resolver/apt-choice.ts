import type {PackageId} from '../../repository/package-index.ts';
import type {Need, Universe} from './universe.ts';

/** What the order of providers depends on beside their own facts. */
export interface ChoiceContext {
	isProtected(id: PackageId): boolean;
	isPresent(id: PackageId): boolean;
	/** Whether this version is the one that may be taken of its name. */
	isCandidate(id: PackageId): boolean;
}

/**
 * The packages that may meet a need, in the order in which apt 2.6 tries them: those present before new ones, then the
 * alternatives as written; within one, the real package before providers, Essential, higher priority, and last the one
 * that apt's cache met latest.
 */
export function choicesInOrder(universe: Universe, need: Need, context: ChoiceContext): readonly PackageId[] {
	const present: PackageId[] = [];
	const others: PackageId[] = [];
	for (const [place, targets] of need.targets.entries()) {
		const wanted = need.group[place]?.name ?? '';
		const usable = targets.filter(id => context.isCandidate(id));
		if (usable.length > 1) usable.sort((a, b) => compareProviders(universe, wanted, a, b, context));
		for (const id of usable) (context.isPresent(id) ? present : others).push(id);
	}
	const all = [...present, ...others];
	// Only neighbours, as apt does: whether a package is the only solution decides what it protects.
	return all.filter((id, place) => id !== all[place - 1]);
}

function compareProviders(
	universe: Universe,
	wanted: string,
	a: PackageId,
	b: PackageId,
	context: ChoiceContext,
): number {
	const first = (holdsForA: boolean, holdsForB: boolean) => (holdsForA === holdsForB ? 0 : holdsForA ? -1 : 1);
	const nodeA = universe.node(a);
	const nodeB = universe.node(b);
	return (
		first(context.isProtected(a), context.isProtected(b)) ||
		first(context.isPresent(a), context.isPresent(b)) ||
		first(nodeA.name === wanted, nodeB.name === wanted) ||
		first(nodeA.essential, nodeB.essential) ||
		nodeA.priority - nodeB.priority ||
		universe.compareFilePlaces(nodeB.name, nodeA.name)
	);
}
