import type {PackageId, PackageIndex} from '../../repository/package-index.ts';
import {lowerBound} from '../sorted-list.ts';
import type {IndexesByRelease} from '../starter.ts';

/** Every package name of the indexes once, with the newest version that each release has of it. */
export interface PackagesByName {
	/** In the order of the indexes: oldest release first is not promised. */
	readonly indexes: readonly PackageIndex[];
	readonly names: readonly string[];
	/** By name × release: the newest version's ID, or -1. */
	readonly ids: Int32Array;
	numberOf(name: string): number | undefined;
}

export function packagesByName(indexes: IndexesByRelease): PackagesByName {
	const all = [...indexes.values()];
	const numbers = new Map<string, number>();
	const names: string[] = [];
	const rows: number[] = [];
	for (const [column, index] of all.entries()) {
		for (let id = 0; id < index.packageCount; id++) {
			const name = index.nameOf(id);
			let number = numbers.get(name);
			if (number === undefined) {
				number = names.length;
				numbers.set(name, number);
				names.push(name);
				for (let at = 0; at < all.length; at++) rows.push(-1);
			}
			const cell = number * all.length + column;
			// A second version is rare: only then is it asked which is newer.
			rows[cell] = rows[cell] === -1 ? id : (index.packagesNamed(name)[0] ?? id);
		}
	}
	return {indexes: all, names, ids: Int32Array.from(rows), numberOf: name => numbers.get(name)};
}

/**
 * The same from a list of names that was read before.
 *
 * @param order the names' numbers in their alphabetical order
 */
export function packagesFromList(
	indexes: readonly PackageIndex[],
	names: readonly string[],
	ids: Int32Array,
	order: Uint32Array,
): PackagesByName {
	const sorted = {length: order.length, at: (place: number) => names[order[place] ?? 0] ?? ''};
	return {
		indexes,
		names,
		ids,
		numberOf: name => {
			const place = lowerBound(sorted, name);
			return place < sorted.length && sorted.at(place) === name ? order[place] : undefined;
		},
	};
}

/** What `packagesFromList` asks for. */
export function alphabeticalOrder(names: readonly string[]): Uint32Array {
	return Uint32Array.from(names.keys()).sort((a, b) => ((names[a] ?? '') < (names[b] ?? '') ? -1 : 1));
}

export interface PackageVersion {
	readonly index: PackageIndex;
	readonly id: PackageId;
}

/** The newest version of a name in each release that has it. */
export function versionsOf({indexes, ids}: PackagesByName, number: number): readonly PackageVersion[] {
	const versions: PackageVersion[] = [];
	for (let column = 0; column < indexes.length; column++) {
		const id = ids[number * indexes.length + column] ?? -1;
		const index = indexes[column];
		if (id >= 0 && index !== undefined) versions.push({index, id});
	}
	return versions;
}
