import {SlipwayError} from '../../base/errors.ts';

/** The fields that Slipway reads of a Packages file (deb-repository format), as archive software writes their names. */
export const packagesFields = [
	'Package',
	'Version',
	'Architecture',
	'Multi-Arch',
	'Essential',
	'Priority',
	'Section',
	'Source',
	'Maintainer',
	'Homepage',
	'Description',
	'Size',
	'Installed-Size',
	'SHA256',
	'Filename',
	'Pre-Depends',
	'Depends',
	'Recommends',
	'Conflicts',
	'Breaks',
	'Replaces',
	'Provides',
] as const;

export type PackagesField = (typeof packagesFields)[number];

/** Where the relation fields begin in `packagesFields`. */
export const firstRelationField = packagesFields.indexOf('Pre-Depends');

/** Debian's longest have some 100 kB: what a package provides. */
const largestParagraph = 4 << 20;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const tab = 0x09;

/** Fields by the first character of their names: most lines are told from all of them by one look. */
const candidates: (readonly {readonly prefix: Uint8Array; readonly field: number}[])[] = [];
for (const [field, name] of packagesFields.entries()) {
	const first = name.charCodeAt(0);
	candidates[first] = [...(candidates[first] ?? []), {prefix: Buffer.from(`${name}:`), field}];
}

/**
 * Where each field's value stands in the bytes of a paragraph: start and end in turn, in the order of `packagesFields`;
 * both 0 for a field that is missing. Values are the fields' first lines, trimmed; relation fields are whole, with
 * their line feeds.
 */
export type FieldSpans = Uint32Array;

/**
 * Splits a Packages file, which arrives in pieces, into paragraphs. `visit` is called for each; bytes and spans are
 * used again for the next one.
 */
export class PackagesReader {
	readonly #visit: (bytes: Buffer, spans: FieldSpans) => void;
	readonly #spans: FieldSpans = new Uint32Array(packagesFields.length * 2);
	#rest: Buffer = Buffer.alloc(0);

	constructor(visit: (bytes: Buffer, spans: FieldSpans) => void) {
		this.#visit = visit;
	}

	push(piece: Uint8Array): void {
		let bytes = bufferOf(piece);
		if (this.#rest.length > 0) {
			// Only the paragraph that two pieces share is copied: copying all took a tenth of the whole compilation.
			const joint = bytes.indexOf('\n\n') + 1;
			const joined = Buffer.concat([this.#rest, joint > 0 ? bytes.subarray(0, joint) : bytes]);
			if (joint > 0) this.#read(joined);
			bytes = joint > 0 ? bytes.subarray(joint) : joined;
		}
		const end = bytes.lastIndexOf('\n\n') + 1;
		this.#read(bytes.subarray(0, end));
		// A copy: a view would keep the whole piece.
		this.#rest = Buffer.from(bytes.subarray(end));
		if (this.#rest.length > largestParagraph) {
			throw new SlipwayError('verification', 'The Packages file has a paragraph of absurd size.', {
				hint: 'The mirror may be broken: try another with --mirror.',
			});
		}
	}

	end(): void {
		this.#read(this.#rest);
		this.#rest = Buffer.alloc(0);
	}

	#read(bytes: Buffer): void {
		const spans = this.#spans;
		spans.fill(0);
		let hasFields = false;
		let current = -1;
		let at = 0;
		while (at < bytes.length) {
			const found = bytes.indexOf(lineFeed, at);
			const end = found < 0 ? bytes.length : found;
			const first = bytes[at] ?? lineFeed;
			if (first === lineFeed || isBlank(bytes, at, end)) {
				if (hasFields) this.#visit(bytes, spans);
				spans.fill(0);
				hasFields = false;
				current = -1;
			} else if (first === space || first === tab) {
				if (current >= firstRelationField) spans[current * 2 + 1] = trimmedEnd(bytes, at, end);
			} else {
				hasFields = true;
				current = fieldAt(bytes, at, first);
				if (current >= 0) {
					const start = skipSpaces(bytes, at + (packagesFields[current]?.length ?? 0) + 1, end);
					spans[current * 2] = start;
					spans[current * 2 + 1] = trimmedEnd(bytes, start, end);
				}
			}
			at = end + 1;
		}
		if (hasFields) this.#visit(bytes, spans);
	}
}

/** The number of the field whose name begins here, or -1. */
function fieldAt(bytes: Buffer, at: number, first: number): number {
	for (const {prefix, field} of candidates[first] ?? []) {
		let matched = 1;
		while (matched < prefix.length && bytes[at + matched] === prefix[matched]) matched++;
		if (matched === prefix.length) return field;
	}
	return -1;
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
	return skipSpaces(bytes, start, end) === end;
}

function skipSpaces(bytes: Buffer, start: number, end: number): number {
	let at = start;
	while (at < end && isSpace(bytes[at])) at++;
	return at;
}

function trimmedEnd(bytes: Buffer, start: number, end: number): number {
	let at = end;
	while (at > start && isSpace(bytes[at - 1])) at--;
	return at;
}

function isSpace(byte: number | undefined): boolean {
	return byte === space || byte === tab || byte === carriageReturn;
}

function bufferOf(bytes: Uint8Array): Buffer {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
