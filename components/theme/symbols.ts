import {graphemesOf, widthOf} from '../../state/text/measure.ts';

/** Signs of the screens; ASCII where the locale or the terminal has no more. */
export interface Symbols {
	/** All texts are brought to ASCII, not only the signs. */
	readonly isAscii: boolean;
	readonly border: {
		readonly topLeft: string;
		readonly topRight: string;
		readonly bottomLeft: string;
		readonly bottomRight: string;
		readonly horizontal: string;
		readonly vertical: string;
	};
	readonly cursor: string;
	readonly folded: string;
	readonly unfolded: string;
	readonly added: string;
	readonly notAdded: string;
	readonly marked: string;
	readonly auto: string;
	readonly blocked: string;
	readonly done: string;
	readonly failed: string;
	readonly waiting: string;
	readonly running: readonly string[];
	readonly stopped: string;
	readonly warning: string;
	readonly none: string;
	readonly barFull: string;
	readonly barEmpty: string;
	readonly separator: string;
	readonly arrow: string;
	readonly newline: string;
}

export const unicodeSymbols: Symbols = {
	isAscii: false,
	border: {topLeft: '╭', topRight: '╮', bottomLeft: '╰', bottomRight: '╯', horizontal: '─', vertical: '│'},
	cursor: '▌',
	folded: '▸',
	unfolded: '▾',
	added: '✓',
	notAdded: '·',
	marked: '◆',
	auto: '◇',
	blocked: '×',
	done: '✓',
	failed: '✗',
	waiting: '·',
	running: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
	stopped: '■',
	warning: '!',
	none: '–',
	barFull: '━',
	barEmpty: '─',
	separator: '·',
	arrow: '→',
	newline: '⏎',
};

export const asciiSymbols: Symbols = {
	isAscii: true,
	border: {topLeft: '+', topRight: '+', bottomLeft: '+', bottomRight: '+', horizontal: '-', vertical: '|'},
	cursor: '>',
	folded: '+',
	unfolded: '-',
	added: '*',
	notAdded: '.',
	marked: '*',
	auto: '~',
	blocked: 'x',
	done: '*',
	failed: 'x',
	waiting: '.',
	running: ['|', '/', '-', '\\'],
	stopped: '#',
	warning: '!',
	none: '-',
	barFull: '#',
	barEmpty: '.',
	separator: '-',
	arrow: '->',
	newline: '\\n',
};

const replacements: Readonly<Record<string, string>> = {
	'…': '~',
	'−': '-',
	'–': '-',
	'·': '-',
	'→': '>',
	'×': 'x',
	'“': '"',
	'”': '"',
	'’': "'",
	'⏎': '^',
};

/** A text in ASCII, as wide as it was: what has no likeness there is a question mark a cell. */
export function toAscii(text: string): string {
	if (/^[\u0020-\u007e]*$/u.test(text)) return text;
	return graphemesOf(text)
		.map(own => (/^[\u0020-\u007e]$/u.test(own) ? own : (replacements[own] ?? '?'.repeat(widthOf(own)))))
		.join('');
}

/** The first of LC_ALL, LC_CTYPE and LANG that is set names the character set (POSIX locale(7)). */
export function hasUnicode(
	setting: 'auto' | 'unicode' | 'ascii',
	env: Readonly<Record<string, string | undefined>>,
): boolean {
	if (setting !== 'auto') return setting === 'unicode';
	// The Linux console's fonts lack most of the signs.
	if (env['TERM'] === 'linux') return false;
	const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
	return /utf-?8/iu.test(locale);
}
