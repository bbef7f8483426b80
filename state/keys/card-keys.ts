import type {CommandDefinition} from './command-definition.ts';

/** On the image card. */
export const cardKeys = {
	'card/open': {
		title: 'Open what is under the cursor',
		hint: 'open',
		keys: ['enter', 'right', 'l'],
		contexts: ['image'],
		inPalette: false,
	},
	'card/fold': {title: 'Fold the folder', keys: ['left', 'h'], contexts: ['image'], inPalette: false},
	'card/copy': {
		title: 'Copy what is under the cursor',
		hint: 'copy',
		keys: ['y'],
		contexts: ['image'],
	},
	'card/next-tab': {title: 'Next tab', hint: 'next', keys: ['tab', ']'], contexts: ['image'], inPalette: false},
	'card/previous-tab': {title: 'Previous tab', keys: ['shift+tab', '['], contexts: ['image'], inPalette: false},
	'card/next-line': {title: 'Next line', hint: 'line', keys: ['>'], contexts: ['image']},
	'card/previous-line': {title: 'Previous line', keys: ['<'], contexts: ['image'], inPalette: false},
	'card/overview': {title: 'Overview: lines, tags, commands', keys: ['1'], contexts: ['image']},
	'card/settings': {title: 'Settings: user, command, ports, variables, labels', keys: ['2'], contexts: ['image']},
	'card/packages': {title: 'Packages of the SBOM', keys: ['3'], contexts: ['image']},
	'card/layers': {title: 'Layers and their sizes', keys: ['4'], contexts: ['image']},
	'card/files': {title: 'Files', keys: ['5'], contexts: ['image']},
	'card/changes': {title: 'Changes from build to build', keys: ['6'], contexts: ['image']},
	'card/builds': {title: 'Past builds', keys: ['7'], contexts: ['image']},
} as const satisfies Readonly<Record<string, CommandDefinition>>;
