import type {RelationInterner} from './relation-interner.ts';
import type {StringInterner} from './string-heap.ts';

/** FNV-1a over the characters of a name; names are ASCII. */
export function hashName(name: string): number {
	let hash = 0x811c9dc5;
	for (let index = 0; index < name.length; index++) {
		hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
	}
	// The low bits choose the slot: fold the high ones in.
	return (hash ^ (hash >>> 15)) >>> 0;
}

/**
 * Every name that a package bears or provides: its run of rows, its providers, and an open-addressing hash table that
 * finds it.
 *
 * @param names the column of names, equal ones in one run
 * @param provides the column of Provides lists
 */
export function compileNames(
	names: Uint32Array,
	provides: Uint32Array,
	strings: StringInterner,
	relations: RelationInterner,
): Record<string, Uint32Array> {
	/** Entry of a string, plus one. */
	const entryOfString = new Uint32Array(strings.size);
	const entryName: number[] = [];
	const entryOf = (name: number) => {
		const known = entryOfString[name] ?? 0;
		if (known !== 0) return known - 1;
		entryOfString[name] = entryName.push(name);
		return entryName.length - 1;
	};
	for (const name of names) entryOf(name);
	const provided: {readonly entry: number; readonly row: number; readonly version: number}[] = [];
	/** Row that provided an entry last, plus one, and with which version: Provides fields name things twice. */
	const lastRow: number[] = [];
	const lastVersion: number[] = [];
	for (let row = 0; row < provides.length; row++) {
		const list = provides[row] ?? 0;
		if (list === 0) continue;
		relations.eachProvided(list, (name, version) => {
			const entry = entryOf(name);
			if (name === names[row] || (lastRow[entry] === row + 1 && lastVersion[entry] === version)) return;
			lastRow[entry] = row + 1;
			lastVersion[entry] = version;
			provided.push({entry, row, version});
		});
	}

	const entryFirst = new Uint32Array(entryName.length);
	const entryCount = new Uint32Array(entryName.length);
	for (let row = names.length - 1; row >= 0; row--) {
		const entry = entryOf(names[row] ?? 0);
		entryFirst[entry] = row;
		entryCount[entry] = (entryCount[entry] ?? 0) + 1;
	}
	// Sorting is stable: within a name, providers stay in the order of rows.
	provided.sort((a, b) => a.entry - b.entry);
	const entryProviders = new Uint32Array(entryName.length + 1);
	for (const {entry} of provided) entryProviders[entry + 1] = (entryProviders[entry + 1] ?? 0) + 1;
	for (let entry = 0; entry < entryName.length; entry++) {
		entryProviders[entry + 1] = (entryProviders[entry + 1] ?? 0) + (entryProviders[entry] ?? 0);
	}

	const nameTable = new Uint32Array(tableSizeFor(entryName.length));
	for (const [entry, name] of entryName.entries()) {
		let slot = hashName(strings.text(name)) & (nameTable.length - 1);
		while (nameTable[slot] !== 0) slot = (slot + 1) & (nameTable.length - 1);
		nameTable[slot] = entry + 1;
	}
	return {
		entryName: Uint32Array.from(entryName),
		entryFirst,
		entryCount,
		entryProviders,
		providers: Uint32Array.from(provided.flatMap(({row, version}) => [row, version])),
		nameTable,
	};
}

/** Slots of a table that is at most three quarters full: a power of two. */
function tableSizeFor(entries: number): number {
	let size = 16;
	while (size * 3 < entries * 4) size *= 2;
	return size;
}
