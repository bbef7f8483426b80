/** Makes tar archives by hand, so that a test can write well-formed ones and hostile ones alike. GNU format, as dpkg-deb writes. */

export type TarEntryKind = 'file' | 'directory' | 'symlink' | 'hardlink' | 'fifo' | 'character-device' | 'block-device';

export interface TarEntry {
	/** Written as it is: `./usr/bin/tool`, or `../../etc/passwd` for a hostile archive. */
	readonly name: string;
	readonly kind?: TarEntryKind | undefined;
	readonly content?: string | Uint8Array;
	/** Target of a link. */
	readonly target?: string | undefined;
	readonly mode?: number | undefined;
	readonly uid?: number | undefined;
	readonly gid?: number | undefined;
	readonly owner?: string | undefined;
	readonly group?: string | undefined;
	/** Seconds since the epoch. */
	readonly mtime?: number | undefined;
	/** A size in the header that is not the content's. */
	readonly claimedSizeBytes?: number;
	/** A type flag of its own, in place of the kind's. */
	readonly typeFlag?: string;
}

const typeFlags: Record<TarEntryKind, string> = {
	file: '0',
	hardlink: '1',
	symlink: '2',
	'character-device': '3',
	'block-device': '4',
	directory: '5',
	fifo: '6',
};

const blockBytes = 512;

export function bytesOf(content: string | Uint8Array): Uint8Array {
	return typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
}

/** The whole archive with its two closing blocks of zeros. */
export function makeTar(entries: readonly TarEntry[]): Buffer {
	const parts = entries.flatMap(entry => {
		const content = bytesOf(entry.content ?? '');
		return [...longNames(entry), header(entry, content.length), ...padded(content)];
	});
	return Buffer.concat([...parts, Buffer.alloc(2 * blockBytes)]);
}

/** GNU's `L` and `K` records carry a name or link target that does not fit the header's 100 bytes. */
function longNames(entry: TarEntry): Uint8Array[] {
	const record = (typeFlag: string, text: string) => {
		const content = Buffer.from(`${text}\0`, 'utf8');
		return [header({name: '././@LongLink', typeFlag, mode: 0}, content.length), ...padded(content)];
	};
	return [
		...(Buffer.byteLength(entry.target ?? '') > 100 ? record('K', entry.target ?? '') : []),
		...(Buffer.byteLength(entry.name) > 100 ? record('L', entry.name) : []),
	];
}

function header(entry: TarEntry, contentBytes: number): Buffer {
	const kind = entry.kind ?? 'file';
	const block = Buffer.alloc(blockBytes);
	const octal = (value: number, offset: number, width: number) => {
		block.write(value.toString(8).padStart(width - 1, '0'), offset, 'latin1');
	};
	Buffer.from(entry.name, 'utf8').copy(block, 0, 0, 100);
	octal(entry.mode ?? (kind === 'directory' ? 0o755 : kind === 'symlink' ? 0o777 : 0o644), 100, 8);
	octal(entry.uid ?? 0, 108, 8);
	octal(entry.gid ?? 0, 116, 8);
	octal(entry.claimedSizeBytes ?? contentBytes, 124, 12);
	octal(entry.mtime ?? 0, 136, 12);
	block.write(entry.typeFlag ?? typeFlags[kind], 156, 'latin1');
	Buffer.from(entry.target ?? '', 'utf8').copy(block, 157, 0, 100);
	block.write('ustar  \0', 257, 'latin1');
	block.write(entry.owner ?? 'root', 265, 'utf8');
	block.write(entry.group ?? 'root', 297, 'utf8');
	if (kind === 'character-device' || kind === 'block-device') {
		octal(1, 329, 8);
		octal(3, 337, 8);
	}
	block.fill(' ', 148, 156);
	const sum = block.reduce((total, byte) => total + byte, 0);
	block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
	return block;
}

function padded(content: Uint8Array): Uint8Array[] {
	return [content, Buffer.alloc((blockBytes - (content.length % blockBytes)) % blockBytes)];
}
