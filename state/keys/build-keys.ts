import type {CommandDefinition} from './command-definition.ts';

/** On the dashboard and in logs. */
export const buildKeys = {
	'build/log': {title: 'Log of the line', hint: 'log', keys: ['enter'], contexts: ['builds']},
	'build/cancel-line': {
		title: 'Cancel the line',
		hint: 'cancel line',
		keys: ['x'],
		contexts: ['builds'],
	},
	'build/cancel': {
		title: 'Cancel the build',
		hint: 'cancel build',
		keys: ['X'],
		contexts: ['builds'],
	},
	'build/copy-trace': {
		title: 'Copy the trace ID',
		hint: 'trace',
		keys: ['t'],
		contexts: ['builds', 'log'],
	},
	'build/follow': {title: 'Follow what is built', keys: ['f'], contexts: ['builds']},
	'build/copy-folder': {
		title: 'Copy the path of the full log',
		keys: ['p'],
		contexts: ['builds', 'log'],
	},
	'log/follow': {title: 'Follow the end', hint: 'follow', keys: ['f'], contexts: ['log']},
	'log/wrap': {title: 'Wrap long lines', hint: 'wrap', keys: ['w'], contexts: ['log']},
	'log/search': {title: 'Search in the log', hint: 'search', keys: ['/'], contexts: ['log']},
	'log/filter': {title: 'Show only lines that match', hint: 'filter', keys: ['&'], contexts: ['log']},
	'log/next': {title: 'Next match', hint: 'next', keys: ['n'], contexts: ['log'], inPalette: false},
	'log/previous': {title: 'Previous match', keys: ['N'], contexts: ['log'], inPalette: false},
	'log/error': {title: 'To the next error', hint: 'error', keys: ['e'], contexts: ['log']},
	'log/error-before': {title: 'To the error before', keys: ['E'], contexts: ['log'], inPalette: false},
	'log/times': {title: 'Show when it was logged', hint: 'times', keys: ['T'], contexts: ['log']},
	'log/left': {title: 'To the left', keys: ['left', 'h'], contexts: ['log'], inPalette: false},
	'log/right': {title: 'To the right', keys: ['right', 'l'], contexts: ['log'], inPalette: false},
	'log/save': {
		title: 'Write the whole log to a file',
		hint: 'save',
		keys: ['ctrl+s'],
		contexts: ['log'],
	},
	'log/copy': {title: 'Copy the shown lines', hint: 'copy', keys: ['y'], contexts: ['log']},
	'build/fix': {
		title: 'Apply what would help',
		hint: 'fix',
		keys: ['s'],
		contexts: ['builds', 'log'],
	},
	'build/again': {title: 'Build the image again', hint: 'again', keys: ['b'], contexts: ['builds']},
	'build/diagnose': {
		title: 'Write a diagnostics file, without secrets',
		keys: ['D'],
		contexts: ['builds', 'log'],
	},
} as const satisfies Readonly<Record<string, CommandDefinition>>;
