import type {FamilyHit, MemberHit, SearchResult} from '../../src/catalog/search-result.ts';
import {hasPackage, type Draft} from '../composer/draft.ts';
import {emptyField, type TextField} from '../fields/text-field.ts';
import {rememberLast} from '../remember-last.ts';
import {cursorAt, firstRow, type ListCursor} from '../lists/list-window.ts';

/** The package-search pane. */
export interface SearchPane {
	readonly field: TextField;
	/** True while letters go into the field, false while they are commands on the list. */
	readonly isTyping: boolean;
	/** Query of the newest search that was asked for; `result` may still be of an older one. */
	readonly asked: string;
	/** Query that `result` answers; null before the first answer. */
	readonly answered: string | null;
	readonly result: SearchResult | null;
	readonly problem: string | null;
	readonly cursor: ListCursor;
	/** Families whose members are folded away. */
	readonly folded: ReadonlySet<string>;
	/** Key of the row that a range of packages began at; null: there is none. */
	readonly rangeFrom: string | null;
}

export const emptySearch: SearchPane = {
	field: emptyField,
	isTyping: true,
	asked: '',
	answered: null,
	result: null,
	problem: null,
	cursor: firstRow,
	folded: new Set(),
	rangeFrom: null,
};

/** A package of a family in every suite that has it. */
export interface MemberRow {
	readonly kind: 'member';
	readonly family: FamilyHit;
	readonly name: string;
	/** Of each suite, most advanced first. */
	readonly offers: readonly MemberHit[];
	/** True under a family's header. */
	readonly isIndented: boolean;
	readonly isAdded: boolean;
	readonly pinned: string | null;
}

export type SearchRow =
	| {
			readonly kind: 'family';
			readonly family: FamilyHit;
			readonly isFolded: boolean;
			/** How many of its rows are added. */
			readonly addedCount: number;
	  }
	| {readonly kind: 'auto'; readonly family: FamilyHit; readonly name: string; readonly isAdded: boolean}
	| MemberRow;

/** Families as groups: the auto package first, members under it. A family of one package is one row. */
export const searchRows = rememberLast((pane: SearchPane, draft: Draft): readonly SearchRow[] => {
	return (pane.result?.families ?? []).flatMap(family => {
		const byName = Map.groupBy(family.members, ({name}) => name);
		const members = [...byName].map(([name, offers]): MemberRow => {
			const requested = draft.packages.find(own => own.name === name);
			return {
				kind: 'member',
				family,
				name,
				offers,
				isIndented: true,
				isAdded: requested !== undefined,
				pinned: requested?.version ?? null,
			};
		});
		const [only] = members;
		if (family.auto === null && members.length === 1 && only) return [{...only, isIndented: false}];
		const isFolded = pane.folded.has(family.family);
		const auto: SearchRow[] =
			family.auto === null ? [] : [{kind: 'auto', family, name: family.auto, isAdded: hasPackage(draft, family.auto)}];
		const rows = [...auto, ...members];
		const addedCount = rows.filter(row => 'isAdded' in row && row.isAdded).length;
		const header: SearchRow = {kind: 'family', family, isFolded, addedCount};
		return isFolded ? [header] : [header, ...rows];
	});
});

export const rowKey = (row: SearchRow): string =>
	row.kind === 'family' ? `family ${row.family.family}` : `${row.kind} ${row.family.family} ${row.name}`;

/**
 * Where the cursor waits for Enter: on the package whose whole name was typed, `postgresql-15`; else on the first, which
 * of a family is its auto package, also if the family's own name was typed.
 */
export function likeliestRow(rows: readonly SearchRow[], query: string): number {
	const [first, second] = rows;
	const isNamed = (row: SearchRow) => row.kind === 'member' && row.name === query && row.family.family !== query;
	const named = rows.findIndex(isNamed);
	if (named !== -1) return named;
	return first?.kind === 'family' && second ? 1 : 0;
}

/** A result takes its place, unless a newer query was asked for meanwhile. */
export function searchFinished(pane: SearchPane, query: string, result: SearchResult): SearchPane {
	if (query !== pane.asked) return pane;
	const isNewQuery = pane.result?.query !== result.query;
	return {...pane, answered: query, result, problem: null, cursor: isNewQuery ? firstRow : pane.cursor};
}

export const searchAsked = (pane: SearchPane, query: string): SearchPane => ({...pane, asked: query, problem: null});

export function searchFailed(pane: SearchPane, query: string, problem: string): SearchPane {
	return query === pane.asked ? {...pane, problem} : pane;
}

/** Folds or unfolds the family under the cursor; folding takes the cursor to its header. */
export function foldFamily(pane: SearchPane, rows: readonly SearchRow[], fold: boolean): SearchPane {
	const row = rows[pane.cursor.at];
	if (!row) return pane;
	const {family} = row.family;
	const headerAt = rows.findIndex(candidate => candidate.kind === 'family' && candidate.family.family === family);
	if (headerAt === -1 || pane.folded.has(family) === fold) return pane;
	const folded = new Set(pane.folded);
	if (fold) folded.add(family);
	else folded.delete(family);
	const cursor = fold ? cursorAt(pane.cursor, headerAt, rows.length, rows.length) : pane.cursor;
	return {...pane, folded, cursor};
}
