import {emptyField, type TextField} from '../fields/text-field.ts';
import type {Context} from '../keys/context.ts';
import {commandTable, keyMapWith, type Command, type CommandId, type KeyMap} from '../keys/key-map.ts';
import {matchesFilter} from '../lists/filter.ts';
import {firstRow, type ListCursor} from '../lists/list-window.ts';

/** Every command with its keys, to be given others. */
export interface KeyBindingsDialog {
	readonly kind: 'keys';
	readonly filter: TextField;
	readonly cursor: ListCursor;
	/** The command that the next key is for. */
	readonly capturing: CommandId | null;
	readonly problem: string | null;
}

export const freshKeyBindings: KeyBindingsDialog = {
	kind: 'keys',
	filter: emptyField,
	cursor: firstRow,
	capturing: null,
	problem: null,
};

export const bindingRows = ({filter}: KeyBindingsDialog, keyMap: KeyMap): readonly Command[] =>
	keyMap
		.filter(({id, title, keys, contexts}) => matchesFilter(filter.text, [title, id], [...keys, ...contexts]))
		// Letters that stand together come before letters that only stand in order.
		.toSorted((a, b) => rankOf(filter.text, a) - rankOf(filter.text, b));

/** 0 where a command's name has the words as they were typed, else 1. */
export const rankOf = (words: string, {id, title}: Pick<Command, 'id' | 'title'>): number =>
	`${title} ${id}`.toLowerCase().includes(words.trim().toLowerCase()) ? 0 : 1;

/** Commands that would lose the key: those that have it where the command is valid, too. */
export function keyOwners(keyMap: KeyMap, id: CommandId, key: string): readonly Command[] {
	const contexts = new Set<Context>(commandTable[id].contexts);
	return keyMap.filter(own => own.id !== id && own.keys.includes(key) && own.contexts.some(at => contexts.has(at)));
}

/** The setting `keys` with another key for a command; null: its own keys again. */
export function bindingSetting(setting: string, id: CommandId, key: string | null): string {
	const others = setting.split(/\s+/u).filter(part => part !== '' && !part.startsWith(`${id}=`));
	return [...others, ...(key === null ? [] : [`${id}=${key}`])].join(' ');
}

export const isRebound = (id: CommandId, keyMap: KeyMap): boolean => {
	const initial: readonly string[] = commandTable[id].keys;
	return keyMap.find(own => own.id === id)?.keys.join(' ') !== initial.join(' ');
};

/** The first problem of a setting, or null. */
export const bindingProblem = (setting: string): string | null => keyMapWith(setting).problems[0] ?? null;
