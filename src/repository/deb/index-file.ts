import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import {crc32} from 'node:zlib';
import {SlipwayError} from '../../base/errors.ts';
import {PagedBytes, PagedNumbers, Pages, type Extent} from './paged-section.ts';

/**
 * The container of a compiled index: magic, header length, CRC-32 of all after it, a JSON header, then named
 * sections, each at a multiple of 8 bytes so that typed arrays can look at it in place. Little-endian, as every
 * platform of Node is. The number in the magic changes with the layout: a file of another is compiled anew.
 */
const magic = 'SLIPIDX2';
const fixedBytes = magic.length + 8;

export type SectionArray = Uint8Array | Uint32Array;

interface SectionEntry extends Extent {
	readonly name: string;
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
	/** The same for sections of which little is looked at. */
	pagedBytes(name: string): PagedBytes;
	pagedNumbers(name: string): PagedNumbers;
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
	const {headerBytes, checksum} = readStart(file, file.length);
	if (crc32(file.subarray(fixedBytes)) !== checksum) throw torn('its checksum does not hold');
	const {meta, extentOf} = readHeader(file, headerBytes, file.length);
	const section = (name: string) => {
		const {offset, length} = extentOf(name);
		return file.subarray(offset, offset + length);
	};
	const numbers = (name: string) => numbersOf(section(name));
	return {
		meta,
		section,
		numbers,
		pagedBytes: name => PagedBytes.of(section(name)),
		pagedNumbers: name => PagedNumbers.of(numbers(name)),
	};
}

/** Bytes that are checked at a time: memory that is filled again and again costs a tenth of memory that is new. */
const chunkBytes = 256 * 1024;

/** Nobody else knows when an index is not used any more. */
const unused = new FinalizationRegistry<number>(descriptor => closeSync(descriptor));

/**
 * As `readSections`, from a file that is checked as a whole and then read where something is asked for. It may be
 * replaced or deleted meanwhile: what was opened stays as it was.
 */
export function openSections(path: string): SectionFile {
	const descriptor = openSync(path, 'r');
	try {
		const {size} = fstatSync(descriptor);
		const start = Buffer.allocUnsafeSlow(Math.min(chunkBytes, size));
		fill(descriptor, start, 0);
		const {headerBytes, checksum} = readStart(start, size);
		if (checksumOf(descriptor, size) !== checksum) throw torn('its checksum does not hold');
		const header = Buffer.allocUnsafeSlow(fixedBytes + headerBytes);
		fill(descriptor, header, 0);
		const {meta, extentOf} = readHeader(header, headerBytes, size);
		const pages = new Pages((bytes, offset) => fill(descriptor, bytes, offset));
		const section = (name: string) => {
			const {offset, length} = extentOf(name);
			const bytes = new Uint8Array(length);
			pages.readAt(bytes, offset);
			return bytes;
		};
		const file: SectionFile = {
			meta,
			section,
			numbers: name => numbersOf(section(name)),
			pagedBytes: name => PagedBytes.from(pages, extentOf(name)),
			pagedNumbers: name => PagedNumbers.from(pages, extentOf(name)),
		};
		// Whatever reads of the file holds them.
		unused.register(pages, descriptor);
		return file;
	} catch (error) {
		closeSync(descriptor);
		throw error;
	}
}

function fill(descriptor: number, bytes: Uint8Array, offset: number): void {
	let at = 0;
	while (at < bytes.length) {
		const count = readSync(descriptor, bytes, at, bytes.length - at, offset + at);
		if (count === 0) throw torn('it is cut off');
		at += count;
	}
}

function checksumOf(descriptor: number, size: number): number {
	const chunk = Buffer.allocUnsafeSlow(chunkBytes);
	let checksum = 0;
	for (let at = fixedBytes; at < size; at += chunkBytes) {
		const part = chunk.subarray(0, Math.min(chunkBytes, size - at));
		fill(descriptor, part, at);
		checksum = crc32(part, checksum);
	}
	return checksum;
}

/** @param file at least its beginning */
function readStart(file: Buffer, size: number): {readonly headerBytes: number; readonly checksum: number} {
	if (size < fixedBytes || file.toString('latin1', 0, magic.length) !== magic) throw torn('it is not of this version');
	const headerBytes = file.readUInt32LE(magic.length);
	if (size < fixedBytes + headerBytes) throw torn('it is cut off');
	return {headerBytes, checksum: file.readUInt32LE(magic.length + 4)};
}

/** @param file one whose checksum holds; at least its beginning and header */
function readHeader(
	file: Buffer,
	headerBytes: number,
	size: number,
): {readonly meta: unknown; readonly extentOf: (name: string) => Extent} {
	const header = JSON.parse(file.toString('utf8', fixedBytes, fixedBytes + headerBytes)) as Header;
	const start = align(fixedBytes + headerBytes);
	if (size !== start + header.totalBytes) throw torn('it is cut off');
	const byName = new Map(header.sections.map(entry => [entry.name, entry]));
	return {
		meta: header.meta,
		extentOf(name) {
			const entry = byName.get(name);
			if (entry === undefined) throw torn(`it has no section ${name}`);
			return {offset: start + entry.offset, length: entry.length};
		},
	};
}

function numbersOf(section: Uint8Array): Uint32Array {
	return new Uint32Array(section.buffer, section.byteOffset, section.byteLength / 4);
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
