import type {Context} from '../keys/context.ts';
import {commandTable, validCommands, type CommandId, type KeyMap} from '../keys/key-map.ts';
import {matchesFilter} from '../lists/filter.ts';
import type {Dialog} from './dialog.ts';

/** Commands that the palette offers where the user stands. */
export const paletteCommands = (keyMap: KeyMap, chain: readonly Context[]): readonly CommandId[] =>
	validCommands(keyMap, chain)
		.filter(({id, inPalette}) => inPalette !== false && id !== 'program/suspend')
		.map(({id}) => id);

export const paletteChoices = ({field, choices}: Extract<Dialog, {kind: 'palette'}>): readonly CommandId[] =>
	choices
		.filter(id => matchesFilter(field.text, [commandTable[id].title, id]))
		// Letters that stand together come before letters that only stand in order.
		.toSorted((a, b) => rank(field.text, a) - rank(field.text, b));

const rank = (text: string, id: CommandId): number =>
	`${commandTable[id].title} ${id}`.toLowerCase().includes(text.trim().toLowerCase()) ? 0 : 1;
