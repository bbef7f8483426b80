import {SlipwayError} from '../base/errors.ts';

/** One entry's facts, as tar(5) stores them: ustar, with GNU's and pax' long names. */
export interface TarHeader {
	readonly path: string;
	readonly type: 'file' | 'folder' | 'link' | 'hard-link' | 'device';
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	readonly sizeBytes: number;
	readonly modifiedAt: number;
	readonly target: string | null;
}

export interface TarItem {
	readonly header: TarHeader;
	/** Has to be read to its end, or left alone, before the next entry. */
	readonly content: AsyncIterable<Uint8Array>;
}

/** Names and pax records are short; a larger one is an attack on memory. */
const longestNameBytes = 1 << 20;

/**
 * Reads entry after entry without holding content in memory. Layers may be another tool's: unlike tar/read-tar.ts, which
 * reads files in place, this one takes a stream, as a layer is compressed.
 */
export async function* parseTarStream(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarItem> {
	const reader = new BlockReader(source);
	let longPath: string | null = null;
	let longTarget: string | null = null;
	let pax: ReadonlyMap<string, string> = new Map();
	for (;;) {
		const block = await reader.block();
		if (block === null || block.every(byte => byte === 0)) return;
		checkSum(block);
		const type = String.fromCharCode(block[156] ?? 0);
		const sizeBytes = pax.has('size') && type !== 'x' ? Number(pax.get('size')) : number(block, 124, 12);
		if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) throw damaged('a size that is none');
		if (type === 'L' || type === 'K' || type === 'x' || type === 'g') {
			const content = await reader.whole(sizeBytes);
			if (type === 'L') longPath = text(content, 0, content.length);
			if (type === 'K') longTarget = text(content, 0, content.length);
			if (type === 'x') pax = paxRecords(content);
			continue;
		}
		const prefix = text(block, 257, 6) === 'ustar' && block[262] === 0 ? text(block, 345, 155) : '';
		const name = text(block, 0, 100);
		const kind = kindOf(type);
		const contentBytes = kind === 'file' ? sizeBytes : 0;
		const target = pax.get('linkpath') ?? longTarget ?? text(block, 157, 100);
		const header: TarHeader = {
			path: pax.get('path') ?? longPath ?? (prefix === '' ? name : `${prefix}/${name}`),
			type: kind,
			mode: number(block, 100, 8) & 0o7777,
			uid: Number(pax.get('uid') ?? number(block, 108, 8)),
			gid: Number(pax.get('gid') ?? number(block, 116, 8)),
			sizeBytes: contentBytes,
			modifiedAt: Math.floor(Number(pax.get('mtime') ?? number(block, 136, 12))),
			target: kind === 'link' || kind === 'hard-link' ? target : null,
		};
		longPath = null;
		longTarget = null;
		pax = new Map();
		const content = reader.content(contentBytes);
		yield {header, content};
		// Whatever the caller left.
		await drain(content);
		await reader.skipPadding(contentBytes);
	}
}

function kindOf(type: string): TarHeader['type'] {
	switch (type) {
		case '5':
			return 'folder';
		case '2':
			return 'link';
		case '1':
			return 'hard-link';
		case '3':
		case '4':
		case '6':
			return 'device';
		default:
			return 'file';
	}
}

class BlockReader {
	readonly #source: AsyncIterator<Uint8Array>;
	#rest: Uint8Array = new Uint8Array(0);

	constructor(source: AsyncIterable<Uint8Array>) {
		this.#source = source[Symbol.asyncIterator]();
	}

	/** 512 bytes; null at the end. */
	async block(): Promise<Uint8Array | null> {
		const parts: Uint8Array[] = [];
		let missing = 512;
		while (missing > 0) {
			const part = await this.#take(missing);
			if (part === null) {
				if (missing === 512) return null;
				throw damaged('an end in the middle of an entry');
			}
			parts.push(part);
			missing -= part.length;
		}
		return parts.length === 1 ? (parts[0] ?? null) : Buffer.concat(parts);
	}

	async *content(sizeBytes: number): AsyncGenerator<Uint8Array> {
		let missing = sizeBytes;
		while (missing > 0) {
			const part = await this.#take(missing);
			if (part === null) throw damaged('an end in the middle of a file');
			missing -= part.length;
			yield part;
		}
	}

	async skipPadding(sizeBytes: number): Promise<void> {
		await drain(this.content((512 - (sizeBytes % 512)) % 512));
	}

	async whole(sizeBytes: number): Promise<Uint8Array> {
		if (sizeBytes > longestNameBytes) throw damaged('a name of more than 1 MiB');
		const parts: Uint8Array[] = [];
		for await (const part of this.content(sizeBytes)) parts.push(part);
		await this.skipPadding(sizeBytes);
		return Buffer.concat(parts);
	}

	async #take(most: number): Promise<Uint8Array | null> {
		while (this.#rest.length === 0) {
			const {value, done} = await this.#source.next();
			if (done === true) return null;
			this.#rest = value;
		}
		const part = this.#rest.subarray(0, most);
		this.#rest = this.#rest.subarray(part.length);
		return part;
	}
}

async function drain(content: AsyncGenerator<Uint8Array>): Promise<void> {
	while ((await content.next()).done !== true);
}

function text(block: Uint8Array, offset: number, length: number): string {
	const end = block.indexOf(0, offset);
	return Buffer.from(block.subarray(offset, end < 0 ? offset + length : Math.min(end, offset + length))).toString();
}

/** Octal digits, or GNU's base 256. */
function number(block: Uint8Array, offset: number, length: number): number {
	const first = block[offset] ?? 0;
	if (first < 0x80) return Number.parseInt(text(block, offset, length).trim() || '0', 8);
	return block.subarray(offset + 1, offset + length).reduce((value, byte) => value * 256 + byte, first & 0x3f);
}

/** The sum over the header with its own field as blanks. */
function checkSum(block: Uint8Array): void {
	const blanks = 8 * 0x20;
	const sum = block.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0 : byte), blanks);
	if (sum !== number(block, 148, 8)) throw damaged('a header whose sum is wrong');
}

/** `LENGTH KEY=VALUE\n`, the length counting itself (pax(1)). */
function paxRecords(content: Uint8Array): ReadonlyMap<string, string> {
	const records = new Map<string, string>();
	for (let at = 0; at < content.length;) {
		const space = content.indexOf(0x20, at);
		const length = Number(text(content, at, space - at));
		if (space < 0 || !Number.isInteger(length) || length <= space - at) throw damaged('a pax record that is none');
		const record = Buffer.from(content.subarray(space + 1, at + length - 1)).toString();
		const equals = record.indexOf('=');
		records.set(record.slice(0, equals), record.slice(equals + 1));
		at += length;
	}
	return records;
}

function damaged(what: string): SlipwayError {
	return new SlipwayError('storage', `Cannot read a layer: its archive has ${what}.`, {hint: 'Build the image again.'});
}
