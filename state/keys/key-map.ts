import {buildKeys} from './build-keys.ts';
import {cardKeys} from './card-keys.ts';
import type {CommandDefinition} from './command-definition.ts';
import {composerKeys} from './composer-keys.ts';
import type {Context} from './context.ts';
import {dialogKeys} from './dialog-keys.ts';
import {fileKeys} from './file-keys.ts';
import {galleryKeys} from './gallery-keys.ts';
import {listKeys} from './list-keys.ts';

/**
 * Every command with its keys: one table that handles keys, fills the hint line, the help, the palette and the
 * documentation. Settings may give a command other keys.
 */

export const commandTable = {
	...cardKeys,
	...galleryKeys,
	...fileKeys,
	...composerKeys,
	...buildKeys,
	...dialogKeys,
	...listKeys,
	// Anywhere
	'screen/back': {
		title: 'Back',
		hint: 'back',
		keys: ['esc'],
		contexts: ['gallery', 'starters', 'composer', 'image', 'builds', 'log', 'files'],
	},
	'repository/refresh': {title: 'Refresh the package lists', keys: ['ctrl+r'], contexts: ['anywhere'], isWriting: true},
	'command-line/show': {title: 'Show the equivalent command line', keys: ['@'], contexts: ['anywhere']},
	'settings/open': {title: 'Settings', keys: [','], contexts: ['anywhere']},
	'keys/open': {title: 'Key bindings', keys: ['K'], contexts: ['anywhere']},
	'mouse/toggle': {
		title: 'Give the mouse back to the terminal, or take it',
		keys: ['m', 'alt+m'],
		contexts: ['anywhere'],
	},
	'screen/redraw': {title: 'Draw the screen anew', keys: ['ctrl+l'], contexts: ['anywhere']},
	'palette/open': {title: 'Command palette', keys: [':'], contexts: ['anywhere'], inPalette: false},
	'help/open': {title: 'Keys that are valid now', hint: 'help', keys: ['?', 'f1'], contexts: ['anywhere']},
	'program/suspend': {title: 'Suspend', keys: ['ctrl+z'], contexts: ['anywhere']},
	'program/quit': {title: 'Quit', hint: 'quit', keys: ['q', 'ctrl+c'], contexts: ['anywhere']},
} as const satisfies Readonly<Record<string, CommandDefinition>>;

export type CommandId = keyof typeof commandTable;

export interface Command extends CommandDefinition {
	readonly id: CommandId;
}

const allCommands: readonly Command[] = Object.entries(commandTable).map(([id, definition]) => ({
	...definition,
	id: id as CommandId,
}));

/** Commands with the keys that are in force. */
export type KeyMap = readonly Command[];

export interface KeyMapResult {
	readonly keyMap: KeyMap;
	/** What in the setting could not be used, as sentences. */
	readonly problems: readonly string[];
}

/** @param overrides `COMMAND=KEY,KEY COMMAND=KEY …`, as in the setting `keys` */
export function keyMapWith(overrides = ''): KeyMapResult {
	const problems: string[] = [];
	const own = new Map<string, readonly string[]>();
	for (const part of overrides.split(/\s+/u).filter(Boolean)) {
		const [, id = '', keys = ''] = /^([^=]+)=(.+)$/u.exec(part) ?? [];
		if (!(id in commandTable)) problems.push(`The setting keys names no command: ${part}`);
		else own.set(id, keys === ',' ? [','] : keys.split(','));
	}
	return {keyMap: allCommands.map(command => ({...command, keys: own.get(command.id) ?? command.keys})), problems};
}

/** The command of a key in the innermost context that has one. */
export function resolveKey(keyMap: KeyMap, key: string, chain: readonly Context[]): CommandId | null {
	for (const context of chain) {
		for (const command of keyMap) {
			if (command.keys.includes(key) && command.contexts.includes(context)) return command.id;
		}
	}
	return null;
}

/** Keys that type something: while a field has the keys they are letters. */
const isTyped = (key: string): boolean => key === 'space' || key.length === 1;

/**
 * Commands that a key can reach now, the innermost context first: what help and hints show.
 *
 * @param isTyping a field has the keys
 */
export function validCommands(keyMap: KeyMap, chain: readonly Context[], isTyping = false): readonly Command[] {
	const taken = new Set<string>();
	const valid: Command[] = [];
	for (const context of chain) {
		for (const command of keyMap) {
			if (!command.contexts.includes(context) || valid.includes(command)) continue;
			const keys = command.keys.filter(key => !taken.has(key) && !(isTyping && isTyped(key)));
			if (keys.length === 0) continue;
			for (const key of keys) taken.add(key);
			valid.push(keys.length === command.keys.length ? command : {...command, keys});
		}
	}
	return valid;
}
