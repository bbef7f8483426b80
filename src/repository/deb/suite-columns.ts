import type {Architecture, PackageRecord, Relation, RelationField, RelationGroup} from '../package-index.ts';
import {flag, multiArchValues, poolFilename, pools, relationFields, type SuiteMeta} from './suite-layout.ts';
import type {SectionFile} from './index-file.ts';
import {hashName} from './name-table.ts';
import type {PagedBytes, PagedNumbers} from './paged-section.ts';
import {operators} from './relation-interner.ts';
import {StringHeap} from './string-heap.ts';

const noGroups: readonly RelationGroup[] = [];

/** A run of rows, or of providers: `start` up to but not including `end`. */
export interface Run {
	readonly start: number;
	readonly end: number;
}

/**
 * One compiled suite, read in place: its file's pages are read, and strings decoded, when they are asked for. Rows are
 * sorted by name, and within a name newest first.
 */
export class SuiteColumns {
	readonly suite: string;
	readonly architecture: Architecture;
	readonly packageCount: number;
	readonly rejectedCount: number;
	readonly #strings: StringHeap;
	readonly #name: PagedNumbers;
	readonly #version: PagedNumbers;
	readonly #summary: PagedNumbers;
	readonly #section: PagedNumbers;
	readonly #source: PagedNumbers;
	readonly #sourceVersion: PagedNumbers;
	readonly #priority: PagedNumbers;
	readonly #maintainer: PagedNumbers;
	readonly #homepage: PagedNumbers;
	readonly #filename: PagedNumbers;
	readonly #downloadSize: PagedNumbers;
	readonly #installedKilobytes: PagedNumbers;
	readonly #flags: Uint8Array;
	readonly #sha256: PagedBytes;
	readonly #relationColumns: ReadonlyMap<RelationField, PagedNumbers>;
	readonly #listOffsets: PagedNumbers;
	readonly #listData: PagedNumbers;
	readonly #groupOffsets: PagedNumbers;
	readonly #groupData: PagedNumbers;
	readonly #entryName: PagedNumbers;
	readonly #entryFirst: PagedNumbers;
	readonly #entryCount: PagedNumbers;
	readonly #entryProviders: PagedNumbers;
	readonly #providers: PagedNumbers;
	readonly #nameTable: PagedNumbers;
	readonly #lists: (readonly RelationGroup[])[] = [];
	readonly #groups: RelationGroup[] = [];

	/** Throws `storage` if the file is no whole compiled suite. */
	constructor(file: SectionFile) {
		const meta = file.meta as SuiteMeta;
		this.suite = meta.suite;
		this.architecture = meta.architecture;
		this.packageCount = meta.packageCount;
		this.rejectedCount = meta.rejectedCount;
		this.#strings = new StringHeap(file.pagedNumbers('stringOffsets'), file.pagedBytes('stringHeap'));
		this.#name = file.pagedNumbers('name');
		this.#version = file.pagedNumbers('version');
		this.#summary = file.pagedNumbers('summary');
		this.#section = file.pagedNumbers('section');
		this.#source = file.pagedNumbers('source');
		this.#sourceVersion = file.pagedNumbers('sourceVersion');
		this.#priority = file.pagedNumbers('priority');
		this.#maintainer = file.pagedNumbers('maintainer');
		this.#homepage = file.pagedNumbers('homepage');
		this.#filename = file.pagedNumbers('filename');
		this.#downloadSize = file.pagedNumbers('downloadSize');
		this.#installedKilobytes = file.pagedNumbers('installedKilobytes');
		this.#flags = file.section('flags');
		this.#sha256 = file.pagedBytes('sha256');
		this.#relationColumns = new Map(relationFields.map(field => [field, file.pagedNumbers(field)]));
		this.#listOffsets = file.pagedNumbers('listOffsets');
		this.#listData = file.pagedNumbers('listData');
		this.#groupOffsets = file.pagedNumbers('groupOffsets');
		this.#groupData = file.pagedNumbers('groupData');
		this.#entryName = file.pagedNumbers('entryName');
		this.#entryFirst = file.pagedNumbers('entryFirst');
		this.#entryCount = file.pagedNumbers('entryCount');
		this.#entryProviders = file.pagedNumbers('entryProviders');
		this.#providers = file.pagedNumbers('providers');
		this.#nameTable = file.pagedNumbers('nameTable');
	}

	name(row: number): string {
		return this.#strings.get(this.#name.at(row));
	}

	version(row: number): string {
		return this.#strings.get(this.#version.at(row));
	}

	summary(row: number): string {
		return this.#strings.get(this.#summary.at(row));
	}

	section(row: number): string {
		return this.#strings.get(this.#section.at(row));
	}

	source(row: number): string {
		return this.#strings.get(this.#source.at(row));
	}

	isEssential(row: number): boolean {
		return (this.#flag(row) & flag.essential) !== 0;
	}

	sha256(row: number): string {
		return this.#sha256.text(row * 32, (row + 1) * 32, 'hex');
	}

	/** The same array for equal fields, every time. */
	relations(row: number, field: RelationField): readonly RelationGroup[] {
		const column = this.#relationColumns.get(field);
		const list = column === undefined ? 0 : column.at(row);
		return list === 0 ? noGroups : (this.#lists[list] ??= this.#decodeList(list));
	}

	record(row: number): PackageRecord {
		const flags = this.#flag(row);
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
			priority: this.#strings.get(this.#priority.at(row)),
			section: this.section(row),
			source,
			sourceVersion: this.#strings.get(this.#sourceVersion.at(row)),
			maintainer: this.#strings.get(this.#maintainer.at(row)),
			homepage: this.#strings.get(this.#homepage.at(row)) || null,
			summary: this.summary(row),
			downloadSizeBytes: this.#downloadSize.at(row),
			installedSizeBytes: this.#installedKilobytes.at(row) * 1024,
			sha256: this.sha256(row),
			filename:
				pool === ''
					? this.#strings.get(this.#filename.at(row))
					: poolFilename(pool, source, name, version, architecture),
			suite: this.suite,
		};
	}

	/** The rows of a name, newest first. */
	rowsNamed(name: string): Run {
		const entry = this.#entryOf(name);
		if (entry < 0) return {start: 0, end: 0};
		const start = this.#entryFirst.at(entry);
		return {start, end: start + this.#entryCount.at(entry)};
	}

	/** Rows that provide a name, with the version that they provide or null. */
	providersOf(name: string): readonly {readonly row: number; readonly version: string | null}[] {
		const entry = this.#entryOf(name);
		if (entry < 0) return [];
		const found: {row: number; version: string | null}[] = [];
		for (let index = this.#entryProviders.at(entry); index < this.#entryProviders.at(entry + 1); index++) {
			const version = this.#providers.at(index * 2 + 1);
			found.push({row: this.#providers.at(index * 2), version: version === 0 ? null : this.#strings.get(version)});
		}
		return found;
	}

	#flag(row: number): number {
		const flags = this.#flags[row];
		if (flags === undefined) throw new RangeError(`The index has no row ${row}.`);
		return flags;
	}

	#entryOf(name: string): number {
		const mask = this.#nameTable.length - 1;
		let slot = hashName(name) & mask;
		for (;;) {
			const entry = this.#nameTable.at(slot) - 1;
			if (entry < 0 || this.#strings.get(this.#entryName.at(entry)) === name) return entry;
			slot = (slot + 1) & mask;
		}
	}

	#decodeList(list: number): readonly RelationGroup[] {
		const groups: RelationGroup[] = [];
		for (let index = this.#listOffsets.at(list); index < this.#listOffsets.at(list + 1); index++) {
			const group = this.#listData.at(index);
			groups.push((this.#groups[group] ??= this.#decodeGroup(group)));
		}
		return groups;
	}

	#decodeGroup(group: number): RelationGroup {
		const relations: Relation[] = [];
		for (let index = this.#groupOffsets.at(group); index < this.#groupOffsets.at(group + 1); index++) {
			const version = this.#strings.get(this.#groupData.at(index * 4 + 3));
			relations.push({
				name: this.#strings.get(this.#groupData.at(index * 4)),
				qualifier: this.#strings.get(this.#groupData.at(index * 4 + 1)) || null,
				operator: operators[this.#groupData.at(index * 4 + 2)] ?? null,
				version: version === '' ? null : version,
			});
		}
		return relations;
	}
}
