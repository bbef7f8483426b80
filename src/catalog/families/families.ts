import type {PackageId, PackageIndex} from '../../repository/package-index.ts';
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
	/** Versions that names bear, by package number. */
	readonly tokens: ReadonlyMap<number, string>;
}

/** All package families of some releases. Numbers are dense, from 0, in the families' alphabetical order. */
export class Families {
	/** Names, in alphabetical order. */
	readonly names: readonly string[];
	readonly packages: PackagesByName;
	/** Family by package number. */
	readonly familyNumbers: Uint32Array;
	/** Versions that names bear, by package number. */
	readonly tokens: ReadonlyMap<number, string>;
	#numbers: ReadonlyMap<string, number> | null = null;
	/** Package numbers, by family: from #starts[f] to #starts[f + 1]. */
	readonly #members: Uint32Array;
	readonly #starts: Uint32Array;

	constructor({packages, names, familyOf, tokens}: FamiliesParts) {
		this.packages = packages;
		this.names = names;
		this.familyNumbers = familyOf;
		this.tokens = tokens;
		this.#starts = new Uint32Array(this.names.length + 1);
		for (const family of this.familyNumbers) this.#starts[family + 1] = (this.#starts[family + 1] ?? 0) + 1;
		for (let at = 0; at < this.names.length; at++) {
			this.#starts[at + 1] = (this.#starts[at + 1] ?? 0) + (this.#starts[at] ?? 0);
		}
		const next = this.#starts.slice();
		this.#members = new Uint32Array(familyOf.length);
		for (const [number, family] of this.familyNumbers.entries()) {
			const at = next[family] ?? 0;
			this.#members[at] = number;
			next[family] = at + 1;
		}
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
		return this.#numberByName().get(family) ?? null;
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
		return this.tokens.get(packageNumber) ?? null;
	}

	/** Newest first by the versions that the names bear; names without one last. */
	members(family: string): readonly FamilyMember[] {
		const number = this.#numberByName().get(family);
		return number === undefined ? [] : this.membersAt(number);
	}

	membersAt(family: number): readonly FamilyMember[] {
		const members = Array.from(this.memberNumbers(family), number => ({
			name: this.packages.names[number] ?? '',
			token: this.tokenOf(number),
			versions: versionsOf(this.packages, number),
		}));
		return members.sort((a, b) => compareTokens(b.token ?? '', a.token ?? '') || (a.name < b.name ? -1 : 1));
	}

	#numberByName(): ReadonlyMap<string, number> {
		return (this.#numbers ??= new Map(this.names.map((name, number) => [name, number])));
	}
}
