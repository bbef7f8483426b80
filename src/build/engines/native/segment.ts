import {openSealed, sealJson} from '../../../base/sealed-json.ts';
import type {TarKind} from '../../../image/tar/tar-entry.ts';

/**
 * A package, turned once into a form that costs nothing to use again: `cache/segments/SHA256/` holds
 *   package.deb   the same package without compression, for dpkg;
 *   segment.json  what this file describes;
 *   member.gz     its files as normalised tar entries, one gzip member of a layer, with member.json.
 */
export interface Segment {
	/** SHA-256 of the package file. */
	readonly sha256: string;
	/** SHA-256 of `package.deb`. */
	readonly debSha256: string;
	readonly debBytes: number;
	readonly package: string;
	readonly version: string;
	/** The control file, as it is. */
	readonly control: string;
	/** Members of its control archive: `postinst`, `md5sums` … */
	readonly controlFiles: readonly ControlFile[];
	/** Lines of its list of configuration files: deb-conffiles(5). */
	readonly conffiles: readonly string[];
	/** Where its data archive stands in `package.deb`. */
	readonly data: {readonly offset: number; readonly sizeBytes: number};
	readonly md5sums: string;
	/** Whether its postinst gives files capabilities, which neither size nor time shows. */
	readonly setsCapabilities: boolean;
	/** Pre-Depends of the control file: for each alternative group, its names. */
	readonly preDepends: readonly (readonly string[])[];
	/** Newest time of any member, in seconds. */
	readonly newestMtime: number;
	/** Sorted by path; a hard link behind the file it names. */
	readonly entries: readonly SegmentEntry[];
}

/** A member of a package's control archive, with the place of its content in `package.deb`. */
export interface ControlFile {
	readonly name: string;
	readonly mode: number;
	readonly mtime: number;
	readonly offset: number;
	readonly size: number;
}

/** A file, folder or link of an image, with the place of its content on disk. */
export interface SegmentEntry {
	/** Below the root, without a slash at either end, in the merged-/usr layout: `usr/bin/env`. */
	readonly path: string;
	readonly kind: Extract<TarKind, 'file' | 'directory' | 'symlink' | 'hardlink'>;
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	readonly size: number;
	readonly mtime: number;
	/** Target of a symbolic link as it is, of a hard link as a path like the entry's own. */
	readonly link: string;
	/** Where the content stands in `package.deb`. */
	readonly offset: number;
	readonly attributes?: Readonly<Record<string, string>>;
}

/** Changes whenever the files of a segment would change for the same package. */
export const segmentFormat = 5;

type Row = readonly [string, string, number, number, number, number, number, string, number];
const kindLetters = {file: 'f', directory: 'd', symlink: 'l', hardlink: 'h'} as const;

export function encodeSegment(segment: Segment): string {
	const rows = segment.entries.map((entry): Row => [
		entry.path,
		kindLetters[entry.kind],
		entry.mode,
		entry.uid,
		entry.gid,
		entry.size,
		entry.mtime,
		entry.link,
		entry.offset,
	]);
	return sealJson({format: segmentFormat, ...segment, entries: rows});
}

/** Null if the text is not a segment of this format, or was altered. */
export function decodeSegment(text: string): Segment | null {
	const value = openSealed(text);
	if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== segmentFormat)
		return null;
	// Written by encodeSegment, and sealed.
	const {entries, ...rest} = value as unknown as Omit<Segment, 'entries'> & {readonly entries: readonly Row[]};
	return {
		...rest,
		entries: entries.map(([path, letter, mode, uid, gid, size, mtime, link, offset]) => ({
			path,
			kind: kindOf(letter),
			mode,
			uid,
			gid,
			size,
			mtime,
			link,
			offset,
		})),
	};
}

function kindOf(letter: string): SegmentEntry['kind'] {
	return letter === 'f' ? 'file' : letter === 'd' ? 'directory' : letter === 'l' ? 'symlink' : 'hardlink';
}
