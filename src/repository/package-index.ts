/** What the rest of Slipway sees of a package repository. `deb/` makes it; later `apk/` will make the same. */

export type Architecture = 'amd64' | 'arm64';

/** A package of one index: dense numbers from 0. Meaningless in any other index. */
export type PackageId = number;

export type RelationOperator = '<<' | '<=' | '=' | '>=' | '>>';

/** One alternative of a relation: `libc6 (>= 2.38)`, `python3:any`. */
export interface Relation {
	readonly name: string;
	/** `any`, `native` or an architecture; null without qualifier (deb-control(5)). */
	readonly qualifier: string | null;
	readonly operator: RelationOperator | null;
	readonly version: string | null;
}

/** Alternatives, in the order of the field; one of them has to hold. */
export type RelationGroup = readonly Relation[];

export type RelationField = 'preDepends' | 'depends' | 'recommends' | 'conflicts' | 'breaks' | 'replaces' | 'provides';

export type MultiArch = 'no' | 'same' | 'foreign' | 'allowed';

/** The facts of one package version, as its index states them. */
export interface PackageRecord {
	readonly name: string;
	readonly version: string;
	/** `all`, or the index's architecture. */
	readonly architecture: Architecture | 'all';
	readonly multiArch: MultiArch;
	readonly essential: boolean;
	readonly priority: string;
	readonly section: string;
	/** Source package, with its version where it differs from the binary's. */
	readonly source: string;
	readonly sourceVersion: string;
	readonly maintainer: string;
	readonly homepage: string | null;
	/** First line of the description. */
	readonly summary: string;
	readonly downloadSizeBytes: number;
	readonly installedSizeBytes: number;
	/** SHA-256 of the package file, lowercase hex. */
	readonly sha256: string;
	/** Path below the archive's root, as in the index: `pool/main/…`. */
	readonly filename: string;
	/** The suite that holds it: `trixie`, `trixie-updates`, `trixie-security`. */
	readonly suite: string;
}

/** What is known of one suite that an index was made from. */
export interface SuiteState {
	readonly suite: string;
	/** Root of the archive without a trailing slash; no credentials. */
	readonly uri: string;
	/** ISO 8601, from its Release file. */
	readonly date: string;
	readonly validUntil: string | null;
	/** SHA-256 of the verified InRelease file. */
	readonly inReleaseSha256: string;
}

/** All packages of a release (its main, updates and security suites) for one architecture, compiled for reading. */
export interface PackageIndex {
	readonly release: string;
	readonly architecture: Architecture;
	readonly suites: readonly SuiteState[];
	/** Names the state of the repository: equal digests mean equal content. */
	readonly digest: string;
	readonly packageCount: number;

	/** Versions of a real package, newest first; empty if there is none. */
	packagesNamed(name: string): readonly PackageId[];
	/** Packages that provide a name, without those that bear it. A version only for a versioned Provides. */
	providersOf(name: string): readonly {readonly id: PackageId; readonly version: string | null}[];
	essentialPackages(): readonly PackageId[];

	// Columns, cheap enough for loops over every package.
	nameOf(id: PackageId): string;
	versionOf(id: PackageId): string;
	summaryOf(id: PackageId): string;
	sectionOf(id: PackageId): string;
	sourceOf(id: PackageId): string;
	relationsOf(id: PackageId, field: RelationField): readonly RelationGroup[];
	record(id: PackageId): PackageRecord;
}

/** Progress of work on the repository. `totalBytes` is null until it is known. */
export interface TransferProgress {
	readonly kind: 'download' | 'verify' | 'compile';
	/** Suite or package. */
	readonly what: string;
	readonly doneBytes: number;
	readonly totalBytes: number | null;
}

export interface RefreshedSuite {
	readonly suite: string;
	readonly architecture: Architecture;
	/** `unavailable`: the suite is not used, because it does not exist (yet) or was refused, and no cached state stands in. */
	readonly outcome: 'unchanged' | 'updated' | 'offline' | 'unavailable';
	/** Why the cached state was kept (offline), or why there is none (unavailable); else null or a remark. */
	readonly reason: string | null;
	/** Null exactly if unavailable. */
	readonly state: SuiteState | null;
	readonly downloadedBytes: number;
	readonly packageCount: number;
}

export interface RefreshOptions {
	readonly releases?: readonly string[];
	readonly architectures?: readonly Architecture[];
	readonly onProgress?: (progress: TransferProgress) => void;
	readonly signal?: AbortSignal;
}

/** A package file to fetch. */
export interface PackageSource {
	readonly name: string;
	readonly version: string;
	readonly suite: string;
	readonly filename: string;
	readonly sha256: string;
	readonly downloadSizeBytes: number;
}

export interface FetchOptions {
	readonly onProgress?: (done: {readonly doneBytes: number; readonly totalBytes: number}) => void;
	readonly signal?: AbortSignal;
}

/** A configured mirror with everything that was downloaded from it. */
export interface PackageRepository {
	/** Releases that it knows, newest first by Debian's order: `forky`, `trixie`, `bookworm`. */
	readonly releases: readonly string[];
	/** Downloads, verifies and compiles what changed. Throws `network` or `verification` only if no usable state is left. */
	refresh(options?: RefreshOptions): Promise<readonly RefreshedSuite[]>;
	/** The compiled index. Throws `not-found` with the hint to run `slipway update`. */
	openIndex(release: string, architecture: Architecture): Promise<PackageIndex>;
	/** The digest that an index would have, without opening it; null where there is none. */
	indexDigest(release: string, architecture: Architecture): Promise<string | null>;
	/** Package files on disk, verified by SHA-256, by that hash. Cached; a damaged cached file is fetched anew. */
	fetchPackages(packages: readonly PackageSource[], options?: FetchOptions): Promise<ReadonlyMap<string, string>>;
}
