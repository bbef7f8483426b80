import type {Context} from '../keys/context.ts';
import {commandTable, validCommands, type CommandId, type KeyMap} from '../keys/key-map.ts';
import {matchesFilter} from '../lists/filter.ts';
import type {Dialog} from './dialog.ts';
import {rankOf} from './key-bindings.ts';

/** Commands that the palette offers where the user stands. */
export const paletteCommands = (keyMap: KeyMap, chain: readonly Context[]): readonly CommandId[] =>
	validCommands(keyMap, chain)
		.filter(({id, inPalette}) => inPalette !== false && id !== 'program/suspend')
		.map(({id}) => id);

/** What was run last stands first until something is typed. */
export const paletteChoices = ({field, choices, recent}: Extract<Dialog, {kind: 'palette'}>): readonly CommandId[] =>
	(field.text === '' ? [...recent, ...choices.filter(id => !recent.includes(id))] : choices)
		.filter(id => matchesFilter(field.text, [commandTable[id].title, id]))
		// Letters that stand together come before letters that only stand in order.
		.toSorted((a, b) => rank(field.text, a) - rank(field.text, b));

const rank = (text: string, id: CommandId): number => rankOf(text, {id, title: commandTable[id].title});

/** As many as one goes back to. */
const mostRemembered = 20;

/** The command as the last that was run. */
export const remembered = (history: readonly CommandId[], id: CommandId): readonly CommandId[] =>
	[id, ...history.filter(own => own !== id)].slice(0, mostRemembered);
