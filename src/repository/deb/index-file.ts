import {crc32} from 'node:zlib';
import {SlipwayError} from '../../base/errors.ts';

/**
 * The container of a compiled index: magic, header length, CRC-32 of all after it, a JSON header, then named
 * sections, each at a multiple of 8 bytes so that typed arrays can look at it in place. Little-endian, as every
 * platform of Node is. The number in the magic changes with the layout: a file of another is compiled anew.
 */
const magic = 'SLIPIDX2';
const fixedBytes = magic.length + 8;

export type SectionArray = Uint8Array | Uint32Array;

interface SectionEntry {
	readonly name: string;
	readonly offset: number;
	readonly length: number;
}

interface Header {
	readonly meta: unknown;
	readonly sections: readonly SectionEntry[];
	readonly totalBytes: number;
}

export interface SectionFile {
	readonly meta: unknown;
	/** The bytes of a section; throws `storage` if the file does not have it. */
	section(name: string): Uint8Array;
	numbers(name: string): Uint32Array;
}

export function writeSections(meta: unknown, sections: Readonly<Record<string, SectionArray>>): Uint8Array {
	const entries: SectionEntry[] = [];
	let offset = 0;
	for (const [name, array] of Object.entries(sections)) {
		entries.push({name, offset, length: array.byteLength});
		offset = align(offset + array.byteLength);
	}
	const header: Header = {meta, sections: entries, totalBytes: offset};
	const headerText = Buffer.from(JSON.stringify(header));
	const start = align(fixedBytes + headerText.length);
	const file = Buffer.alloc(start + offset);
	file.write(magic, 0, 'latin1');
	file.writeUInt32LE(headerText.length, magic.length);
	headerText.copy(file, fixedBytes);
	for (const [index, array] of Object.values(sections).entries()) {
		file.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), start + (entries[index]?.offset ?? 0));
	}
	file.writeUInt32LE(crc32(file.subarray(fixedBytes)), magic.length + 4);
	return file;
}

/** Throws `storage` for a file that is torn, altered or of another version. */
export function readSections(bytes: Uint8Array): SectionFile {
	const file = aligned(bytes);
	if (file.length < fixedBytes || file.toString('latin1', 0, magic.length) !== magic)
		throw torn('it is not of this version');
	const headerBytes = file.readUInt32LE(magic.length);
	if (file.length < fixedBytes + headerBytes) throw torn('it is cut off');
	if (crc32(file.subarray(fixedBytes)) !== file.readUInt32LE(magic.length + 4))
		throw torn('its checksum does not hold');
	const header = JSON.parse(file.toString('utf8', fixedBytes, fixedBytes + headerBytes)) as Header;
	const start = align(fixedBytes + headerBytes);
	if (file.length !== start + header.totalBytes) throw torn('it is cut off');
	const byName = new Map(header.sections.map(entry => [entry.name, entry]));
	const section = (name: string) => {
		const entry = byName.get(name);
		if (entry === undefined) throw torn(`it has no section ${name}`);
		return file.subarray(start + entry.offset, start + entry.offset + entry.length);
	};
	return {
		meta: header.meta,
		section,
		numbers(name) {
			const part = section(name);
			return new Uint32Array(part.buffer, part.byteOffset, part.byteLength / 4);
		},
	};
}

function torn(why: string): SlipwayError {
	return new SlipwayError('storage', `A compiled package index cannot be read: ${why}.`, {
		hint: 'Run `slipway update`, which compiles it anew.',
	});
}

function align(offset: number): number {
	return (offset + 7) & ~7;
}

/** Typed arrays need an aligned start: a small file may come out of Node's buffer pool without one. */
function aligned(bytes: Uint8Array): Buffer {
	if (bytes.byteOffset % 8 === 0) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const copy = new Uint8Array(bytes.byteLength);
	copy.set(bytes);
	return Buffer.from(copy.buffer);
}
