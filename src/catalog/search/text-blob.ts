const separator = 10;

/** Bytes within which the next occurrence of a frequent needle is looked for by hand. */
const nearby = 200;

/** Words of a query, of which one is typed: more were looked for a while ago. */
const mostKept = 6;

interface Occurrences {
	readonly needle: Buffer;
	readonly limit: number;
	readonly places: Uint32Array;
	/** From where on nobody looked; negative if all was looked through. */
	readonly end: number;
}

/** Many texts in one buffer, searched as one: a scan of some megabytes costs about a millisecond, and no object a text. */
export class TextBlob {
	readonly #bytes: Buffer;
	readonly #starts: Uint32Array;
	/** What was looked for lately, the latest last. */
	#lately: readonly Occurrences[] = [];
	/** Room for places, so that not every search takes it anew. */
	#places = new Uint32Array(0);

	/** @param starts where each text begins; one more at the end */
	constructor(bytes: Buffer, starts: Uint32Array) {
		this.#bytes = bytes;
		this.#starts = starts;
	}

	/** @param encoding `latin1` for package names, which are ASCII */
	static of(texts: readonly string[], encoding: 'latin1' | 'utf8'): TextBlob {
		let size = 0;
		for (const text of texts) size += Buffer.byteLength(text, encoding) + 1;
		const bytes = Buffer.allocUnsafeSlow(size);
		const starts = new Uint32Array(texts.length + 1);
		let at = 0;
		for (const [document, text] of texts.entries()) {
			starts[document] = at;
			at += bytes.write(text, at, encoding);
			bytes[at++] = separator;
		}
		starts[texts.length] = at;
		return new TextBlob(bytes, starts);
	}

	get starts(): Uint32Array {
		return this.#starts;
	}

	/** All texts, a line feed behind each. */
	get bytes(): Buffer {
		return this.#bytes;
	}

	text(document: number): string {
		return this.#bytes.toString('utf8', this.#starts[document], (this.#starts[document + 1] ?? 1) - 1);
	}

	/**
	 * Calls `visit` for occurrences of `needle`, in the documents' order, with how it stands among its neighbours, until
	 * `limit` are found. Texts hold no line feed but as a separator of their own.
	 */
	scan(needle: string, limit: number, visit: (document: number, place: Place) => void): void {
		const wanted = Buffer.from(needle);
		if (wanted.length === 0) return;
		const places = this.#placesOf(wanted, limit);
		let document = 0;
		for (let found = 0; found < places.length; found++) {
			const at = places[found] ?? 0;
			document = this.documentAt(at, document);
			const before = at === this.#starts[document] ? separator : (this.#bytes[at - 1] ?? separator);
			const after = this.#bytes[at + wanted.length] ?? separator;
			visit(document, placeOf(before, after));
		}
	}

	/** While someone types, a needle can only stand where its beginning did a moment ago. */
	#placesOf(needle: Buffer, limit: number): Uint32Array {
		const known = this.#lately.findLast(
			other => other.limit === limit && needle.subarray(0, other.needle.length).equals(other.needle),
		);
		if (this.#places.length < limit) this.#places = new Uint32Array(limit);
		const places = this.#places;
		let count = 0;
		for (const at of known?.places ?? []) if (this.#isAt(needle, at)) places[count++] = at;
		let at = known?.end ?? 0;
		while (at >= 0 && count < limit) {
			at = this.#next(needle, at);
			if (at >= 0) places[count++] = at++;
		}
		const found = places.slice(0, count);
		this.#lately = [...this.#lately.slice(1 - mostKept), {needle, limit, places: found, end: at}];
		return found;
	}

	#isAt(wanted: Buffer, at: number): boolean {
		for (let same = 0; same < wanted.length; same++) if (this.#bytes[at + same] !== wanted[same]) return false;
		return true;
	}

	/** Where a needle comes next: a little way by hand, as each call of `indexOf` costs what a hundred bytes do; -1 for nowhere. */
	#next(wanted: Buffer, from: number): number {
		const bytes = this.#bytes;
		const first = wanted[0];
		const near = Math.min(from + nearby, bytes.length - wanted.length + 1);
		for (let at = from; at < near; at++) {
			if (bytes[at] !== first) continue;
			let same = 1;
			while (same < wanted.length && bytes[at + same] === wanted[same]) same++;
			if (same === wanted.length) return at;
		}
		return near < from + nearby ? -1 : bytes.indexOf(wanted, near);
	}

	/** Whether a text has a needle, without making a string of it. */
	has(document: number, needle: Buffer): boolean {
		const last = (this.#starts[document + 1] ?? 0) - 1 - needle.length;
		for (let at = this.#starts[document] ?? 0; at <= last; at++) if (this.#isAt(needle, at)) return true;
		return false;
	}

	/** The document that holds a byte, at or behind a known one. */
	documentAt(at: number, from: number): number {
		let step = 1;
		while (from + step < this.#starts.length - 1 && (this.#starts[from + step] ?? 0) <= at) step *= 2;
		let low = from + (step >> 1);
		let high = Math.min(from + step, this.#starts.length - 1);
		while (high - low > 1) {
			const middle = (low + high) >> 1;
			if ((this.#starts[middle] ?? 0) <= at) low = middle;
			else high = middle;
		}
		return low;
	}
}

/** How an occurrence stands in its text. Greater is better. */
export type Place = number;
export const place = {
	inside: 0,
	wordEnd: 1,
	textEnd: 2,
	wordStart: 3,
	word: 4,
	lastWord: 5,
	textStart: 6,
	textStartWord: 7,
	text: 8,
} as const;

function placeOf(before: number, after: number): Place {
	const isTextStart = before === separator;
	const isTextEnd = after === separator;
	if (isTextStart) return isTextEnd ? place.text : isLetter(after) ? place.textStart : place.textStartWord;
	const isWordStart = !isLetter(before);
	if (isTextEnd) return isWordStart ? place.lastWord : place.textEnd;
	const isWordEnd = !isLetter(after);
	return isWordStart ? (isWordEnd ? place.word : place.wordStart) : isWordEnd ? place.wordEnd : place.inside;
}

/** Letters, digits and all of UTF-8's other bytes. */
function isLetter(byte: number): boolean {
	return (
		(byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || byte >= 0x80
	);
}
