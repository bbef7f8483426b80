import {SlipwayError} from '../../base/errors.ts';
import type {RelationGroup, RelationOperator} from '../package-index.ts';
import {parseRelationGroup} from './relation.ts';
import type {StringInterner} from './string-heap.ts';

/** Operators by their number in the compiled form. */
export const operators: readonly (RelationOperator | null)[] = [null, '<<', '<=', '=', '>=', '>>'];

/** Relation fields as numbers: a field is a list of groups, a group a list of relations; equal ones are stored once. */
export class RelationInterner {
	readonly #strings: StringInterner;
	readonly #lists = new Map<string, number | null>([['', 0]]);
	readonly #groupNumbers = new Map<string, number | null>();
	readonly #listOffsets: number[] = [0, 0];
	readonly #listData: number[] = [];
	readonly #groupOffsets: number[] = [0];
	/** Four numbers a relation: name, qualifier, operator, version. */
	readonly #groupData: number[] = [];

	constructor(strings: StringInterner) {
		this.#strings = strings;
	}

	/** The number of a field's list; 0 for an empty field, null for a malformed one. */
	list(text: string): number | null {
		let number = this.#lists.get(text);
		if (number === undefined) {
			number = this.#addList(text);
			this.#lists.set(text, number);
		}
		return number;
	}

	/** What a list provides, if it is of the field Provides: calls back with the numbers of name and version (or 0). */
	eachProvided(list: number, visit: (name: number, version: number) => void): void {
		const data = this.#groupData;
		for (let at = this.#listOffsets[list] ?? 0; at < (this.#listOffsets[list + 1] ?? 0); at++) {
			const group = this.#listData[at] ?? 0;
			for (let one = this.#groupOffsets[group] ?? 0; one < (this.#groupOffsets[group + 1] ?? 0); one++) {
				// Only `=` gives a provided version (deb-control(5)).
				const isExact = operators[data[one * 4 + 2] ?? 0] === '=';
				visit(data[one * 4] ?? 0, isExact ? (data[one * 4 + 3] ?? 0) : 0);
			}
		}
	}

	sections(): Record<string, Uint32Array> {
		return {
			listOffsets: Uint32Array.from(this.#listOffsets),
			listData: Uint32Array.from(this.#listData),
			groupOffsets: Uint32Array.from(this.#groupOffsets),
			groupData: Uint32Array.from(this.#groupData),
		};
	}

	#addList(text: string): number | null {
		const groups: number[] = [];
		for (const part of text.split(',')) {
			const trimmed = part.trim();
			if (trimmed === '') continue;
			const group = this.#group(trimmed);
			if (group === null) return null;
			groups.push(group);
		}
		for (const group of groups) this.#listData.push(group);
		return this.#listOffsets.push(this.#listData.length) - 2;
	}

	#group(text: string): number | null {
		let number = this.#groupNumbers.get(text);
		if (number === undefined) {
			number = this.#addGroup(text);
			this.#groupNumbers.set(text, number);
		}
		return number;
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
			this.#groupData.push(
				this.#strings.intern(name),
				this.#strings.intern(qualifier ?? ''),
				operators.indexOf(operator),
				this.#strings.intern(version ?? ''),
			);
		}
		return this.#groupOffsets.push(this.#groupData.length / 4) - 2;
	}
}
