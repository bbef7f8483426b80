import {Buffer} from 'node:buffer';
import {SlipwayError} from '../../base/errors.ts';
import {blockSize, paddingOf, type TarEntry, type TarKind} from './tar-entry.ts';

/** Bytes of an archive at a place; fewer than asked for only at its end. The buffer may be used again by the next call. */
export type ReadAt = (offset: number, length: number) => Buffer;

export interface PlacedEntry extends TarEntry {
	/** Where the content begins in the archive. */
	readonly offset: number;
}

/** A long name or PAX header of more than this is an attack, not a name. */
const largestExtension = 1 << 20;
/** The year 2106: beyond it file systems and image documents cannot follow. */
const latestTime = 0xffff_ffff;

/** @param sizeBytes of the archive. Throws `verification` where the archive is not well-formed, or its end is missing. */
export function* readTar(readAt: ReadAt, sizeBytes: number): Generator<PlacedEntry> {
	let offset = 0;
	let longName: string | null = null;
	let longLink: string | null = null;
	let pax = new Map<string, string>();
	for (;;) {
		const header = readAt(offset, blockSize);
		if (header.length === 0) return; // GNU tar takes a missing end for the end, as dpkg does.
		if (header.length < blockSize) throw malformed(offset, 'ends in the middle of a header');
		if (header.every(byte => byte === 0)) return;
		checkSum(header, offset);
		const flag = String.fromCharCode(header[156] ?? 0);
		const size = readNumber(header, 124, 12, offset);
		if (size < 0) throw malformed(offset, 'has an entry of negative size');
		const content = offset + blockSize;
		const next = content + (flag === '5' || flag === '1' || flag === '2' ? 0 : size + paddingOf(size));
		if (next - paddingOf(size) > sizeBytes) throw malformed(offset, 'has an entry that is longer than the archive');
		if (flag === 'L' || flag === 'K' || flag === 'x' || flag === 'g') {
			if (size > largestExtension) throw malformed(offset, 'has a name of absurd length');
			const text = Buffer.from(readAt(content, size));
			if (flag === 'L') longName = upToNul(text);
			else if (flag === 'K') longLink = upToNul(text);
			else if (flag === 'x') pax = readPax(text, offset);
			offset = next;
			continue;
		}
		const kind = kindOf(flag, offset);
		const mtime = Math.max(0, readNumber(header, 136, 12, offset));
		if (mtime > latestTime) throw malformed(offset, 'has a time of absurd size');
		const paxSize = pax.get('size');
		if (paxSize !== undefined) throw malformed(offset, 'gives a size in a PAX header');
		const attributes = [...pax].filter(([key]) => key.startsWith('SCHILY.xattr.'));
		yield {
			path: utf8(pax.get('path')) ?? longName ?? ustarName(header),
			kind,
			mode: readNumber(header, 100, 8, offset) & 0o7777,
			uid: readNumber(header, 108, 8, offset),
			gid: readNumber(header, 116, 8, offset),
			size: kind === 'file' ? size : 0,
			mtime,
			link: utf8(pax.get('linkpath')) ?? longLink ?? upToNul(header.subarray(157, 257)),
			offset: content,
			...(attributes.length === 0 ? {} : {attributes: Object.fromEntries(attributes)}),
		};
		longName = null;
		longLink = null;
		pax = new Map();
		offset = next;
	}
}

function kindOf(flag: string, offset: number): TarKind {
	switch (flag) {
		case '0':
		case '\0':
		case '7':
			return 'file';
		case '1':
			return 'hardlink';
		case '2':
			return 'symlink';
		case '3':
			return 'character-device';
		case '4':
			return 'block-device';
		case '5':
			return 'directory';
		case '6':
			return 'fifo';
		default:
			throw malformed(offset, `has an entry of the unknown type ${JSON.stringify(flag)}`);
	}
}

function ustarName(header: Buffer): string {
	const name = upToNul(header.subarray(0, 100));
	// GNU's own format keeps other things where POSIX has the prefix.
	const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? upToNul(header.subarray(345, 500)) : '';
	return prefix === '' ? name : `${prefix}/${name}`;
}

function upToNul(bytes: Buffer): string {
	const end = bytes.indexOf(0);
	return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
}

const utf8 = (latin1: string | undefined) => (latin1 === undefined ? null : Buffer.from(latin1, 'latin1').toString());

function readNumber(bytes: Buffer, at: number, width: number, offset: number): number {
	const first = bytes[at] ?? 0;
	if (first === 0xff) return -1;
	if ((first & 0x80) !== 0) {
		let value = BigInt(first & 0x7f);
		for (let place = at + 1; place < at + width; place++) value = (value << 8n) | BigInt(bytes[place] ?? 0);
		if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed(offset, 'has a number of absurd size');
		return Number(value);
	}
	const text = upToNul(bytes.subarray(at, at + width)).trim();
	if (!/^[0-7]*$/u.test(text)) throw malformed(offset, 'has a header that is not octal');
	return text === '' ? 0 : Number.parseInt(text, 8);
}

function checkSum(header: Buffer, offset: number): void {
	let sum = 0;
	for (let place = 0; place < blockSize; place++) sum += place >= 148 && place < 156 ? 0x20 : (header[place] ?? 0);
	if (sum !== readNumber(header, 148, 8, offset)) throw malformed(offset, 'has a header with a wrong checksum');
}

/** Keys and values as Latin-1 bytes: values may be binary. */
function readPax(bytes: Buffer, offset: number): Map<string, string> {
	const records = new Map<string, string>();
	for (let at = 0; at < bytes.length;) {
		const space = bytes.indexOf(0x20, at);
		const length = space === -1 ? Number.NaN : Number(bytes.toString('latin1', at, space));
		const record = bytes.toString('latin1', space + 1, at + length - 1);
		const equals = record.indexOf('=');
		if (!(length > 0) || at + length > bytes.length || equals < 1) throw malformed(offset, 'has a broken PAX header');
		records.set(record.slice(0, equals), record.slice(equals + 1));
		at += length;
	}
	return records;
}

function malformed(offset: number, what: string): SlipwayError {
	return new SlipwayError('verification', `The tar archive ${what} (at byte ${offset}).`);
}
