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

/** By category, then by name; those without a line in the indexes last. */
export function pickerRows({filter}: StarterPicker, starters: readonly Starter[]): readonly Starter[] {
	const place = ({category}: Starter) => {
		const at = categories.indexOf(category);
		return at === -1 ? categories.length : at;
	};
	return starters
		.filter(starter =>
			matchesFilter(filter.text, `${starter.name} ${starter.title} ${starter.category} ${starter.description}`),
		)
		.toSorted((a, b) => place(a) - place(b) || (a.name < b.name ? -1 : 1));
}
