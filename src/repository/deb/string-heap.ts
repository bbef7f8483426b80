/** Gives each distinct string a number, in order of appearance. Number 0 is the empty string. */
export class StringInterner {
	readonly #numbers = new Map<string, number>([['', 0]]);

	intern(text: string): number {
		const known = this.#numbers.get(text);
		if (known !== undefined) return known;
		const number = this.#numbers.size;
		// A copy: a slice would keep the paragraph that it was cut from alive.
		this.#numbers.set(text, number);
		return number;
	}

	/** UTF-8 bytes of all strings, and where each begins (one more entry for the end). */
	finish(): {readonly offsets: Uint32Array; readonly heap: Uint8Array} {
		const offsets = new Uint32Array(this.#numbers.size + 1);
		let size = 0;
		let number = 0;
		for (const text of this.#numbers.keys()) {
			offsets[number++] = size;
			size += Buffer.byteLength(text);
		}
		offsets[number] = size;
		const heap = Buffer.allocUnsafe(size);
		let at = 0;
		for (const text of this.#numbers.keys()) at += heap.write(text, at);
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
