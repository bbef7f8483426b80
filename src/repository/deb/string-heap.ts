/**
 * Numbers for strings. They are strings of bytes: each character stands for one byte of UTF-8 (see readPackages).
 * Number 0 is the empty string.
 */
export class StringInterner {
	readonly #numbers = new Map<string, number>([['', 0]]);
	readonly #texts: string[] = [''];

	/** The same number for equal strings. */
	intern(text: string): number {
		const known = this.#numbers.get(text);
		if (known !== undefined) return known;
		const number = this.append(text);
		this.#numbers.set(text, number);
		return number;
	}

	/** A number of its own, for strings that are hardly ever equal: looking them up costs more than storing them twice. */
	append(text: string): number {
		return text === '' ? 0 : this.#texts.push(text) - 1;
	}

	get size(): number {
		return this.#texts.length;
	}

	text(number: number): string {
		return this.#texts[number] ?? '';
	}

	/** The bytes of all strings, and where each begins (one more entry for the end). */
	finish(): {readonly offsets: Uint32Array; readonly heap: Uint8Array} {
		const offsets = new Uint32Array(this.#texts.length + 1);
		let size = 0;
		for (const [number, text] of this.#texts.entries()) {
			offsets[number] = size;
			size += text.length;
		}
		offsets[this.#texts.length] = size;
		const heap = Buffer.allocUnsafe(size);
		for (const [number, text] of this.#texts.entries()) heap.write(text, offsets[number] ?? 0, 'latin1');
		return {offsets, heap};
	}
}

/** Reads single strings out of a heap; nothing is decoded before it is asked for. */
export class StringHeap {
	readonly #offsets: Uint32Array;
	readonly #heap: Buffer;

	constructor(offsets: Uint32Array, heap: Uint8Array) {
		this.#offsets = offsets;
		this.#heap = Buffer.from(heap.buffer, heap.byteOffset, heap.byteLength);
	}

	get(number: number): string {
		const start = this.#offsets[number];
		const end = this.#offsets[number + 1];
		if (start === undefined || end === undefined) throw new RangeError(`The index has no string ${number}.`);
		return this.#heap.toString('utf8', start, end);
	}
}
