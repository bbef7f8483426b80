import {createHash} from 'node:crypto';
import type {
	Architecture,
	PackageId,
	PackageIndex,
	PackageRecord,
	RelationField,
	RelationGroup,
	SuiteState,
} from '../package-index.ts';
import type {SuiteColumns} from './suite-columns.ts';
import {compareVersions} from './version.ts';

export interface ReleaseIndexParts {
	readonly release: string;
	readonly architecture: Architecture;
	/** The main suite first. `contentSha256` names the Packages files that the columns were compiled from. */
	readonly suites: readonly {
		readonly state: SuiteState;
		readonly columns: SuiteColumns;
		readonly contentSha256: string;
	}[];
}

/** Names the content of a release's suites, in their order. */
export function indexDigest(
	release: string,
	architecture: Architecture,
	suites: readonly {readonly suite: string; readonly contentSha256: string}[],
): string {
	const hash = createHash('sha256').update(`${release} ${architecture}\n`);
	for (const {suite, contentSha256} of suites) hash.update(`${suite} ${contentSha256}\n`);
	return `sha256:${hash.digest('hex')}`;
}

interface Segment {
	readonly columns: SuiteColumns;
	readonly first: PackageId;
	readonly end: PackageId;
	/** Rows by `id - first`; null where every row counts. */
	readonly rows: Uint32Array | null;
	/** Numbers by row, -1 for a row that stands in an earlier segment too; null as above. */
	readonly ids: Int32Array | null;
}

interface Provider {
	readonly id: PackageId;
	readonly version: string | null;
}

/**
 * The suites of a release as one index. A package file that several suites list (a security fix that a point release
 * took in) counts once, in the first of them.
 */
export class ReleaseIndex implements PackageIndex {
	readonly release: string;
	readonly architecture: Architecture;
	readonly suites: readonly SuiteState[];
	readonly digest: string;
	readonly packageCount: number;
	readonly #segments: readonly Segment[];
	readonly #named = new Map<string, readonly PackageId[]>();
	readonly #providers = new Map<string, readonly Provider[]>();
	#essential: readonly PackageId[] | null = null;

	constructor({release, architecture, suites}: ReleaseIndexParts) {
		this.release = release;
		this.architecture = architecture;
		this.suites = suites.map(suite => suite.state);
		this.digest = indexDigest(
			release,
			architecture,
			suites.map(({columns, contentSha256}) => ({suite: columns.suite, contentSha256})),
		);
		const segments: Segment[] = [];
		for (const {columns} of suites) segments.push(segmentOf(columns, segments));
		this.#segments = segments;
		this.packageCount = segments.at(-1)?.end ?? 0;
	}

	packagesNamed(name: string): readonly PackageId[] {
		const known = this.#named.get(name);
		if (known !== undefined) return known;
		const ids: PackageId[] = [];
		for (const segment of this.#segments) {
			const {start, end} = segment.columns.rowsNamed(name);
			for (let row = start; row < end; row++) pushId(ids, segment, row);
		}
		if (ids.length > 1) ids.sort((a, b) => compareVersions(this.versionOf(b), this.versionOf(a)) || a - b);
		this.#named.set(name, ids);
		return ids;
	}

	providersOf(name: string): readonly Provider[] {
		const known = this.#providers.get(name);
		if (known !== undefined) return known;
		const providers: Provider[] = [];
		for (const segment of this.#segments) {
			for (const {row, version} of segment.columns.providersOf(name)) {
				const id = idOf(segment, row);
				if (id >= 0) providers.push({id, version});
			}
		}
		this.#providers.set(name, providers);
		return providers;
	}

	/** The newest version of each package that is essential in it. */
	essentialPackages(): readonly PackageId[] {
		if (this.#essential !== null) return this.#essential;
		const names = new Set<string>();
		for (const {columns} of this.#segments) {
			for (let row = 0; row < columns.packageCount; row++) if (columns.isEssential(row)) names.add(columns.name(row));
		}
		const newest = [...names].sort().flatMap(name => this.packagesNamed(name).slice(0, 1));
		this.#essential = newest.filter(id => this.#read(id, (columns, row) => columns.isEssential(row)));
		return this.#essential;
	}

	nameOf(id: PackageId): string {
		const segment = this.#segmentOf(id);
		return segment.columns.name(rowOf(segment, id));
	}

	versionOf(id: PackageId): string {
		const segment = this.#segmentOf(id);
		return segment.columns.version(rowOf(segment, id));
	}

	summaryOf(id: PackageId): string {
		const segment = this.#segmentOf(id);
		return segment.columns.summary(rowOf(segment, id));
	}

	sectionOf(id: PackageId): string {
		const segment = this.#segmentOf(id);
		return segment.columns.section(rowOf(segment, id));
	}

	sourceOf(id: PackageId): string {
		const segment = this.#segmentOf(id);
		return segment.columns.source(rowOf(segment, id));
	}

	relationsOf(id: PackageId, field: RelationField): readonly RelationGroup[] {
		const segment = this.#segmentOf(id);
		return segment.columns.relations(rowOf(segment, id), field);
	}

	record(id: PackageId): PackageRecord {
		return this.#read(id, (columns, row) => columns.record(row));
	}

	#read<Value>(id: PackageId, read: (columns: SuiteColumns, row: number) => Value): Value {
		const segment = this.#segmentOf(id);
		return read(segment.columns, rowOf(segment, id));
	}

	#segmentOf(id: PackageId): Segment {
		for (const segment of this.#segments) if (id < segment.end && id >= segment.first) return segment;
		throw new RangeError(`The index of ${this.release} has no package ${id}.`);
	}
}

function segmentOf(columns: SuiteColumns, before: readonly Segment[]): Segment {
	const first = before.at(-1)?.end ?? 0;
	if (before.length === 0) return {columns, first, end: columns.packageCount, rows: null, ids: null};
	const rows: number[] = [];
	const ids = new Int32Array(columns.packageCount).fill(-1);
	for (let row = 0; row < columns.packageCount; row++) {
		if (before.some(segment => holdsFile(segment.columns, columns, row))) continue;
		ids[row] = first + rows.length;
		rows.push(row);
	}
	return {columns, first, end: first + rows.length, rows: Uint32Array.from(rows), ids};
}

/** Whether the columns list the same package file as that row of others. */
function holdsFile(columns: SuiteColumns, others: SuiteColumns, row: number): boolean {
	const {start, end} = columns.rowsNamed(others.name(row));
	for (let at = start; at < end; at++) if (columns.sha256(at) === others.sha256(row)) return true;
	return false;
}

function rowOf(segment: Segment, id: PackageId): number {
	return segment.rows === null ? id - segment.first : (segment.rows[id - segment.first] ?? -1);
}

/** -1 for a row that an earlier segment holds too. */
function idOf(segment: Segment, row: number): PackageId {
	return segment.ids === null ? segment.first + row : (segment.ids[row] ?? -1);
}

function pushId(ids: PackageId[], segment: Segment, row: number): void {
	const id = idOf(segment, row);
	if (id >= 0) ids.push(id);
}
