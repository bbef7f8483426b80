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

/** All package families of some releases. Numbers are dense, from 0, in the families' alphabetical order. */
export class Families {
	/** Names, in alphabetical order. */
	readonly names: readonly string[];
	readonly packages: PackagesByName;
	readonly #numbers: ReadonlyMap<string, number>;
	/** By package number. */
	readonly #familyOf: Uint32Array;
	readonly #tokens: ReadonlyMap<number, string>;
	/** Package numbers, by family: from #starts[f] to #starts[f + 1]. */
	readonly #members: Uint32Array;
	readonly #starts: Uint32Array;

	constructor(packages: PackagesByName, familyNames: readonly string[], tokens: ReadonlyMap<number, string>) {
		this.packages = packages;
		this.#tokens = tokens;
		this.names = [...new Set(familyNames)].sort();
		const numbers = new Map(this.names.map((name, number) => [name, number]));
		this.#numbers = numbers;
		this.#familyOf = Uint32Array.from(familyNames, name => numbers.get(name) ?? 0);
		this.#starts = new Uint32Array(this.names.length + 1);
		for (const family of this.#familyOf) this.#starts[family + 1] = (this.#starts[family + 1] ?? 0) + 1;
		for (let at = 0; at < this.names.length; at++) {
			this.#starts[at + 1] = (this.#starts[at + 1] ?? 0) + (this.#starts[at] ?? 0);
		}
		const next = this.#starts.slice();
		this.#members = new Uint32Array(familyNames.length);
		for (const [number, family] of this.#familyOf.entries()) {
			const at = next[family] ?? 0;
			this.#members[at] = number;
			next[family] = at + 1;
		}
	}

	/** The family of a package; null for a name that no index has. */
	familyOf(packageName: string): string | null {
		const number = this.packages.numberOf(packageName);
		return number === undefined ? null : (this.names[this.#familyOf[number] ?? 0] ?? null);
	}

	/** The family's number for a package; null for a name that no index has. */
	numberOfPackage(packageName: string): number | null {
		const number = this.packages.numberOf(packageName);
		return number === undefined ? null : (this.#familyOf[number] ?? null);
	}

	/** Null where there is no such family. */
	numberOf(family: string): number | null {
		return this.#numbers.get(family) ?? null;
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
		return this.#tokens.get(packageNumber) ?? null;
	}

	/** Newest first by the versions that the names bear; names without one last. */
	members(family: string): readonly FamilyMember[] {
		const number = this.#numbers.get(family);
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
}
