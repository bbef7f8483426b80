import type {Architecture, MultiArch} from '../package-index.ts';
import {NumberList} from './number-list.ts';
import {firstRelationField, packagesFields, type FieldSpans, type PackagesField} from './packages-reader.ts';
import {packageNamePattern} from './relation.ts';
import type {RelationInterner} from './relation-interner.ts';
import type {StringInterner} from './string-heap.ts';
import {flag, multiArchValues, numberColumns, poolFilename, pools, type NumberColumn} from './suite-layout.ts';
import {compareVersions, isVersion} from './version.ts';

export type Columns = Readonly<Record<NumberColumn, Uint32Array>> & {
	readonly flags: Uint8Array;
	readonly sha256: Uint8Array;
};

const largestNumber = 0xffff_ffff;
const wordsOfHash = 8;
const width = numberColumns.length;
const placeOf = Object.fromEntries(packagesFields.map((name, index) => [name, index * 2])) as Record<
	PackagesField,
	number
>;

/** Collects packages as rows of numbers. */
export class RowBuilder {
	count = 0;
	readonly #architecture: Architecture;
	readonly #strings: StringInterner;
	readonly #relations: RelationInterner;
	readonly #names: string[] = [];
	readonly #numbers = new NumberList();
	readonly #flags = new NumberList();
	readonly #sha256 = new NumberList();
	readonly #lists = new Uint32Array(packagesFields.length - firstRelationField);

	constructor(architecture: Architecture, strings: StringInterner, relations: RelationInterner) {
		this.#architecture = architecture;
		this.#strings = strings;
		this.#relations = relations;
	}

	/** False for a paragraph without what planning relies on: it is left out. */
	add(bytes: Buffer, spans: FieldSpans): boolean {
		const start = (name: PackagesField) => spans[placeOf[name]] ?? 0;
		const end = (name: PackagesField) => spans[placeOf[name] + 1] ?? 0;
		const text = (name: PackagesField) => bytes.toString('latin1', start(name), end(name));
		const name = text('Package');
		const version = text('Version');
		const architecture = text('Architecture');
		const filename = text('Filename');
		const sha256 = text('SHA256');
		const sizeBytes = wholeNumber(text('Size'));
		if (architecture !== 'all' && architecture !== this.#architecture) return false;
		if (name.length > 256 || !packageNamePattern.test(name) || !isVersion(version)) return false;
		if (sizeBytes === null || !/^[0-9a-f]{64}$/.test(sha256) || !isSafeFilename(filename)) return false;
		// A package whose relations cannot be read cannot be planned truthfully.
		if (!this.#readRelations(bytes, spans)) return false;

		const intern = (name: PackagesField) => this.#strings.intern(bytes, start(name), end(name));
		const nameNumber = intern('Package');
		const versionNumber = intern('Version');
		const source = splitSource(text('Source'));
		const sourceName = source.name === '' ? name : source.name;
		const pool = poolOf(filename, sourceName, name, version, architecture);
		const numbers = this.#numbers;
		numbers.push(nameNumber);
		numbers.push(versionNumber);
		numbers.push(sourceName === name ? nameNumber : this.#strings.internText(sourceName));
		numbers.push(source.version === '' ? versionNumber : this.#strings.internText(source.version));
		numbers.push(intern('Section'));
		numbers.push(intern('Priority'));
		numbers.push(this.#strings.append(bytes, start('Description'), end('Description')));
		numbers.push(intern('Maintainer'));
		numbers.push(intern('Homepage'));
		numbers.push(pool === 0 ? this.#strings.append(bytes, start('Filename'), end('Filename')) : 0);
		numbers.push(sizeBytes);
		numbers.push(wholeNumber(text('Installed-Size')) ?? 0);
		for (const list of this.#lists) numbers.push(list);
		this.#flags.push(
			(text('Essential') === 'yes' ? flag.essential : 0) |
				(architecture === 'all' ? flag.architectureAll : 0) |
				(Math.max(0, multiArchValues.indexOf(text('Multi-Arch') as MultiArch)) << flag.multiArchShift) |
				(pool << flag.poolShift),
		);
		for (let word = 0; word < wordsOfHash; word++)
			this.#sha256.push(Number.parseInt(sha256.slice(word * 8, word * 8 + 8), 16));
		this.#names.push(name);
		this.count++;
		return true;
	}

	/** The columns, rows sorted by name and within a name newest first. */
	finish(): Columns {
		const order = this.#order();
		const numbers = this.#numbers.toArray();
		const words = this.#sha256.toArray();
		// Plain loops: with callbacks, this took a tenth of the whole compilation.
		const column = (source: Uint32Array, rowWidth: number, place: number) => {
			const values = new Uint32Array(order.length);
			for (let at = 0; at < order.length; at++) values[at] = source[(order[at] ?? 0) * rowWidth + place] ?? 0;
			return values;
		};
		const sha256 = new DataView(new ArrayBuffer(order.length * wordsOfHash * 4));
		for (let at = 0; at < order.length * wordsOfHash; at++) {
			const row = order[Math.floor(at / wordsOfHash)] ?? 0;
			sha256.setUint32(at * 4, words[row * wordsOfHash + (at % wordsOfHash)] ?? 0);
		}
		return {
			...(Object.fromEntries(numberColumns.map((name, place) => [name, column(numbers, width, place)])) as Record<
				NumberColumn,
				Uint32Array
			>),
			flags: Uint8Array.from(column(this.#flags.toArray(), 1, 0)),
			sha256: new Uint8Array(sha256.buffer),
		};
	}

	/** Fills `#lists`; false if one of the fields is malformed. */
	#readRelations(bytes: Buffer, spans: FieldSpans): boolean {
		for (let index = 0; index < this.#lists.length; index++) {
			const place = (firstRelationField + index) * 2;
			const list = this.#relations.list(bytes, spans[place] ?? 0, spans[place + 1] ?? 0);
			if (list === null) return false;
			this.#lists[index] = list;
		}
		return true;
	}

	/** Debian's files are nearly in this order, which the sort of an array makes use of. */
	#order(): readonly number[] {
		const names = this.#names;
		const version = (row: number) => this.#strings.text(this.#numbers.at(row * width + 1));
		return [...names.keys()].sort((a, b) => {
			const [nameA = '', nameB = ''] = [names[a], names[b]];
			if (nameA !== nameB) return nameA < nameB ? -1 : 1;
			return compareVersions(version(b), version(a)) || a - b;
		});
	}
}

/** `Source: NAME` or `NAME (VERSION)` (deb-control(5)); '' for what is not said. */
function splitSource(text: string): {readonly name: string; readonly version: string} {
	const space = text.indexOf(' ');
	if (space < 0) return {name: text, version: ''};
	return {name: text.slice(0, space), version: /\(([^()]+)\)/.exec(text)?.[1] ?? ''};
}

/** The number of the pool whose usual file name this is, or 0. */
function poolOf(filename: string, source: string, name: string, version: string, architecture: string): number {
	for (let pool = 1; pool < pools.length; pool++) {
		const root = pools[pool] ?? '';
		if (filename.startsWith(root) && filename === poolFilename(root, source, name, version, architecture)) return pool;
	}
	return 0;
}

function wholeNumber(text: string): number | null {
	if (!/^\d{1,10}$/.test(text)) return null;
	const number = Number(text);
	return number <= largestNumber ? number : null;
}

/** Relative, without `..`, printable ASCII, nothing that means something else in an address than in a path. */
function isSafeFilename(filename: string): boolean {
	return (
		filename.length <= 1024 &&
		/^[!-~]+$/.test(filename) &&
		!/[?#\\%]/.test(filename) &&
		!/(?:^|\/)\.{0,2}(?:\/|$)/.test(filename)
	);
}
