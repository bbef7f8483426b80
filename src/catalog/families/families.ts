import type {PackageId, PackageIndex} from '../../repository/package-index.ts';
import {lowerBound} from '../sorted-list.ts';
import {compareTokens} from './version-token.ts';
import type {PackagesByName} from './packages-by-name.ts';
import {versionsOf} from './packages-by-name.ts';

/** A package of a family: one name, in one or more releases. */
export interface FamilyMember {
	readonly name: string;
	/** The version that the name bears: `8.4`; null where it bears none. */
	readonly token: string | null;
	/** Newest version in each release that has it. */
	readonly versions: readonly {readonly index: PackageIndex; readonly id: PackageId}[];
}

export interface FamiliesParts {
	readonly packages: PackagesByName;
	/** Names of families, in alphabetical order. */
	readonly names: readonly string[];
	/** Family by package number. */
	readonly familyOf: Uint32Array;
	readonly tokens: VersionTokens;
}

/** Versions that names bear: `texts[i]` is that of the package `owners[i]`; owners ascend. */
export interface VersionTokens {
	readonly owners: Uint32Array;
	readonly texts: readonly string[];
}

/** All package families of some releases. Numbers are dense, from 0, in the families' alphabetical order. */
export class Families {
	/** Names, in alphabetical order. */
	readonly names: readonly string[];
	readonly packages: PackagesByName;
	/** Family by package number. */
	readonly familyNumbers: Uint32Array;
	readonly tokens: VersionTokens;
	/** Package numbers, by family: from #starts[f] to #starts[f + 1]. */
	readonly #members: Uint32Array;
	readonly #starts: Uint32Array;

	constructor({packages, names, familyOf, tokens}: FamiliesParts) {
		this.packages = packages;
		this.names = names;
		this.familyNumbers = familyOf;
		this.tokens = tokens;
		const starts = new Uint32Array(names.length + 1);
		for (let number = 0; number < familyOf.length; number++) {
			const after = (familyOf[number] ?? 0) + 1;
			starts[after] = (starts[after] ?? 0) + 1;
		}
		for (let at = 0; at < names.length; at++) starts[at + 1] = (starts[at + 1] ?? 0) + (starts[at] ?? 0);
		const next = starts.slice();
		const members = new Uint32Array(familyOf.length);
		for (let number = 0; number < familyOf.length; number++) {
			const family = familyOf[number] ?? 0;
			const at = next[family] ?? 0;
			members[at] = number;
			next[family] = at + 1;
		}
		this.#starts = starts;
		this.#members = members;
	}

	/** The family of a package; null for a name that no index has. */
	familyOf(packageName: string): string | null {
		const number = this.packages.numberOf(packageName);
		return number === undefined ? null : (this.names[this.familyNumbers[number] ?? 0] ?? null);
	}

	/** The family's number for a package; null for a name that no index has. */
	numberOfPackage(packageName: string): number | null {
		const number = this.packages.numberOf(packageName);
		return number === undefined ? null : (this.familyNumbers[number] ?? null);
	}

	/** Null where there is no such family. */
	numberOf(family: string): number | null {
		const at = lowerBound(this.names, family);
		return this.names[at] === family ? at : null;
	}

	/** Package numbers of a family's members. */
	memberNumbers(family: number): Uint32Array {
		return this.#members.subarray(this.#starts[family], this.#starts[family + 1]);
	}

	/** The newest version of a package in each release that has it. */
	versionsAt(packageNumber: number): FamilyMember['versions'] {
		return versionsOf(this.packages, packageNumber);
	}

	/** The version that a package's name bears; null for a name without one, and for a name that no index has. */
	tokenOfName(packageName: string): string | null {
		const number = this.packages.numberOf(packageName);
		return number === undefined ? null : this.tokenOf(number);
	}

	tokenOf(packageNumber: number): string | null {
		const {owners, texts} = this.tokens;
		const at = lowerBound(owners, packageNumber);
		return owners[at] === packageNumber ? (texts[at] ?? null) : null;
	}

	/** Newest first by the versions that the names bear; names without one last. */
	members(family: string): readonly FamilyMember[] {
		const number = this.numberOf(family);
		return number === null ? [] : this.membersAt(number);
	}

	membersAt(family: number): readonly FamilyMember[] {
		const members = Array.from(this.memberNumbers(family), number => ({
			name: this.packages.names[number] ?? '',
			token: this.tokenOf(number),
			versions: versionsOf(this.packages, number),
		}));
		if (members.length < 2) return members;
		return members.sort((a, b) => compareTokens(b.token ?? '', a.token ?? '') || (a.name < b.name ? -1 : 1));
	}
}
