import {SlipwayError} from '../../base/errors.ts';
import type {RelationGroup, RelationOperator} from '../package-index.ts';
import {NumberList} from './number-list.ts';
import {parseRelationGroup} from './relation.ts';
import {StringInterner} from './string-heap.ts';

/** Operators by their number in the compiled form. */
export const operators: readonly (RelationOperator | null)[] = [null, '<<', '<=', '=', '>=', '>>'];

const comma = 0x2c;
/** In place of a number, for a text that cannot be parsed. */
const malformed = 0xffff_ffff;

/** Relation fields as numbers: a field is a list of groups, a group a list of relations; equal ones are stored once. */
export class RelationInterner {
	readonly #strings: StringInterner;
	readonly #listTexts = new StringInterner();
	readonly #groupTexts = new StringInterner();
	/** List or group by the number of its text, plus one. */
	readonly #listOfText = new NumberList();
	readonly #groupOfText = new NumberList();
	readonly #listOffsets = new NumberList();
	readonly #listData = new NumberList();
	readonly #groupOffsets = new NumberList();
	/** Four numbers a relation: name, qualifier, operator, version. */
	readonly #groupData = new NumberList();

	constructor(strings: StringInterner) {
		this.#strings = strings;
		// List 0 is the empty one, as text 0 is the empty text.
		this.#listOffsets.push(0);
		this.#listOffsets.push(0);
		this.#listOfText.push(0);
		this.#groupOfText.push(malformed);
		this.#groupOffsets.push(0);
	}

	/** The number of a field's list; 0 for an empty field, null for a malformed one. */
	list(bytes: Buffer, start: number, end: number): number | null {
		const text = this.#listTexts.intern(bytes, start, end);
		if (text === this.#listOfText.length) this.#listOfText.push(this.#addList(bytes, start, end) ?? malformed);
		const list = this.#listOfText.at(text);
		return list === malformed ? null : list;
	}

	/** What a list provides, if it is of the field Provides: calls back with the numbers of name and version (or 0). */
	eachProvided(list: number, visit: (name: number, version: number) => void): void {
		const data = this.#groupData;
		for (let at = this.#listOffsets.at(list); at < this.#listOffsets.at(list + 1); at++) {
			const group = this.#listData.at(at);
			for (let one = this.#groupOffsets.at(group); one < this.#groupOffsets.at(group + 1); one++) {
				// Only `=` gives a provided version (deb-control(5)).
				const isExact = operators[data.at(one * 4 + 2)] === '=';
				visit(data.at(one * 4), isExact ? data.at(one * 4 + 3) : 0);
			}
		}
	}

	sections(): Record<string, Uint32Array> {
		return {
			listOffsets: this.#listOffsets.toArray(),
			listData: this.#listData.toArray(),
			groupOffsets: this.#groupOffsets.toArray(),
			groupData: this.#groupData.toArray(),
		};
	}

	#addList(bytes: Buffer, start: number, end: number): number | null {
		const groups: number[] = [];
		let from = start;
		while (from < end) {
			const found = bytes.indexOf(comma, from);
			const to = found < 0 || found > end ? end : found;
			const group = this.#group(bytes, from, to);
			if (group === null) return null;
			if (group >= 0) groups.push(group);
			from = to + 1;
		}
		for (const group of groups) this.#listData.push(group);
		return this.#listOffsets.push(this.#listData.length) - 1;
	}

	/** -1 for an empty place between commas, which dpkg accepts; null for a malformed group. */
	#group(bytes: Buffer, start: number, end: number): number | null {
		let from = start;
		let to = end;
		while (from < to && (bytes[from] ?? 0) <= 0x20) from++;
		while (to > from && (bytes[to - 1] ?? 0) <= 0x20) to--;
		if (from === to) return -1;
		const text = this.#groupTexts.intern(bytes, from, to);
		if (text === this.#groupOfText.length) {
			this.#groupOfText.push(this.#addGroup(bytes.toString('utf8', from, to)) ?? malformed);
		}
		const group = this.#groupOfText.at(text);
		return group === malformed ? null : group;
	}

	#addGroup(text: string): number | null {
		let group: RelationGroup;
		try {
			group = parseRelationGroup(text);
		} catch (error) {
			if (error instanceof SlipwayError && error.code === 'bad-input') return null;
			throw error;
		}
		for (const {name, qualifier, operator, version} of group) {
			this.#groupData.push(this.#strings.internText(name));
			this.#groupData.push(this.#strings.internText(qualifier ?? ''));
			this.#groupData.push(operators.indexOf(operator));
			this.#groupData.push(this.#strings.internText(version ?? ''));
		}
		return this.#groupOffsets.push(this.#groupData.length / 4) - 1;
	}
}
