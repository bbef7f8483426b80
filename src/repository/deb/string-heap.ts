import {NumberList} from './number-list.ts';
import type {PagedBytes, PagedNumbers} from './paged-section.ts';

/**
 * Collects strings as UTF-8 bytes in one heap, and gives numbers for them. Number 0 is the empty string. Works on
 * bytes, without a JavaScript string for each: a thread that compiles a suite takes half the memory.
 */
export class StringInterner {
	#heap = Buffer.allocUnsafe(1 << 20);
	#used = 0;
	readonly #offsets = new NumberList();
	/** Of each string, 0 for those that are in no slot. */
	readonly #hashes = new NumberList();
	/** Open addressing: number of the string plus one. */
	#table = new Uint32Array(1 << 12);
	#inTable = 0;

	constructor() {
		this.#offsets.push(0);
		this.#hashes.push(0);
		this.#offsets.push(0);
	}

	/** How many numbers were given. */
	get size(): number {
		return this.#hashes.length;
	}

	/** The same number for equal strings. */
	intern(bytes: Uint8Array, start: number, end: number): number {
		if (start >= end) return 0;
		const hash = hashBytes(bytes, start, end);
		const table = this.#table;
		const mask = table.length - 1;
		let slot = hash & mask;
		for (;;) {
			const number = (table[slot] ?? 0) - 1;
			if (number < 0) break;
			if (this.#hashes.at(number) === hash && this.#equals(number, bytes, start, end)) return number;
			slot = (slot + 1) & mask;
		}
		const number = this.#add(bytes, start, end, hash);
		table[slot] = number + 1;
		this.#inTable++;
		if (this.#inTable * 2 > table.length) this.#growTable();
		return number;
	}

	internText(text: string): number {
		const bytes = Buffer.from(text);
		return this.intern(bytes, 0, bytes.length);
	}

	/** A number of its own, for strings that are hardly ever equal: looking them up costs more than storing them twice. */
	append(bytes: Uint8Array, start: number, end: number): number {
		return start >= end ? 0 : this.#add(bytes, start, end, 0);
	}

	text(number: number): string {
		return this.#heap.toString('utf8', this.#offsets.at(number), this.#offsets.at(number + 1));
	}

	/** The bytes of all strings, and where each begins (one more entry for the end). */
	finish(): {readonly offsets: Uint32Array; readonly heap: Uint8Array} {
		return {offsets: this.#offsets.toArray(), heap: this.#heap.subarray(0, this.#used)};
	}

	#add(bytes: Uint8Array, start: number, end: number, hash: number): number {
		const length = end - start;
		if (this.#used + length > this.#heap.length) {
			const larger = Buffer.allocUnsafe(Math.max(this.#heap.length * 2, this.#used + length));
			larger.set(this.#heap.subarray(0, this.#used));
			this.#heap = larger;
		}
		const heap = this.#heap;
		const shift = this.#used - start;
		for (let at = start; at < end; at++) heap[at + shift] = bytes[at] ?? 0;
		this.#used += length;
		this.#offsets.push(this.#used);
		return this.#hashes.push(hash);
	}

	#equals(number: number, bytes: Uint8Array, start: number, end: number): boolean {
		const heap = this.#heap;
		const shift = this.#offsets.at(number) - start;
		if (this.#offsets.at(number + 1) - shift !== end) return false;
		for (let at = start; at < end; at++) if (heap[at + shift] !== bytes[at]) return false;
		return true;
	}

	#growTable(): void {
		const old = this.#table;
		this.#table = new Uint32Array(old.length * 2);
		const mask = this.#table.length - 1;
		for (const entry of old) {
			if (entry === 0) continue;
			let slot = this.#hashes.at(entry - 1) & mask;
			while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
			this.#table[slot] = entry;
		}
	}
}

/** FNV-1a over words of four bytes; high bits are folded into the low ones, which choose the slot. */
function hashBytes(bytes: Uint8Array, start: number, end: number): number {
	let hash = 0x811c9dc5 ^ (end - start);
	let at = start;
	for (; at + 4 <= end; at += 4) {
		const word =
			(bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
		hash = Math.imul(hash ^ word, 0x01000193);
		hash ^= hash >>> 15;
	}
	for (; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
	return (hash ^ (hash >>> 15)) >>> 0;
}

/** Reads single strings out of a heap; nothing is decoded before it is asked for. */
export class StringHeap {
	readonly #offsets: PagedNumbers;
	readonly #heap: PagedBytes;

	constructor(offsets: PagedNumbers, heap: PagedBytes) {
		this.#offsets = offsets;
		this.#heap = heap;
	}

	get(number: number): string {
		return this.#heap.text(this.#offsets.at(number), this.#offsets.at(number + 1));
	}
}
