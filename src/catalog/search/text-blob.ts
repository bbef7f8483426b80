const separator = 10;

/** Many texts in one buffer, searched as one: a scan of some megabytes costs about a millisecond, and no object a text. */
export class TextBlob {
	readonly #bytes: Buffer;
	readonly #starts: Uint32Array;

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
		let document = 0;
		let at = this.#bytes.indexOf(wanted, 0);
		for (let found = 0; at >= 0 && found < limit; found++) {
			document = this.documentAt(at, document);
			const before = at === this.#starts[document] ? separator : (this.#bytes[at - 1] ?? separator);
			const after = this.#bytes[at + wanted.length] ?? separator;
			visit(document, placeOf(before, after));
			at = this.#bytes.indexOf(wanted, at + 1);
		}
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
