import type {PackageId} from '../../repository/package-index.ts';
import type {Universe} from './universe.ts';

/**
 * Dependencies before what depends on them. Packages that depend on each other in a circle stand together, within the
 * circle by Pre-Depends alone, then by name (dpkg breaks such circles in the same place: deb-control(5), Depends).
 */
export function inInstallationOrder(universe: Universe, packages: readonly PackageId[]): readonly PackageId[] {
	const compareNames = (a: PackageId, b: PackageId) => {
		const nameA = universe.node(a).name;
		const nameB = universe.node(b).name;
		return nameA < nameB ? -1 : nameA > nameB ? 1 : 0;
	};
	const sorted = [...new Set(packages)].sort(compareNames);
	const members = new Set(sorted);
	const targets = (id: PackageId, kinds: readonly string[]) => {
		const found = new Set<PackageId>();
		for (const need of universe.node(id).needs) {
			if (!kinds.includes(need.kind)) continue;
			for (const alternatives of need.targets)
				for (const target of alternatives) if (members.has(target)) found.add(target);
		}
		found.delete(id);
		return [...found].sort(compareNames);
	};
	const circles = stronglyConnected(sorted, id => targets(id, ['preDepends', 'depends']));
	return circles.flatMap(circle => {
		if (circle.length === 1) return circle;
		const inCircle = new Set(circle);
		const within = circle.toSorted(compareNames);
		return stronglyConnected(within, id => targets(id, ['preDepends']).filter(target => inCircle.has(target))).flat();
	});
}

/** Tarjan's strongly connected components (1972), each after those that it points to. Without recursion. */
export function stronglyConnected<T>(
	nodes: readonly T[],
	edgesOf: (node: T) => readonly T[],
): readonly (readonly T[])[] {
	const places = new Map<T, number>();
	const lows = new Map<T, number>();
	const open = new Set<T>();
	const stack: T[] = [];
	const components: T[][] = [];
	const enter = (node: T) => {
		places.set(node, places.size);
		lows.set(node, places.size - 1);
		open.add(node);
		stack.push(node);
		return {node, edges: edgesOf(node), next: 0};
	};
	for (const root of nodes) {
		if (places.has(root)) continue;
		const path = [enter(root)];
		for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
			const edge = frame.edges[frame.next++];
			if (edge !== undefined) {
				if (!places.has(edge)) path.push(enter(edge));
				else if (open.has(edge)) lower(lows, frame.node, places.get(edge));
				continue;
			}
			path.pop();
			const parent = path.at(-1);
			if (parent !== undefined) lower(lows, parent.node, lows.get(frame.node));
			if (lows.get(frame.node) !== places.get(frame.node)) continue;
			const component: T[] = [];
			for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
				open.delete(member);
				component.push(member);
				if (member === frame.node) break;
			}
			components.push(component);
		}
	}
	return components;
}

function lower<T>(lows: Map<T, number>, node: T, to: number | undefined): void {
	lows.set(node, Math.min(lows.get(node) ?? 0, to ?? Number.MAX_SAFE_INTEGER));
}
