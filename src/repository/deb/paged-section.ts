/**
 * Sections of a file that are read in pages, when something in them is first asked for. A whole release takes 26 MB, of
 * which a plan and some searches look at a few; and memory that was never touched costs more to fill than the file's
 * pages cost to read.
 */

/** Fills `bytes` with what the file has from `offset` on. */
export type ReadAt = (bytes: Uint8Array, offset: number) => void;

/** Powers of two. Strings are asked for here and there, numbers of neighbours often together. */
const numbersInPage = 4096;
const bytesInPage = 8192;

/** Held of one file before all of it is forgotten: who looks at every package needs each page once. */
const mostHeldBytes = 8 * 1024 * 1024;

/** The pages of one file that are in memory. */
export class Pages {
	readonly readAt: ReadAt;
	readonly #mostBytes: number;
	readonly #forget: (() => void)[] = [];
	#heldBytes = 0;

	constructor(readAt: ReadAt, mostBytes = mostHeldBytes) {
		this.readAt = readAt;
		this.#mostBytes = mostBytes;
	}

	get heldBytes(): number {
		return this.#heldBytes;
	}

	/** A page of memory of its own. What was held before may be forgotten. */
	load(offset: number, length: number): Uint8Array {
		if (this.#heldBytes + length > this.#mostBytes) {
			for (const forget of this.#forget) forget();
			this.#heldBytes = 0;
		}
		const bytes = new Uint8Array(length);
		this.readAt(bytes, offset);
		this.#heldBytes += length;
		return bytes;
	}

	onForget(forget: () => void): void {
		this.#forget.push(forget);
	}
}

/** Where a section stands in its file. */
export interface Extent {
	readonly offset: number;
	readonly length: number;
}

/** Unsigned numbers of 32 bits. */
export class PagedNumbers {
	readonly length: number;
	readonly #shift: number;
	readonly #mask: number;
	readonly #load: (page: number) => Uint32Array;
	#pages: (Uint32Array | undefined)[] = [];

	private constructor(length: number, inPage: number, load: (page: number) => Uint32Array) {
		this.length = length;
		this.#shift = Math.log2(inPage);
		this.#mask = inPage - 1;
		this.#load = load;
	}

	static of(numbers: Uint32Array): PagedNumbers {
		return new PagedNumbers(numbers.length, 2 ** 31, () => numbers);
	}

	static from(pages: Pages, {offset, length}: Extent): PagedNumbers {
		const count = length / 4;
		const numbers = new PagedNumbers(count, numbersInPage, page => {
			const first = page * numbersInPage;
			const bytes = pages.load(offset + first * 4, Math.min(numbersInPage, count - first) * 4);
			return new Uint32Array(bytes.buffer);
		});
		pages.onForget(() => (numbers.#pages = []));
		return numbers;
	}

	/** A number that is not there is a defect of the caller. */
	at(index: number): number {
		const value = (this.#pages[index >>> this.#shift] ?? this.#loaded(index))[index & this.#mask];
		if (value === undefined) throw new RangeError(`The index has no row ${index}.`);
		return value;
	}

	#loaded(index: number): Uint32Array {
		if (!(index >= 0 && index < this.length)) throw new RangeError(`The index has no row ${index}.`);
		const page = index >>> this.#shift;
		const numbers = this.#load(page);
		this.#pages[page] = numbers;
		return numbers;
	}
}

/** Bytes that are asked for in short runs. */
export class PagedBytes {
	readonly length: number;
	readonly #shift: number;
	readonly #mask: number;
	readonly #load: (page: number) => Buffer;
	#pages: (Buffer | undefined)[] = [];

	private constructor(length: number, inPage: number, load: (page: number) => Buffer) {
		this.length = length;
		this.#shift = Math.log2(inPage);
		this.#mask = inPage - 1;
		this.#load = load;
	}

	static of(bytes: Uint8Array): PagedBytes {
		const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		return new PagedBytes(all.length, 2 ** 31, () => all);
	}

	static from(pages: Pages, {offset, length}: Extent): PagedBytes {
		const bytes = new PagedBytes(length, bytesInPage, page => {
			const first = page * bytesInPage;
			return Buffer.from(pages.load(offset + first, Math.min(bytesInPage, length - first)).buffer);
		});
		pages.onForget(() => (bytes.#pages = []));
		return bytes;
	}

	text(start: number, end: number, encoding: 'utf8' | 'hex' = 'utf8'): string {
		if (start >= end) return '';
		if (end > this.length) throw new RangeError(`The index ends before ${end}.`);
		const first = start >>> this.#shift;
		const last = (end - 1) >>> this.#shift;
		const page = this.#page(first);
		const from = start & this.#mask;
		if (first === last) return page.toString(encoding, from, from + (end - start));
		const parts = [page.subarray(from)];
		for (let next = first + 1; next <= last; next++) parts.push(this.#page(next));
		return Buffer.concat(parts, end - start).toString(encoding);
	}

	#page(page: number): Buffer {
		return (this.#pages[page] ??= this.#load(page));
	}
}
