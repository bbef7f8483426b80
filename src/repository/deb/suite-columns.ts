import type {Architecture, PackageRecord, Relation, RelationField, RelationGroup} from '../package-index.ts';
import {flag, multiArchValues, poolFilename, pools, relationFields, type SuiteMeta} from './suite-layout.ts';
import {readSections} from './index-file.ts';
import {hashName} from './name-table.ts';
import {operators} from './relation-interner.ts';
import {StringHeap} from './string-heap.ts';

const noGroups: readonly RelationGroup[] = [];

/** A run of rows, or of providers: `start` up to but not including `end`. */
export interface Run {
	readonly start: number;
	readonly end: number;
}

/**
 * One compiled suite, read in place: numbers come out of typed arrays, strings are decoded when asked for. Rows are
 * sorted by name, and within a name newest first.
 */
export class SuiteColumns {
	readonly suite: string;
	readonly architecture: Architecture;
	readonly packageCount: number;
	readonly rejectedCount: number;
	readonly #strings: StringHeap;
	readonly #name: Uint32Array;
	readonly #version: Uint32Array;
	readonly #summary: Uint32Array;
	readonly #section: Uint32Array;
	readonly #source: Uint32Array;
	readonly #sourceVersion: Uint32Array;
	readonly #priority: Uint32Array;
	readonly #maintainer: Uint32Array;
	readonly #homepage: Uint32Array;
	readonly #filename: Uint32Array;
	readonly #downloadSize: Uint32Array;
	readonly #installedKilobytes: Uint32Array;
	readonly #flags: Uint8Array;
	readonly #sha256: Uint8Array;
	readonly #relationColumns: ReadonlyMap<RelationField, Uint32Array>;
	readonly #listOffsets: Uint32Array;
	readonly #listData: Uint32Array;
	readonly #groupOffsets: Uint32Array;
	readonly #groupData: Uint32Array;
	readonly #entryName: Uint32Array;
	readonly #entryFirst: Uint32Array;
	readonly #entryCount: Uint32Array;
	readonly #entryProviders: Uint32Array;
	readonly #providers: Uint32Array;
	readonly #nameTable: Uint32Array;
	readonly #lists: (readonly RelationGroup[])[] = [];
	readonly #groups: RelationGroup[] = [];

	/** Throws `storage` if the bytes are no whole compiled suite. */
	constructor(bytes: Uint8Array) {
		const file = readSections(bytes);
		const meta = file.meta as SuiteMeta;
		this.suite = meta.suite;
		this.architecture = meta.architecture;
		this.packageCount = meta.packageCount;
		this.rejectedCount = meta.rejectedCount;
		this.#strings = new StringHeap(file.numbers('stringOffsets'), file.section('stringHeap'));
		this.#name = file.numbers('name');
		this.#version = file.numbers('version');
		this.#summary = file.numbers('summary');
		this.#section = file.numbers('section');
		this.#source = file.numbers('source');
		this.#sourceVersion = file.numbers('sourceVersion');
		this.#priority = file.numbers('priority');
		this.#maintainer = file.numbers('maintainer');
		this.#homepage = file.numbers('homepage');
		this.#filename = file.numbers('filename');
		this.#downloadSize = file.numbers('downloadSize');
		this.#installedKilobytes = file.numbers('installedKilobytes');
		this.#flags = file.section('flags');
		this.#sha256 = file.section('sha256');
		this.#relationColumns = new Map(relationFields.map(field => [field, file.numbers(field)]));
		this.#listOffsets = file.numbers('listOffsets');
		this.#listData = file.numbers('listData');
		this.#groupOffsets = file.numbers('groupOffsets');
		this.#groupData = file.numbers('groupData');
		this.#entryName = file.numbers('entryName');
		this.#entryFirst = file.numbers('entryFirst');
		this.#entryCount = file.numbers('entryCount');
		this.#entryProviders = file.numbers('entryProviders');
		this.#providers = file.numbers('providers');
		this.#nameTable = file.numbers('nameTable');
	}

	name(row: number): string {
		return this.#strings.get(at(this.#name, row));
	}

	version(row: number): string {
		return this.#strings.get(at(this.#version, row));
	}

	summary(row: number): string {
		return this.#strings.get(at(this.#summary, row));
	}

	section(row: number): string {
		return this.#strings.get(at(this.#section, row));
	}

	source(row: number): string {
		return this.#strings.get(at(this.#source, row));
	}

	isEssential(row: number): boolean {
		return (at(this.#flags, row) & flag.essential) !== 0;
	}

	sha256(row: number): string {
		return Buffer.from(this.#sha256.buffer, this.#sha256.byteOffset + row * 32, 32).toString('hex');
	}

	/** The same array for equal fields, every time. */
	relations(row: number, field: RelationField): readonly RelationGroup[] {
		const column = this.#relationColumns.get(field);
		const list = column === undefined ? 0 : at(column, row);
		return list === 0 ? noGroups : (this.#lists[list] ??= this.#decodeList(list));
	}

	record(row: number): PackageRecord {
		const flags = at(this.#flags, row);
		const name = this.name(row);
		const version = this.version(row);
		const source = this.source(row);
		const architecture = (flags & flag.architectureAll) === 0 ? this.architecture : 'all';
		const pool = pools[flags >> flag.poolShift] ?? '';
		return {
			name,
			version,
			architecture,
			multiArch: multiArchValues[(flags >> flag.multiArchShift) & 3] ?? 'no',
			essential: (flags & flag.essential) !== 0,
			priority: this.#strings.get(at(this.#priority, row)),
			section: this.section(row),
			source,
			sourceVersion: this.#strings.get(at(this.#sourceVersion, row)),
			maintainer: this.#strings.get(at(this.#maintainer, row)),
			homepage: this.#strings.get(at(this.#homepage, row)) || null,
			summary: this.summary(row),
			downloadSizeBytes: at(this.#downloadSize, row),
			installedSizeBytes: at(this.#installedKilobytes, row) * 1024,
			sha256: this.sha256(row),
			filename:
				pool === ''
					? this.#strings.get(at(this.#filename, row))
					: poolFilename(pool, source, name, version, architecture),
			suite: this.suite,
		};
	}

	/** The rows of a name, newest first. */
	rowsNamed(name: string): Run {
		const entry = this.#entryOf(name);
		if (entry < 0) return {start: 0, end: 0};
		const start = at(this.#entryFirst, entry);
		return {start, end: start + at(this.#entryCount, entry)};
	}

	/** Rows that provide a name, with the version that they provide or null. */
	providersOf(name: string): readonly {readonly row: number; readonly version: string | null}[] {
		const entry = this.#entryOf(name);
		if (entry < 0) return [];
		const found: {row: number; version: string | null}[] = [];
		for (let index = at(this.#entryProviders, entry); index < at(this.#entryProviders, entry + 1); index++) {
			const version = at(this.#providers, index * 2 + 1);
			found.push({row: at(this.#providers, index * 2), version: version === 0 ? null : this.#strings.get(version)});
		}
		return found;
	}

	#entryOf(name: string): number {
		const mask = this.#nameTable.length - 1;
		let slot = hashName(name) & mask;
		for (;;) {
			const entry = at(this.#nameTable, slot) - 1;
			if (entry < 0 || this.#strings.get(at(this.#entryName, entry)) === name) return entry;
			slot = (slot + 1) & mask;
		}
	}

	#decodeList(list: number): readonly RelationGroup[] {
		const groups: RelationGroup[] = [];
		for (let index = at(this.#listOffsets, list); index < at(this.#listOffsets, list + 1); index++) {
			const group = at(this.#listData, index);
			groups.push((this.#groups[group] ??= this.#decodeGroup(group)));
		}
		return groups;
	}

	#decodeGroup(group: number): RelationGroup {
		const relations: Relation[] = [];
		for (let index = at(this.#groupOffsets, group); index < at(this.#groupOffsets, group + 1); index++) {
			const version = this.#strings.get(at(this.#groupData, index * 4 + 3));
			relations.push({
				name: this.#strings.get(at(this.#groupData, index * 4)),
				qualifier: this.#strings.get(at(this.#groupData, index * 4 + 1)) || null,
				operator: operators[at(this.#groupData, index * 4 + 2)] ?? null,
				version: version === '' ? null : version,
			});
		}
		return relations;
	}
}

/** A number of a column; a row that is not there is a defect of the caller. */
function at(column: Uint32Array | Uint8Array, row: number): number {
	const value = column[row];
	if (value === undefined) throw new RangeError(`The index has no row ${row}.`);
	return value;
}
