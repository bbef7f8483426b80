import type {PackageId, PackageIndex} from '../../repository/package-index.ts';
import type {Families} from '../families/families.ts';
import type {Starter, StarterLine} from '../starter.ts';

/**
 * Families that belong to a starter's software: extensions of PHP, modules of nginx, libraries for Python. They need a
 * package of its, or something that only its packages provide (`phpapi-20240924`, `nginx-abi-1.26.3-1`).
 */
export class OwnFamilies {
	readonly #families: Families;
	readonly #known = new WeakMap<Starter, ReadonlySet<number>>();

	constructor(families: Families) {
		this.#families = families;
	}

	/** Of the most advanced line. Read once for a starter: a look at every package of a release, tens of milliseconds. */
	of(starter: Starter): ReadonlySet<number> {
		const known = this.#known.get(starter);
		if (known) return known;
		const [line] = starter.lines;
		const index = this.#families.packages.indexes.find(({release}) => release === line?.suite);
		const found = line && index ? this.#dependingOn(line, index) : new Set<number>();
		this.#known.set(starter, found);
		return found;
	}

	#dependingOn(line: StarterLine, index: PackageIndex): ReadonlySet<number> {
		const names = this.#namesOf(line, index);
		const found = new Set<number>();
		if (names.size === 0) return found;
		for (const [number, name] of this.#families.packages.names.entries()) {
			const [id] = index.packagesNamed(name);
			if (id === undefined) continue;
			const needsIt = index.relationsOf(id, 'depends').some(group => group.some(relation => names.has(relation.name)));
			const family = this.#families.familyNumbers[number];
			if (needsIt && family !== undefined) found.add(family);
		}
		return found;
	}

	/** What packages of that software name when they need it. Libraries do not count: others use them without it. */
	#namesOf(line: StarterLine, index: PackageIndex): ReadonlySet<string> {
		const [primary] = index.packagesNamed(line.primaryPackage);
		const family = this.#families.familyOf(line.primaryPackage);
		const names = new Set<string>(family === null ? [] : [family]);
		if (primary === undefined) return names;
		const source = index.sourceOf(primary);
		for (const name of this.#families.packages.names) {
			if (/^lib|-(?:doc|dbg|dev)$/u.test(name)) continue;
			for (const id of index.packagesNamed(name).slice(0, 1)) {
				if (index.sourceOf(id) !== source) continue;
				names.add(name);
				for (const provided of providedBy(index, id)) names.add(provided);
			}
		}
		return names;
	}
}

/** Names of an interface's version: what only the software itself provides, unlike `httpd` or `default-mta`. */
const providedBy = (index: PackageIndex, id: PackageId): readonly string[] =>
	index
		.relationsOf(id, 'provides')
		.flat()
		.map(({name}) => name)
		.filter(name => /\d{3}|abi|api/u.test(name));
