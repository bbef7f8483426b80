import type {SbomPackage} from './sbom-packages.ts';

/**
 * The shortest path of dependencies from something that was asked for to a package: from an added package if there is
 * one, else from the starter. Null if the package is not there.
 */
export function pathTo(packages: readonly SbomPackage[], wanted: string): readonly SbomPackage[] | null {
	const byName = new Map(packages.map(entry => [entry.name, entry]));
	const target = byName.get(wanted);
	if (!target) return null;
	const needed = new Set(packages.flatMap(({dependencies}) => dependencies));
	const added = packages.filter(({role}) => role === 'added');
	const starter = packages.filter(({role, name}) => role === 'starter' && !needed.has(name));
	const own = target.role === 'starter' ? [starter, added] : [added, starter];
	for (const roots of own) {
		const path = shortestPath(byName, roots, wanted);
		if (path) return path;
	}
	return [target];
}

function shortestPath(
	byName: ReadonlyMap<string, SbomPackage>,
	roots: readonly SbomPackage[],
	wanted: string,
): readonly SbomPackage[] | null {
	const cameFrom = new Map<string, string | null>(roots.map(({name}) => [name, null]));
	const queue = roots.map(({name}) => name);
	for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
		if (name === wanted) {
			const path: SbomPackage[] = [];
			for (let at: string | null | undefined = name; at; at = cameFrom.get(at)) {
				const entry = byName.get(at);
				if (entry) path.unshift(entry);
			}
			return path;
		}
		for (const next of byName.get(name)?.dependencies ?? []) {
			if (cameFrom.has(next)) continue;
			cameFrom.set(next, name);
			queue.push(next);
		}
	}
	return null;
}
