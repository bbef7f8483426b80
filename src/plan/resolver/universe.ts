import type {PackageId, PackageIndex, PackageRecord, Relation, RelationGroup} from '../../repository/package-index.ts';
import {satisfies} from '../../repository/deb/version.ts';

/** A Depends or Pre-Depends: one of the targets of one of its alternatives has to be there. */
export interface Need {
	readonly kind: 'preDepends' | 'depends';
	readonly group: RelationGroup;
	/** For each alternative, the packages that satisfy it: real ones newest first, then providers. */
	readonly targets: readonly (readonly PackageId[])[];
}

/** A Conflicts or Breaks: none of the targets may be there. Never the package itself or another version of it. */
export interface Rejection {
	readonly kind: 'conflicts' | 'breaks';
	readonly relation: Relation;
	readonly targets: readonly PackageId[];
}

/** A package version with its relations looked up. Made once per index and kept. */
export interface PackageNode {
	readonly id: PackageId;
	readonly name: string;
	readonly version: string;
	readonly record: PackageRecord;
	readonly essential: boolean;
	/** required 1 … extra 5, as apt counts. */
	readonly priority: number;
	/** Pre-Depends first, then Depends, each in the order of its field: the order in which apt walks them. */
	readonly needs: readonly Need[];
	readonly rejections: readonly Rejection[];
}

const priorities: Readonly<Record<string, number>> = {required: 1, important: 2, standard: 3, optional: 4, extra: 5};
const noPackages: readonly PackageId[] = [];

interface FilePlace {
	readonly suite: number;
	readonly source: string;
}

const nowhere: FilePlace = {suite: -1, source: ''};

/**
 * An index as the resolver reads it: relations resolved to packages and interned, so that planning again while the user
 * moves the cursor decodes nothing twice.
 */
export class Universe {
	readonly index: PackageIndex;
	readonly #nodes: (PackageNode | undefined)[] = [];
	readonly #names: (string | undefined)[] = [];
	readonly #targets = new Map<string, readonly PackageId[]>();
	readonly #essential: ReadonlySet<string>;
	readonly #filePlaces = new Map<string, FilePlace>();
	readonly #suites: readonly string[];

	constructor(index: PackageIndex) {
		this.index = index;
		this.#suites = index.suites.map(({suite}) => suite);
		this.#essential = new Set(index.essentialPackages().map(id => index.nameOf(id)));
	}

	/** Names of all Essential packages, sorted. */
	get essentialNames(): readonly string[] {
		return [...this.#essential].sort();
	}

	node(id: PackageId): PackageNode {
		return (this.#nodes[id] ??= this.#makeNode(id));
	}

	/** Without making a node: for the many packages that are only compared. */
	nameOf(id: PackageId): string {
		return (this.#names[id] ??= this.index.nameOf(id));
	}

	/** The newest version of a name: what apt calls the candidate. */
	newest(name: string): PackageId | null {
		return this.index.packagesNamed(name)[0] ?? null;
	}

	/** Every package version that satisfies one alternative. */
	targetsOf(relation: Relation): readonly PackageId[] {
		const {name, qualifier, operator, version} = relation;
		const key = `${name}:${qualifier ?? ''} ${operator ?? ''} ${version ?? ''}`;
		let found = this.#targets.get(key);
		if (found === undefined) {
			found = this.#findTargets(relation);
			this.#targets.set(key, found);
		}
		return found;
	}

	/**
	 * Which of two names comes first in the Packages files: negative for the first. Debian's archive writes them by source,
	 * then by name; the suites follow each other. Between providers that are equal in all else apt prefers the one that its
	 * cache met last, which is this order but for names that are mentioned long before they come.
	 */
	compareFilePlaces(a: string, b: string): number {
		const placeA = this.#filePlace(a);
		const placeB = this.#filePlace(b);
		return placeA.suite - placeB.suite || compareText(placeA.source, placeB.source) || compareText(a, b);
	}

	#filePlace(name: string): FilePlace {
		let place = this.#filePlaces.get(name);
		if (place === undefined) {
			const {index} = this;
			const places = index.packagesNamed(name).map(id => ({
				suite: this.#suites.indexOf(this.node(id).record.suite),
				source: index.sourceOf(id),
			}));
			place = places.reduce((first, other) => (other.suite < first.suite ? other : first), places[0] ?? nowhere);
			this.#filePlaces.set(name, place);
		}
		return place;
	}

	#findTargets({name, qualifier, operator, version}: Relation): readonly PackageId[] {
		const {index} = this;
		// One architecture: `:native` and the index's own mean the same as no qualifier; any other cannot be met.
		const isAny = qualifier === 'any';
		if (qualifier !== null && !isAny && qualifier !== 'native' && qualifier !== index.architecture) return noPackages;
		const holds = (offered: string | null) =>
			operator === null || version === null || (offered !== null && satisfies(offered, operator, version));
		// `NAME:any` is met by `Multi-Arch: allowed` packages only (deb-control(5)).
		const fitsQualifier = (id: PackageId) => !isAny || this.node(id).record.multiArch === 'allowed';
		const found: PackageId[] = [];
		for (const id of index.packagesNamed(name)) {
			if (holds(index.versionOf(id)) && fitsQualifier(id)) found.push(id);
		}
		for (const provider of index.providersOf(name)) {
			// An unversioned Provides never satisfies a versioned relation (deb-control(5)).
			if (holds(provider.version) && fitsQualifier(provider.id) && !found.includes(provider.id))
				found.push(provider.id);
		}
		return found;
	}

	#makeNode(id: PackageId): PackageNode {
		const {index} = this;
		const record = index.record(id);
		const needsOf = (kind: Need['kind']) => this.#needsOf(id, kind);
		const rejectionsOf = (kind: Rejection['kind']) => this.#rejectionsOf(id, kind);
		let needs: readonly Need[] | null = null;
		let rejections: readonly Rejection[] | null = null;
		return {
			id,
			name: record.name,
			version: record.version,
			record,
			essential: this.#essential.has(record.name),
			priority: priorities[record.priority] ?? 0,
			// Lazy: most packages are only ever looked at as one of many providers.
			get needs() {
				return (needs ??= [...needsOf('preDepends'), ...needsOf('depends')]);
			},
			get rejections() {
				return (rejections ??= [...rejectionsOf('conflicts'), ...rejectionsOf('breaks')]);
			},
		};
	}

	#needsOf(id: PackageId, kind: Need['kind']): readonly Need[] {
		return this.index
			.relationsOf(id, kind)
			.map(group => ({kind, group, targets: group.map(relation => this.targetsOf(relation))}));
	}

	#rejectionsOf(id: PackageId, kind: Rejection['kind']): readonly Rejection[] {
		const own = this.nameOf(id);
		return this.index.relationsOf(id, kind).flatMap(group =>
			group.map(relation => ({
				kind,
				relation,
				targets: this.targetsOf(relation).filter(target => this.nameOf(target) !== own),
			})),
		);
	}
}

const universes = new WeakMap<PackageIndex, Universe>();

/** The universe of an index, made once. */
export function universeOf(index: PackageIndex): Universe {
	let universe = universes.get(index);
	if (universe === undefined) {
		universe = new Universe(index);
		universes.set(index, universe);
	}
	return universe;
}

function compareText(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
