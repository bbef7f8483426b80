import type {Architecture, MultiArch} from '../package-index.ts';
import {writeSections} from './index-file.ts';
import {compileNames} from './name-table.ts';
import {firstRelationField, packagesFields, readPackages, type PackagesField} from './packages-reader.ts';
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

/** Compiles the Packages files of one suite into columns of numbers over a heap of strings. */
export function compileSuite(source: SuiteSource): CompiledSuite {
	const strings = new StringInterner();
	const relations = new RelationInterner(strings);
	const rows = new RowBuilder(source.architecture, strings, relations);
	let rejectedCount = 0;
	for (const bytes of source.packages) {
		readPackages(bytes, fields => {
			if (!rows.add(fields)) rejectedCount++;
		});
	}
	const sections = rows.finish();
	const names = compileNames(sections['name'] ?? noNumbers, sections['provides'] ?? noNumbers, strings, relations);
	const {offsets, heap} = strings.finish();
	const meta: SuiteMeta = {
		suite: source.suite,
		architecture: source.architecture,
		packageCount: rows.count,
		rejectedCount,
	};
	const all = {...sections, ...names, ...relations.sections(), stringOffsets: offsets, stringHeap: heap};
	return {meta, bytes: writeSections(meta, all)};
}

type Columns = Record<(typeof numberColumns)[number], Uint32Array> & {flags: Uint8Array; sha256: Uint8Array};

const noNumbers = new Uint32Array();
const largestNumber = 0xffff_ffff;
const hashBytes = 32;
const place = Object.fromEntries(packagesFields.map((name, index) => [name, index])) as Record<PackagesField, number>;

/** Collects packages as rows of number columns. */
class RowBuilder {
	count = 0;
	readonly #architecture: Architecture;
	readonly #strings: StringInterner;
	readonly #relations: RelationInterner;
	readonly #numbers: number[] = [];
	readonly #flags: number[] = [];
	readonly #sha256: string[] = [];

	constructor(architecture: Architecture, strings: StringInterner, relations: RelationInterner) {
		this.#architecture = architecture;
		this.#strings = strings;
		this.#relations = relations;
	}

	/** False for a paragraph without what planning relies on: it is left out. */
	add(fields: readonly string[]): boolean {
		const field = (name: PackagesField) => fields[place[name]] ?? '';
		const name = field('Package');
		const version = field('Version');
		const architecture = field('Architecture');
		const filename = field('Filename');
		const sha256 = field('SHA256');
		const size = wholeNumber(field('Size'));
		if (architecture !== 'all' && architecture !== this.#architecture) return false;
		if (name.length > 256 || !packageNamePattern.test(name) || !isVersion(version)) return false;
		if (size === null || !/^[0-9a-f]{64}$/.test(sha256) || !isSafeFilename(filename)) return false;

		const lists: number[] = [];
		for (let index = firstRelationField; index < packagesFields.length; index++) {
			const list = this.#relations.list(fields[index] ?? '');
			// A package whose relations cannot be read cannot be planned truthfully.
			if (list === null) return false;
			lists.push(list);
		}
		const strings = this.#strings;
		const nameNumber = strings.intern(name);
		const versionNumber = strings.intern(version);
		const source = field('Source');
		const {sourceName, sourceVersion} =
			source === '' ? {sourceName: name, sourceVersion: version} : splitSource(source, version);
		const pool = poolOf(filename, sourceName, name, version, architecture);
		this.#numbers.push(
			nameNumber,
			versionNumber,
			sourceName === name ? nameNumber : strings.intern(sourceName),
			sourceVersion === version ? versionNumber : strings.intern(sourceVersion),
			strings.intern(field('Section')),
			strings.intern(field('Priority')),
			strings.append(field('Description')),
			strings.intern(field('Maintainer')),
			strings.intern(field('Homepage')),
			pool === 0 ? strings.append(filename) : 0,
			size,
			wholeNumber(field('Installed-Size')) ?? 0,
			...lists,
		);
		this.#flags.push(
			(field('Essential') === 'yes' ? flag.essential : 0) |
				(architecture === 'all' ? flag.architectureAll : 0) |
				(Math.max(0, multiArchValues.indexOf(field('Multi-Arch') as MultiArch)) << flag.multiArchShift) |
				(pool << flag.poolShift),
		);
		this.#sha256.push(sha256);
		this.count++;
		return true;
	}

	/** The columns, rows sorted by name and within a name newest first. */
	finish(): Columns {
		const width = numberColumns.length;
		const order = this.#order();
		const columns = Object.fromEntries(
			numberColumns.map((name, column) => [
				name,
				Uint32Array.from(order, row => this.#numbers[row * width + column] ?? 0),
			]),
		) as Record<(typeof numberColumns)[number], Uint32Array>;
		const sha256 = Buffer.alloc(order.length * hashBytes);
		for (const [target, row] of order.entries()) sha256.write(this.#sha256[row] ?? '', target * hashBytes, 'hex');
		return {...columns, flags: Uint8Array.from(order, row => this.#flags[row] ?? 0), sha256};
	}

	#order(): Uint32Array {
		const width = numberColumns.length;
		const names: string[] = [];
		for (let row = 0; row < this.count; row++) names.push(this.#strings.text(this.#numbers[row * width] ?? 0));
		const version = (row: number) => this.#strings.text(this.#numbers[row * width + 1] ?? 0);
		return Uint32Array.from(names.keys()).sort((a, b) => {
			const [nameA = '', nameB = ''] = [names[a], names[b]];
			if (nameA !== nameB) return nameA < nameB ? -1 : 1;
			return compareVersions(version(b), version(a)) || a - b;
		});
	}
}

/** `Source: NAME` or `NAME (VERSION)` (deb-control(5)). */
function splitSource(text: string, version: string): {readonly sourceName: string; readonly sourceVersion: string} {
	const match = /^(\S+)(?:\s+\(([^()]+)\))?$/.exec(text);
	return {sourceName: match?.[1] ?? text, sourceVersion: match?.[2] ?? version};
}

/** The number of the pool whose usual file name this is, or 0. */
function poolOf(filename: string, source: string, name: string, version: string, architecture: string): number {
	for (let pool = 1; pool < pools.length; pool++) {
		const root = pools[pool] ?? '';
		if (filename.startsWith(root) && filename === poolFilename(root, source, name, version, architecture)) return pool;
	}
	return 0;
}

function wholeNumber(text: string): number | null {
	if (!/^\d{1,10}$/.test(text)) return null;
	const number = Number(text);
	return number <= largestNumber ? number : null;
}

/** Relative, without `..`, printable ASCII, nothing that means something else in an address than in a path. */
function isSafeFilename(filename: string): boolean {
	return (
		filename.length <= 1024 &&
		/^[!-~]+$/.test(filename) &&
		!/[?#\\%]/.test(filename) &&
		!/(?:^|\/)\.{0,2}(?:\/|$)/.test(filename)
	);
}
