/** Meanings, not colours: what a text is decides how it looks. */
export type Tone =
	| 'muted'
	| 'accent'
	| 'good'
	| 'warning'
	| 'error'
	| 'info'
	/** Letters that a search matched. */
	| 'match'
	| 'title'
	| 'key'
	| 'border'
	| 'focus';

/** Ink's text properties. */
export interface Style {
	readonly color?: string;
	readonly backgroundColor?: string;
	readonly bold?: boolean;
	readonly dimColor?: boolean;
	readonly underline?: boolean;
	readonly inverse?: boolean;
}

export interface Theme {
	readonly tones: Readonly<Record<Tone, Style>>;
	/** The row under the cursor of the list that has the keys. It replaces the tones of its parts. */
	readonly selection: Style;
	readonly cursor: Style;
}

export type ThemeName = 'dark' | 'light' | '16' | 'none';

/**
 * The terminal's own palette on its own ground: readable on light and dark alike, since no colour is set that
 * the user did not choose. Neither black, white nor yellow is used as text: each vanishes on some ground.
 */
const sixteen: Theme = {
	tones: {
		muted: {dimColor: true},
		accent: {color: 'cyan'},
		good: {color: 'green'},
		warning: {color: 'magenta'},
		error: {color: 'red'},
		info: {color: 'blue'},
		match: {color: 'cyan', underline: true},
		title: {bold: true},
		key: {color: 'cyan'},
		border: {dimColor: true},
		focus: {color: 'cyan'},
	},
	selection: {inverse: true},
	cursor: {inverse: true},
};

const none: Theme = {
	tones: {
		muted: {dimColor: true},
		accent: {bold: true},
		good: {},
		warning: {bold: true},
		error: {bold: true},
		info: {},
		match: {underline: true},
		title: {bold: true},
		key: {bold: true},
		border: {dimColor: true},
		focus: {bold: true},
	},
	selection: {inverse: true},
	cursor: {inverse: true},
};

/** For those who say that their ground is dark, or light: a quieter selection, whose both colours are set. */
const dark: Theme = {
	tones: {
		muted: {color: '#8b95a7'},
		accent: {color: '#7cc5e6'},
		good: {color: '#8fce8f'},
		warning: {color: '#e6b673'},
		error: {color: '#ef7f7f'},
		info: {color: '#9db4ff'},
		match: {color: '#7cc5e6', underline: true},
		title: {bold: true},
		key: {color: '#7cc5e6'},
		border: {color: '#566074'},
		focus: {color: '#7cc5e6'},
	},
	selection: {backgroundColor: '#2d4a63', color: '#f2f6fa'},
	cursor: {inverse: true},
};

const light: Theme = {
	tones: {
		muted: {color: '#5f6b7a'},
		accent: {color: '#00657f'},
		good: {color: '#1f6f2f'},
		warning: {color: '#8a5300'},
		error: {color: '#a81f1f'},
		info: {color: '#2b4fae'},
		match: {color: '#00657f', underline: true},
		title: {bold: true},
		key: {color: '#00657f'},
		border: {color: '#9aa5b1'},
		focus: {color: '#00657f'},
	},
	selection: {backgroundColor: '#cfe3ee', color: '#10202c'},
	cursor: {inverse: true},
};

export const themes: Readonly<Record<ThemeName, Theme>> = {dark, light, '16': sixteen, none};

/** The setting and the environment decide: https://no-color.org counts unless a theme was chosen. */
export function themeName(setting: ThemeName | 'auto', env: Readonly<Record<string, string | undefined>>): ThemeName {
	if (setting !== 'auto') return setting;
	return env['NO_COLOR'] ? 'none' : '16';
}
