import type {Starter} from '../../src/catalog/starter.ts';
import {emptyField, type TextField} from '../fields/text-field.ts';
import {matchesFilter} from '../lists/filter.ts';
import {firstRow, type ListCursor} from '../lists/list-window.ts';

export interface StarterPicker {
	readonly filter: TextField;
	/** Counts starters, not category headers. */
	readonly cursor: ListCursor;
}

export const emptyPicker: StarterPicker = {filter: emptyField, cursor: firstRow};

const categories = ['language', 'web', 'database', 'messaging', 'base'];

/** By category, then by name. */
export function pickerRows({filter}: StarterPicker, starters: readonly Starter[]): readonly Starter[] {
	const place = ({category}: Starter) => {
		const at = categories.indexOf(category);
		return at === -1 ? categories.length : at;
	};
	const text = filter.text.trim();
	const rank = ({name}: Starter) => (text !== '' && !name.startsWith(text.toLowerCase()) ? 1 : 0);
	return starters
		.filter(({name, title, category, description}) => matchesFilter(text, name, [title, category, description]))
		.toSorted((a, b) => rank(a) - rank(b) || place(a) - place(b) || (a.name < b.name ? -1 : 1));
}
