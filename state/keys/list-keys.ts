import type {CommandDefinition} from './command-definition.ts';

/** In every list. */
export const listKeys = {
	'list/filter': {
		title: 'Filter',
		hint: 'filter',
		keys: ['/'],
		contexts: ['gallery', 'starters', 'image', 'variables', 'bundles', 'details', 'preview', 'builds', 'files'],
	},
	'list/up': {title: 'Up', keys: ['up', 'k', 'ctrl+p'], contexts: ['list'], inPalette: false},
	'list/down': {title: 'Down', keys: ['down', 'j', 'ctrl+n'], contexts: ['list'], inPalette: false},
	'list/page-up': {title: 'Page up', keys: ['pageup', 'ctrl+u'], contexts: ['list'], inPalette: false},
	'list/page-down': {title: 'Page down', keys: ['pagedown', 'ctrl+d'], contexts: ['list'], inPalette: false},
	'list/first': {title: 'First', keys: ['home', 'g'], contexts: ['list'], inPalette: false},
	'list/last': {title: 'Last', keys: ['end', 'G'], contexts: ['list'], inPalette: false},
} as const satisfies Readonly<Record<string, CommandDefinition>>;
