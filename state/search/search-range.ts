import {applyEdit, draftOf, editDraft, type Composer} from '../composer/composer.ts';
import {addPackages, hasPackage, removePackages, type Draft} from '../composer/draft.ts';
import {rangeOf} from '../lists/selection.ts';
import {rowKey, searchRows, type SearchPane, type SearchRow} from './search-pane.ts';

/** First and last row of the range of the search's list; null: there is none. */
export const searchRange = (search: SearchPane, draft: Draft): ReturnType<typeof rangeOf> =>
	search.rangeFrom === null ? null : rangeOf(searchRows(search, draft).map(rowKey), search.rangeFrom, search.cursor.at);

export interface RangedPackages {
	/** What Enter adds or takes away. */
	readonly names: readonly string[];
	/** Families that cannot be added. */
	readonly blocked: readonly string[];
}

/** The packages of rows. Where a family's auto package is among them it stands for the members: both would be once too many. */
export function packagesOf(rows: readonly SearchRow[]): RangedPackages {
	const withAuto = new Set(rows.flatMap(row => (row.kind === 'auto' ? [row.family.family] : [])));
	const names = new Set<string>();
	const blocked = new Set<string>();
	for (const row of rows) {
		const {family, auto, blocked: why} = row.family;
		if (why) blocked.add(family);
		else if (row.kind === 'auto') names.add(row.name);
		else if (row.kind === 'member' && !withAuto.has(family)) names.add(row.name);
		// The header of a folded family stands for what is folded away.
		else if (row.kind === 'family' && row.isFolded && auto !== null) names.add(auto);
	}
	return {names: [...names], blocked: [...blocked]};
}

/** Begins a range at the cursor, or ends the one there is. */
export const toggleRange = (search: SearchPane, row: SearchRow | undefined): SearchPane => ({
	...search,
	rangeFrom: search.rangeFrom === null && row ? rowKey(row) : null,
});

export interface RangeEdit {
	readonly composer: Composer;
	/** What was done, as a sentence; null where it was refused. */
	readonly said: string | null;
}

/** Adds what is missing of the range; takes it away if nothing is. One edit: one undo takes all of it back. */
export function editRange(composer: Composer): RangeEdit {
	const draft = draftOf(composer);
	const range = searchRange(composer.search, draft);
	const rows = range ? searchRows(composer.search, draft).slice(range.first, range.last + 1) : [];
	const {names, blocked} = packagesOf(rows);
	const ended = {...composer, search: {...composer.search, rangeFrom: null}};
	const left =
		blocked.length > 0 ? ` ${blocked.join(', ')} ${blocked.length === 1 ? 'is' : 'are'} in the starter.` : '';
	if (names.length === 0) return {composer: {...ended, refusal: `There is nothing to add here.${left}`}, said: null};
	const counted = names.length === 1 ? '1 package was' : `${names.length} packages were`;
	if (names.every(name => hasPackage(draft, name))) {
		return {composer: editDraft(ended, removePackages(draft, names)), said: `${counted} taken away.${left}`};
	}
	const edited = addPackages(draft, names);
	const missing = names.filter(name => !hasPackage(draft, name)).length;
	const added = missing === 1 ? '1 package was' : `${missing} packages were`;
	return {composer: applyEdit(ended, edited), said: edited.kind === 'ok' ? `${added} added.${left}` : null};
}
