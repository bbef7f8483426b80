import type {PackageId} from '../../repository/package-index.ts';
import type {Requirement} from './requirement.ts';
import type {Universe} from './universe.ts';

/** The first thing that does not hold in a set of packages; null where all does. */
export function firstViolation(
	universe: Universe,
	packages: readonly PackageId[],
	roots: readonly PackageId[] = [],
): Requirement | null {
	const present = new Set(packages);
	for (const id of roots) {
		if (present.has(id)) continue;
		const {name, version} = universe.node(id);
		return {kind: 'root', root: {name, version, origin: 'added'}, targets: [id]};
	}
	const byName = new Map<string, PackageId>();
	for (const id of present) {
		const {name, needs, rejections} = universe.node(id);
		const other = byName.get(name);
		if (other !== undefined) return {kind: 'single-version', package: id, other};
		byName.set(name, id);
		for (const need of needs) {
			if (!need.targets.some(targets => targets.some(target => present.has(target))))
				return {kind: 'need', package: id, need};
		}
		for (const rejection of rejections) {
			for (const target of rejection.targets) {
				if (present.has(target)) return {kind: 'rejection', package: id, rejection, target};
			}
		}
	}
	return null;
}
