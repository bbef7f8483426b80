const longest = 40;

/** The words of some texts, numbered as they come: a hash table over the bytes, without a string for every place. */
export class WordTable {
	readonly #texts: readonly Buffer[];
	#slots = new Uint32Array(1 << 16);
	/** By word: text, begin, length, hash. */
	#entries = new Uint32Array(4 << 14);
	#size = 0;

	constructor(texts: readonly Buffer[]) {
		this.#texts = texts;
	}

	words(): readonly string[] {
		return Array.from({length: this.#size}, (_, entry) => {
			const begin = this.#field(entry, 1);
			return this.#texts[this.#field(entry, 0)]?.toString('latin1', begin, begin + this.#field(entry, 2)) ?? '';
		});
	}

	/** Calls `visit` for each word (a run of lowercase ASCII letters and digits) of a text. */
	read(text: number, visit: (word: number, at: number) => void): void {
		const bytes = this.#texts[text];
		if (bytes === undefined) return;
		let begin = -1;
		let hash = 0;
		for (let at = 0; at <= bytes.length; at++) {
			const byte = at < bytes.length ? (bytes[at] as number) : 0;
			if ((byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39)) {
				if (begin < 0) {
					begin = at;
					// FNV-1a, 32 bits.
					hash = 0x811c9dc5;
				}
				hash = Math.imul(hash ^ byte, 0x01000193);
			} else if (begin >= 0) {
				if (at - begin <= longest) visit(this.#numberOf(text, bytes, begin, at - begin, hash >>> 0), begin);
				begin = -1;
			}
		}
	}

	#field(entry: number, field: number): number {
		return this.#entries[entry * 4 + field] ?? 0;
	}

	#numberOf(text: number, bytes: Buffer, begin: number, length: number, hash: number): number {
		const mask = this.#slots.length - 1;
		let slot = hash & mask;
		for (let entry = this.#slots[slot] ?? 0; entry !== 0; entry = this.#slots[slot] ?? 0) {
			if (this.#field(entry - 1, 3) === hash && this.#isWord(entry - 1, bytes, begin, length)) return entry - 1;
			slot = (slot + 1) & mask;
		}
		if ((this.#size + 1) * 4 > this.#entries.length) this.#entries = grown(this.#entries);
		this.#entries.set([text, begin, length, hash], this.#size * 4);
		this.#slots[slot] = ++this.#size;
		if (this.#size * 2 > this.#slots.length) this.#rehash();
		return this.#size - 1;
	}

	#isWord(entry: number, bytes: Buffer, begin: number, length: number): boolean {
		if (this.#field(entry, 2) !== length) return false;
		const other = this.#texts[this.#field(entry, 0)];
		const start = this.#field(entry, 1);
		for (let at = 0; at < length; at++) if (other?.[start + at] !== bytes[begin + at]) return false;
		return true;
	}

	#rehash(): void {
		this.#slots = new Uint32Array(this.#slots.length * 2);
		const mask = this.#slots.length - 1;
		for (let entry = 0; entry < this.#size; entry++) {
			let slot = this.#field(entry, 3) & mask;
			while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
			this.#slots[slot] = entry + 1;
		}
	}
}

export function grown(array: Uint32Array): Uint32Array<ArrayBuffer> {
	const larger = new Uint32Array(array.length * 2);
	larger.set(array);
	return larger;
}
