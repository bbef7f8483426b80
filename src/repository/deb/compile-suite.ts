import type {Architecture, MultiArch} from '../package-index.ts';
import {hashName, tableSizeFor} from './name-table.ts';
import {writeSections} from './index-file.ts';
import {
	firstRelationField,
	packagesFields,
	readPackages,
	relationFields,
	type PackagesField,
} from './packages-reader.ts';
import {packageNamePattern} from './relation.ts';
import {RelationInterner} from './relation-interner.ts';
import {StringInterner} from './string-heap.ts';
import {flag, multiArchValues, numberColumns, poolFilename, pools, type SuiteMeta} from './suite-layout.ts';
import {compareVersions, isVersion} from './version.ts';

export interface SuiteSource {
	readonly suite: string;
	readonly architecture: Architecture;
	/** Packages files: one, or the architecture's and that of `all`. */
	readonly packages: readonly Uint8Array[];
}

export interface CompiledSuite {
	readonly meta: SuiteMeta;
	readonly bytes: Uint8Array;
}

interface RawPackage {
	readonly name: string;
	readonly version: string;
	/** Numbers in the order of `numberColumns`. */
	readonly numbers: readonly number[];
	readonly flags: number;
	readonly sha256: string;
}

const largestSize = 0xffff_ffff;

/** Compiles the Packages files of one suite into columns of numbers over a heap of strings. */
export function compileSuite(source: SuiteSource): CompiledSuite {
	const strings = new StringInterner();
	const relations = new RelationInterner(strings);
	const packages: RawPackage[] = [];
	let rejectedCount = 0;
	for (const bytes of source.packages) {
		readPackages(bytes, fields => {
			const read = rawPackage(fields, source.architecture, strings, relations);
			if (read === null) rejectedCount++;
			else packages.push(read);
		});
	}
	packages.sort(byNameThenNewest);
	const meta: SuiteMeta = {
		suite: source.suite,
		architecture: source.architecture,
		packageCount: packages.length,
		rejectedCount,
	};
	// The name table interns too, so it comes before the heap.
	const sections = {
		...packageSections(packages),
		...relations.sections(),
		...nameSections(packages, strings, relations),
	};
	const {offsets, heap} = strings.finish();
	return {meta, bytes: writeSections(meta, {...sections, stringOffsets: offsets, stringHeap: heap})};
}

function rawPackage(
	fields: readonly string[],
	architecture: Architecture,
	strings: StringInterner,
	relations: RelationInterner,
): RawPackage | null {
	const field = (name: PackagesField) => fields[packagesFields.indexOf(name)] ?? '';
	const name = field('Package');
	const version = field('Version');
	const packageArchitecture = field('Architecture');
	const filename = field('Filename');
	const sha256 = field('SHA256').toLowerCase();
	const size = wholeNumber(field('Size'));
	if (packageArchitecture !== 'all' && packageArchitecture !== architecture) return null;
	if (name.length > 256 || !packageNamePattern.test(name) || !isVersion(version)) return null;
	if (size === null || !/^[0-9a-f]{64}$/.test(sha256) || !isSafeFilename(filename)) return null;

	const lists: number[] = [];
	for (let index = 0; index < relationFields.length; index++) {
		const list = relations.list(fields[firstRelationField + index] ?? '');
		// A package whose relations cannot be read cannot be planned truthfully.
		if (list === null) return null;
		lists.push(list);
	}

	const source = /^(\S+)(?:\s+\(([^()]+)\))?$/.exec(field('Source'));
	const sourceName = source?.[1] ?? name;
	const sourceVersion = source?.[2] ?? version;
	const pool = pools.findIndex(
		(root, index) => index > 0 && filename === poolFilename(root, sourceName, name, version, packageArchitecture),
	);
	const multiArch = Math.max(0, multiArchValues.indexOf(field('Multi-Arch') as MultiArch));
	return {
		name,
		version,
		numbers: [
			strings.intern(name),
			strings.intern(version),
			strings.intern(sourceName),
			strings.intern(sourceVersion),
			strings.intern(field('Section')),
			strings.intern(field('Priority')),
			strings.intern(field('Description')),
			strings.intern(field('Maintainer')),
			strings.intern(field('Homepage')),
			pool > 0 ? 0 : strings.intern(filename),
			size,
			wholeNumber(field('Installed-Size')) ?? 0,
			...lists,
		],
		flags:
			(field('Essential') === 'yes' ? flag.essential : 0) |
			(packageArchitecture === 'all' ? flag.architectureAll : 0) |
			(multiArch << flag.multiArchShift) |
			(Math.max(0, pool) << flag.poolShift),
		sha256,
	};
}

function wholeNumber(text: string): number | null {
	if (!/^\d{1,10}$/.test(text)) return null;
	const number = Number(text);
	return number <= largestSize ? number : null;
}

/** Relative, without `..`, printable ASCII: it becomes part of an address. */
function isSafeFilename(filename: string): boolean {
	return (
		/^[!-~]+$/.test(filename) &&
		!filename.startsWith('/') &&
		!/(?:^|\/)\.{0,2}(?:\/|$)/.test(filename) &&
		!/[?#\\%]/.test(filename)
	);
}

function byNameThenNewest(a: RawPackage, b: RawPackage): number {
	if (a.name !== b.name) return a.name < b.name ? -1 : 1;
	return compareVersions(b.version, a.version);
}

function packageSections(packages: readonly RawPackage[]): Record<string, Uint8Array | Uint32Array> {
	const columns = numberColumns.map(() => new Uint32Array(packages.length));
	const flags = new Uint8Array(packages.length);
	const sha256 = Buffer.alloc(packages.length * 32);
	for (const [row, one] of packages.entries()) {
		for (const [column, number] of one.numbers.entries()) {
			const array = columns[column];
			if (array !== undefined) array[row] = number;
		}
		flags[row] = one.flags;
		sha256.write(one.sha256, row * 32, 'hex');
	}
	return {
		...Object.fromEntries(numberColumns.map((name, column) => [name, columns[column] ?? new Uint32Array()])),
		flags,
		sha256,
	};
}

/** Every name that is a package's or provided, with its packages' run, its providers, and a hash table over all. */
function nameSections(
	packages: readonly RawPackage[],
	strings: StringInterner,
	relations: RelationInterner,
): Record<string, Uint32Array> {
	interface Entry {
		first: number;
		count: number;
		readonly providers: [number, number][];
	}
	const entries = new Map<string, Entry>();
	const entryOf = (name: string) => {
		let entry = entries.get(name);
		if (entry === undefined) entries.set(name, (entry = {first: 0, count: 0, providers: []}));
		return entry;
	};
	for (const [row, {name}] of packages.entries()) {
		const entry = entryOf(name);
		if (entry.count++ === 0) entry.first = row;
	}
	const providesColumn = numberColumns.indexOf('provides');
	for (const [row, one] of packages.entries()) {
		const seen = new Set<string>();
		for (const {name, version} of relations.provided(one.numbers[providesColumn] ?? 0)) {
			if (name === one.name || seen.has(`${name} ${version}`)) continue;
			seen.add(`${name} ${version}`);
			entryOf(name).providers.push([row, version === null ? 0 : strings.intern(version)]);
		}
	}
	const names = new Uint32Array(entries.size);
	const first = new Uint32Array(entries.size);
	const count = new Uint32Array(entries.size);
	const providerStart = new Uint32Array(entries.size + 1);
	const providers: number[] = [];
	const table = new Uint32Array(tableSizeFor(entries.size));
	let index = 0;
	for (const [name, entry] of entries) {
		names[index] = strings.intern(name);
		first[index] = entry.first;
		count[index] = entry.count;
		for (const [row, version] of entry.providers) providers.push(row, version);
		providerStart[index + 1] = providers.length / 2;
		let slot = hashName(name) & (table.length - 1);
		while (table[slot] !== 0) slot = (slot + 1) & (table.length - 1);
		table[slot] = ++index;
	}
	return {
		entryName: names,
		entryFirst: first,
		entryCount: count,
		entryProviders: providerStart,
		providers: Uint32Array.from(providers),
		nameTable: table,
	};
}
