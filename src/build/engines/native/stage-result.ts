/** What a stage made of its packages: `result.json`. Paths as in SegmentEntry. */
export interface StageResult {
	readonly format: number;
	/** Of `changes.data`. */
	readonly changesSha256: string;
	/** Of `diff`: see tree-fingerprint.ts. Null if only the result is kept. */
	readonly fingerprint: string | null;
	/** By SHA-256 of a package: paths of its segment that are not in the tree as the package has them. */
	readonly missing: Readonly<Record<string, readonly string[]>>;
	/** What scripts made or changed. Contents stand in `changes.data`. Sorted, hard links last. */
	readonly changes: readonly ChangedEntry[];
	/** Every folder that the stage made or touched, as it is in the end. Sorted. */
	readonly folders: readonly ChangedEntry[];
	/** Paths of lower stages that are gone, with all below them. Sorted. */
	readonly removed: readonly string[];
}

export interface ChangedEntry {
	readonly path: string;
	readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink';
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	readonly size: number;
	readonly mtime: number;
	readonly link: string;
	/** In `changes.data`. */
	readonly offset: number;
	readonly attributes?: Readonly<Record<string, string>>;
}

/** Changes whenever the same packages would come out differently: cached stages of older versions are not used. */
export const stageFormat = 5;
