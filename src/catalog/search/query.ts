/**
 * The search grammar: fzf's extended one. Words are joined by and, ` | ` joins neighbours by or:
 *
 *     word  'exact  'whole-word'  ^prefix  suffix$  ^equal$  !not  !^not  !not$
 *
 * and the filters `family:` `line:` `section:` `added:`, which `!` turns round too; `added:` stands alone. A backslash makes a space part of a word.
 */
export interface Query {
	/** All groups have to match; of a group, one term. */
	readonly groups: readonly (readonly Term[])[];
	readonly filters: readonly Filter[];
}

export type TermKind = 'fuzzy' | 'exact' | 'word' | 'prefix' | 'suffix' | 'equal';

export interface Term {
	readonly kind: TermKind;
	/** Lowercase unless `isCaseSensitive`. */
	readonly text: string;
	readonly isNegated: boolean;
	/** Smart case: where the user typed a capital letter. Package names have none, so that only descriptions heed it. */
	readonly isCaseSensitive: boolean;
}

export type FilterField = 'family' | 'line' | 'section' | 'added';

export interface Filter {
	readonly field: FilterField;
	/** Empty for `added:`. */
	readonly value: string;
	readonly isNegated: boolean;
}

const filterPattern = /^(!?)(?:(family|line|section):(.+)|(added):)$/;

export function parseQuery(text: string): Query {
	const groups: Term[][] = [];
	const filters: Filter[] = [];
	let joinsPrevious = false;
	for (const word of wordsOf(text)) {
		if (word === '|') {
			joinsPrevious = groups.length > 0;
			continue;
		}
		const filter = filterPattern.exec(word);
		const field = filter?.[2] ?? filter?.[4];
		if (filter && field !== undefined) {
			const value = (filter[3] ?? '').toLowerCase();
			filters.push({field: field as FilterField, value, isNegated: filter[1] === '!'});
			joinsPrevious = false;
			continue;
		}
		const term = parseTerm(word);
		if (term === null) continue;
		const last = groups.at(-1);
		if (joinsPrevious && last !== undefined) last.push(term);
		else groups.push([term]);
		joinsPrevious = false;
	}
	return {groups, filters};
}

/** Null for an operator without a word, such as `!` or `^` while one still types. */
function parseTerm(word: string): Term | null {
	const isNegated = word.startsWith('!');
	let text = isNegated ? word.slice(1) : word;
	// fzf: an inverse term is exact.
	let kind: TermKind = isNegated ? 'exact' : 'fuzzy';
	if (text.startsWith("'")) {
		text = text.slice(1);
		kind = 'exact';
		if (text.length > 1 && text.endsWith("'")) {
			text = text.slice(0, -1);
			kind = 'word';
		}
	} else {
		const isPrefix = text.startsWith('^');
		if (isPrefix) text = text.slice(1);
		const isSuffix = text.endsWith('$') && text !== '$';
		if (isSuffix) text = text.slice(0, -1);
		if (isPrefix && isSuffix) kind = 'equal';
		else if (isPrefix) kind = 'prefix';
		else if (isSuffix) kind = 'suffix';
	}
	if (text === '') return null;
	const isCaseSensitive = text !== text.toLowerCase();
	return {kind, text, isNegated, isCaseSensitive};
}

function wordsOf(text: string): readonly string[] {
	return (text.match(/(?:\\ |\S)+/g) ?? []).map(word => word.replaceAll('\\ ', ' '));
}
