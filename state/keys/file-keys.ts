import type {CommandDefinition} from './command-definition.ts';

/** Commands of the file repository. */
export const fileKeys = {
	'files/show': {title: 'File bundles', hint: 'bundles', keys: ['F'], contexts: ['gallery', 'bundles']},
	'bundle/add': {
		title: 'Add a file bundle',
		hint: 'add',
		keys: ['n', 'a'],
		contexts: ['files', 'bundles'],
		isWriting: true,
	},
	'bundle/look': {
		title: 'Look into the bundle',
		hint: 'look',
		keys: ['enter', 'i'],
		contexts: ['files'],
	},
	'bundle/inspect': {
		title: 'Look into the bundle',
		hint: 'look',
		keys: ['i'],
		contexts: ['bundles'],
	},
	'bundle/update': {
		title: 'Add a new version',
		hint: 'new version',
		keys: ['v'],
		contexts: ['files'],
		isWriting: true,
	},
	'bundle/remove': {
		title: 'Remove the bundle',
		hint: 'remove',
		keys: ['x', 'd', 'delete'],
		contexts: ['files'],
		isWriting: true,
	},
} as const satisfies Readonly<Record<string, CommandDefinition>>;
