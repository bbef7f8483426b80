/**
 * Tar archives, read and written: ustar as POSIX.1-1988 has it, with GNU's long names, and PAX records where nothing
 * else holds a value. It refuses what no package or layer has reason to contain.
 */
export type TarKind = 'file' | 'directory' | 'symlink' | 'hardlink' | 'fifo' | 'character-device' | 'block-device';

export interface TarEntry {
	/** As in the archive: `./usr/bin/env`, `usr/bin/env`, with a slash at the end for a directory. */
	readonly path: string;
	readonly kind: TarKind;
	/** Permission bits with set-uid, set-gid and sticky. */
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	/** Bytes of content; 0 unless a file. */
	readonly size: number;
	/** Whole seconds since the epoch. */
	readonly mtime: number;
	/** Target of a link; else empty. */
	readonly link: string;
	/** PAX records of a prefix that the entry carries: `SCHILY.xattr.security.capability`. Latin-1 bytes. */
	readonly attributes?: Readonly<Record<string, string>>;
}

export const blockSize = 512;

/** Zero bytes that fill content up to a whole block. */
export const paddingOf = (size: number): number => (blockSize - (size % blockSize)) % blockSize;

export const typeFlags: Readonly<Record<TarKind, string>> = {
	file: '0',
	hardlink: '1',
	symlink: '2',
	'character-device': '3',
	'block-device': '4',
	directory: '5',
	fifo: '6',
};
