import type {LinePlan} from './plan.ts';

/** The path by which a package came in. */
export interface WhyPath {
	/** Where it begins: the user's wish, the starter, or Debian's rule that Essential packages are always there. */
	readonly root: 'added' | 'starter' | 'essential';
	/** From the root to the package, both included. */
	readonly packages: readonly string[];
}

/**
 * The shortest path of dependencies to a package; null if the plan does not have it. Added packages come before the
 * starter's, and paths within the image before those through packages that are only there while configuring.
 */
export function why({packages, starterRoots = []}: LinePlan, name: string): WhyPath | null {
	const byName = new Map(packages.map(entry => [entry.name, entry]));
	const target = byName.get(name);
	if (target === undefined) return null;
	// What else needs it tells less than that it cannot be left out.
	if (target.essential && (target.role === 'starter' || target.role === 'build-only')) {
		return {root: 'essential', packages: [name]};
	}
	const added = packages.filter(({role}) => role === 'added').map(entry => entry.name);
	const starter = starterRoots.flatMap(root => {
		// A root that is only provided has no package of its name.
		const entry = byName.get(root);
		return entry === undefined ? [] : [entry.name];
	});
	const essential = packages.filter(entry => entry.essential).map(entry => entry.name);
	const groups = [
		{root: 'added', names: added},
		{root: 'starter', names: starter},
		{root: 'essential', names: essential},
	] as const;
	const inImage = (other: string) => byName.get(other)?.inImage === true;
	const scopes = target.inImage ? [inImage, () => true] : [() => true];
	for (const isAllowed of scopes) {
		for (const {root, names} of target.inStarter && target.role !== 'added'
			? [...groups.slice(1), ...groups]
			: groups) {
			const path = shortestPath(names.filter(isAllowed), name, from =>
				(byName.get(from)?.dependencies ?? []).filter(isAllowed),
			);
			if (path !== null) return {root, packages: path};
		}
	}
	return null;
}

function shortestPath(
	starts: readonly string[],
	end: string,
	next: (name: string) => readonly string[],
): readonly string[] | null {
	const cameFrom = new Map<string, string | null>(starts.map(start => [start, null]));
	const queue = [...starts];
	for (const name of queue) {
		if (name === end) break;
		for (const other of next(name)) {
			if (cameFrom.has(other)) continue;
			cameFrom.set(other, name);
			queue.push(other);
		}
	}
	if (!cameFrom.has(end)) return null;
	const path: string[] = [];
	for (let at: string | null = end; at !== null; at = cameFrom.get(at) ?? null) path.unshift(at);
	return path;
}
