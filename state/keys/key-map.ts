import {buildKeys} from './build-keys.ts';
import {cardKeys} from './card-keys.ts';
import type {CommandDefinition} from './command-definition.ts';
import type {Context} from './context.ts';
import {dialogKeys} from './dialog-keys.ts';
import {fileKeys} from './file-keys.ts';

/**
 * Every command with its keys: one table that handles keys, fills the hint line, the help, the palette and the
 * documentation. Settings may give a command other keys.
 */

export const commandTable = {
	...cardKeys,
	// Gallery
	'image/new': {title: 'New private image', hint: 'new', keys: ['n'], contexts: ['gallery']},
	'image/open': {title: 'Open the image card', hint: 'open', keys: ['enter'], contexts: ['gallery']},
	'image/edit': {
		title: 'Edit the composition',
		hint: 'edit',
		keys: ['e'],
		contexts: ['gallery', 'image'],
	},
	'image/build': {title: 'Build', hint: 'build', keys: ['b'], contexts: ['gallery', 'image']},
	'image/duplicate': {
		title: 'Duplicate under a new name',
		hint: 'duplicate',
		keys: ['D'],
		contexts: ['gallery', 'image'],
	},
	'image/copy-reference': {
		title: 'Copy the pull reference',
		hint: 'copy',
		keys: ['y'],
		contexts: ['gallery'],
	},
	'image/export': {
		title: 'Export to a file',
		hint: 'export',
		keys: ['x'],
		contexts: ['gallery', 'image'],
	},
	'image/delete': {
		title: 'Delete the image',
		hint: 'delete',
		keys: ['d', 'delete'],
		contexts: ['gallery', 'image'],
	},
	'publish/open': {
		title: 'Publish to Docker or a registry, and see where it is',
		hint: 'publish',
		keys: ['p'],
		contexts: ['gallery', 'image'],
	},
	'publish/built': {title: 'Publish what was built', hint: 'publish', keys: ['o'], contexts: ['builds']},
	'publish/go': {title: 'Publish there', hint: 'publish', keys: ['enter'], contexts: ['publish'], inPalette: false},
	'publish/new': {title: 'To another place', hint: 'new', keys: ['n'], contexts: ['publish'], inPalette: false},
	'publish/stop': {title: 'Stop publishing', hint: 'stop', keys: ['x'], contexts: ['publish'], inPalette: false},
	'gallery/sort': {title: 'Change the order', hint: 'sort', keys: ['s'], contexts: ['gallery']},
	'builds/show': {title: 'Show builds', hint: 'builds', keys: ['w'], contexts: ['gallery', 'image']},
	'actions/show': {title: 'Rules and deliveries', keys: ['A'], contexts: ['gallery', 'image']},
	'actions/edit': {title: 'Edit the rules in $EDITOR', keys: ['R'], contexts: ['gallery', 'image']},
	...fileKeys,
	// Starters
	'starter/choose': {
		title: 'Begin from this starter',
		hint: 'begin',
		keys: ['enter'],
		contexts: ['starters'],
	},
	// Composer: packages
	'package/toggle': {
		title: 'Add or remove the package',
		hint: 'add/remove',
		keys: ['enter', 'space'],
		contexts: ['packages'],
		inPalette: false,
	},
	'package/pin': {
		title: 'Add it pinned to this version',
		hint: 'pin',
		keys: ['p'],
		contexts: ['packages'],
	},
	'family/open': {title: 'Unfold the family', keys: ['right', 'l'], contexts: ['packages'], inPalette: false},
	'family/close': {title: 'Fold the family', keys: ['left', 'h'], contexts: ['packages'], inPalette: false},
	'search/toggle': {
		title: 'Add or remove the package',
		hint: 'add/remove',
		keys: ['enter'],
		contexts: ['search-field'],
		inPalette: false,
	},
	'search/up': {title: 'Up in the results', keys: ['up', 'ctrl+p'], contexts: ['search-field'], inPalette: false},
	'search/down': {title: 'Down in the results', keys: ['down', 'ctrl+n'], contexts: ['search-field'], inPalette: false},
	'search/page-up': {title: 'Page up in the results', keys: ['pageup'], contexts: ['search-field'], inPalette: false},
	'search/page-down': {
		title: 'Page down in the results',
		keys: ['pagedown'],
		contexts: ['search-field'],
		inPalette: false,
	},
	'search/leave': {
		title: 'Leave the search field',
		hint: 'to the list',
		keys: ['esc'],
		contexts: ['search-field'],
		inPalette: false,
	},
	'search/enter': {
		title: 'Search packages',
		hint: 'search',
		keys: ['/', 'i'],
		contexts: ['packages'],
		inPalette: false,
	},
	// Composer: variables, bundles, details
	'variable/add': {title: 'New variable', hint: 'new', keys: ['n', 'a'], contexts: ['variables']},
	'variable/edit': {
		title: 'Edit the variable',
		hint: 'edit',
		keys: ['enter', 'e'],
		contexts: ['variables'],
	},
	'variable/remove': {
		title: 'Remove the variable',
		hint: 'remove',
		keys: ['x', 'd', 'delete'],
		contexts: ['variables'],
	},
	'bundle/toggle': {
		title: 'Take or leave the file bundle',
		hint: 'take/leave',
		keys: ['enter', 'space'],
		contexts: ['bundles'],
	},
	'detail/edit': {
		title: 'Change the detail',
		hint: 'change',
		keys: ['enter', 'e', 'space'],
		contexts: ['details'],
		inPalette: false,
	},
	// Composer: preview
	'preview/toggle': {
		title: 'Unfold or fold',
		hint: 'unfold',
		keys: ['enter', 'space'],
		contexts: ['preview'],
		inPalette: false,
	},
	'preview/open': {title: 'Unfold', keys: ['right', 'l'], contexts: ['preview'], inPalette: false},
	'preview/close': {title: 'Fold', keys: ['left', 'h'], contexts: ['preview'], inPalette: false},
	'preview/remove': {
		title: 'Remove from the composition',
		hint: 'remove',
		keys: ['x', 'd', 'delete'],
		contexts: ['preview'],
	},
	'preview/apply': {
		title: 'Apply the suggestion',
		hint: 'apply',
		keys: ['s', 'alt+s'],
		contexts: ['preview', 'composer'],
	},
	'preview/why': {title: 'Why: a package’s path, a conflict whole', hint: 'why', keys: ['y'], contexts: ['preview']},
	...buildKeys,
	// Composer as a whole
	'composer/review': {title: 'Review and build', hint: 'build', keys: ['b', 'alt+enter'], contexts: ['composer']},
	'composer/save': {title: 'Save without building', hint: 'save', keys: ['ctrl+s'], contexts: ['composer']},
	'composer/undo': {title: 'Undo', hint: 'undo', keys: ['u', 'alt+u'], contexts: ['composer']},
	'composer/redo': {title: 'Redo', keys: ['U', 'alt+r'], contexts: ['composer']},
	'pane/next': {title: 'Next pane', hint: 'pane', keys: ['tab'], contexts: ['composer'], inPalette: false},
	'pane/previous': {title: 'Previous pane', keys: ['shift+tab'], contexts: ['composer'], inPalette: false},
	'pane/edit': {title: 'To pane 1: what you add', keys: ['1', 'alt+1'], contexts: ['composer'], inPalette: false},
	'pane/preview': {title: 'To pane 2: SBOM preview', keys: ['2', 'alt+2'], contexts: ['composer'], inPalette: false},
	'pane/builds': {title: 'To pane 3: builds', keys: ['3', 'alt+3'], contexts: ['composer'], inPalette: false},
	'pane/zoom': {title: 'Zoom the pane', hint: 'zoom', keys: ['z', 'alt+z'], contexts: ['composer']},
	'tab/next': {title: 'Next tab', hint: 'tab', keys: [']', 'alt+]'], contexts: ['composer'], inPalette: false},
	'tab/previous': {title: 'Previous tab', keys: ['[', 'alt+p'], contexts: ['composer'], inPalette: false},
	'tab/packages': {title: 'Packages', keys: ['P'], contexts: ['composer']},
	'tab/variables': {title: 'Variables', keys: ['V'], contexts: ['composer']},
	'tab/bundles': {title: 'File bundles', keys: ['B'], contexts: ['composer']},
	'tab/details': {title: 'Image details', keys: ['I'], contexts: ['composer']},
	...dialogKeys,
	// Lists
	'list/filter': {
		title: 'Filter',
		hint: 'filter',
		keys: ['/'],
		contexts: ['gallery', 'starters', 'image', 'preview', 'builds', 'files'],
	},
	'list/up': {title: 'Up', keys: ['up', 'k', 'ctrl+p'], contexts: ['list'], inPalette: false},
	'list/down': {title: 'Down', keys: ['down', 'j', 'ctrl+n'], contexts: ['list'], inPalette: false},
	'list/page-up': {title: 'Page up', keys: ['pageup', 'ctrl+u'], contexts: ['list'], inPalette: false},
	'list/page-down': {title: 'Page down', keys: ['pagedown', 'ctrl+d'], contexts: ['list'], inPalette: false},
	'list/first': {title: 'First', keys: ['home', 'g'], contexts: ['list'], inPalette: false},
	'list/last': {title: 'Last', keys: ['end', 'G'], contexts: ['list'], inPalette: false},
	// Anywhere
	'screen/back': {
		title: 'Back',
		hint: 'back',
		keys: ['esc'],
		contexts: ['gallery', 'starters', 'composer', 'image', 'builds', 'log', 'files'],
	},
	'repository/refresh': {title: 'Refresh the package lists', keys: ['ctrl+r'], contexts: ['anywhere']},
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
