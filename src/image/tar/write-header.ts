import {Buffer} from 'node:buffer';
import {blockSize, paddingOf, typeFlags, type TarEntry} from './tar-entry.ts';

/**
 * The blocks that come before an entry's content. One spelling for one entry: no names of users, no device numbers, no
 * PAX header unless the entry has attributes; a name of over 100 bytes is split as ustar does, or else goes ahead as
 * GNU's `L` entry, which dpkg, Docker and Go's archive/tar read alike.
 */
export function tarHeader(entry: TarEntry): Buffer {
	const parts: Buffer[] = [];
	const attributes = Object.entries(entry.attributes ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
	if (attributes.length > 0) {
		const records = Buffer.concat(attributes.map(([key, value]) => paxRecord(key, value)));
		parts.push(...withContent('PaxHeaders/0', 'x', records));
	}
	const name = Buffer.from(entry.path);
	const split = splitName(name);
	if (split === null) parts.push(...withContent('././@LongLink', 'L', terminated(name)));
	const link = Buffer.from(entry.link);
	if (link.length > 100) parts.push(...withContent('././@LongLink', 'K', terminated(link)));
	const [prefix, last] = split ?? [Buffer.alloc(0), name.subarray(0, 100)];
	parts.push(block({entry, prefix, name: last, link: link.subarray(0, 100), flag: typeFlags[entry.kind]}));
	return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

/** Two empty blocks: the end of an archive. */
export const tarEnd = (): Buffer => Buffer.alloc(2 * blockSize);

const terminated = (text: Buffer) => Buffer.concat([text, Buffer.alloc(1)]);

/** ustar: up to 155 bytes, a slash, up to 100 bytes. Null if it cannot be cut so. */
function splitName(name: Buffer): readonly [Buffer, Buffer] | null {
	if (name.length <= 100) return [Buffer.alloc(0), name];
	if (name.length > 256) return null;
	for (let cut = name.length - 101; cut <= 155 && cut < name.length - 1; cut++) {
		if (name[cut] === 0x2f && cut > 0) return [name.subarray(0, cut), name.subarray(cut + 1)];
	}
	return null;
}

/** `LENGTH KEY=VALUE\n`, its length counting itself: pax(1). */
function paxRecord(key: string, value: string): Buffer {
	const body = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value, 'latin1'), Buffer.from('\n')]);
	let length = body.length;
	while (String(length).length + body.length !== length) length = String(length).length + body.length;
	return Buffer.concat([Buffer.from(String(length)), body]);
}

function withContent(name: string, flag: string, content: Buffer): readonly Buffer[] {
	const entry = {path: name, kind: 'file', mode: 0, uid: 0, gid: 0, size: content.length, mtime: 0, link: ''} as const;
	const header = block({entry, prefix: Buffer.alloc(0), name: Buffer.from(name), link: Buffer.alloc(0), flag});
	return [header, content, Buffer.alloc(paddingOf(content.length))];
}

interface BlockParts {
	readonly entry: TarEntry;
	readonly prefix: Buffer;
	readonly name: Buffer;
	readonly link: Buffer;
	readonly flag: string;
}

function block({entry, prefix, name, link, flag}: BlockParts): Buffer {
	const bytes = Buffer.alloc(blockSize);
	name.copy(bytes, 0);
	number(bytes, 100, 8, entry.mode);
	number(bytes, 108, 8, entry.uid);
	number(bytes, 116, 8, entry.gid);
	number(bytes, 124, 12, entry.size);
	number(bytes, 136, 12, entry.mtime);
	bytes.fill(0x20, 148, 156);
	bytes.write(flag, 156, 'latin1');
	link.copy(bytes, 157);
	bytes.write('ustar\u000000', 257, 'latin1');
	prefix.copy(bytes, 345);
	let sum = 0;
	for (const byte of bytes) sum += byte;
	bytes.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1');
	return bytes;
}

/** Octal with a NUL at its end; GNU's base 256 where that does not hold the number (files of 8 GiB and more). */
function number(bytes: Buffer, at: number, width: number, value: number): void {
	const octal = value.toString(8);
	if (value >= 0 && octal.length < width) {
		bytes.write(`${octal.padStart(width - 1, '0')}\u0000`, at, 'latin1');
		return;
	}
	let rest = BigInt(value);
	for (let place = at + width - 1; place > at; place--) {
		bytes[place] = Number(rest & 0xffn);
		rest >>= 8n;
	}
	bytes[at] = value < 0 ? 0xff : 0x80;
}
