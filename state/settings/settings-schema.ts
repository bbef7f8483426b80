/**
 * Every setting there is: one table drives `slipway config`, the settings dialog, validation and the documentation.
 * The file itself is read and written by src/app.
 */
export interface Settings {
	/** Empty: derived from the user's name. */
	readonly tenant: string;
	/** Empty: the host's own apt sources. */
	readonly mirror: string;
	readonly architecture: 'host' | 'amd64' | 'arm64';
	readonly engine: 'auto' | 'native' | 'docker';
	/** Names or addresses with spaces between them; empty: as the docker command chooses. */
	readonly 'docker.contexts': string;
	/** `RELEASE=IMAGE@sha256:…`, several with spaces between them; empty: Slipway makes its own. */
	readonly 'docker.baseImage': string;
	/** Finished images also stay on the daemon that built them. */
	readonly 'docker.keepImages': boolean;
	/** Tests of compositions also run in Docker when the native engine builds. */
	readonly 'docker.runTests': boolean;
	/** 0: as many as there are processors. */
	readonly parallelLines: number;
	readonly refreshAfterHours: number;
	/** Builds per image; 0: all. */
	readonly 'retention.builds': number;
	readonly progress: 'auto' | 'tty' | 'plain' | 'json' | 'quiet';
	readonly theme: 'auto' | 'dark' | 'light' | '16' | 'none';
	readonly symbols: 'auto' | 'unicode' | 'ascii';
	readonly mouse: boolean;
	readonly reducedMotion: boolean;
	readonly hints: boolean;
	readonly readOnly: boolean;
	/** `COMMAND=KEY,KEY …` */
	readonly keys: string;
}

export type SettingKey = keyof Settings;

export type SettingShape =
	| {readonly kind: 'text'; readonly pattern: RegExp; readonly mend: string}
	| {readonly kind: 'choice'; readonly choices: readonly string[]}
	| {readonly kind: 'whole number'; readonly min: number; readonly max: number}
	| {readonly kind: 'flag'};

export type Setting = SettingShape & {
	readonly default: string | number | boolean;
	/** What it is, for people; one sentence. */
	readonly description: string;
};

export const settingsSchema: {readonly [Key in SettingKey]: Setting} = {
	tenant: {
		kind: 'text',
		pattern: /^(?:[a-z0-9]+(?:[._-]+[a-z0-9]+)*)?$/u,
		mend: 'Lowercase letters and digits, with . _ or - between them; empty takes your user name.',
		default: '',
		description: 'First part of the full name TENANT/NAME in exports and pulls.',
	},
	mirror: {
		kind: 'text',
		pattern: /^(?:https?:\/\/\S+(?:[\s,]+https?:\/\/\S+)?)?$/u,
		mend: 'An address that begins with http:// or https:// (a second one, behind a space, for security suites); empty takes the host’s apt sources.',
		default: '',
		description: 'Debian mirror to take packages from.',
	},
	architecture: {
		kind: 'choice',
		choices: ['host', 'amd64', 'arm64'],
		default: 'host',
		description: 'Architecture that images are built for.',
	},
	engine: {
		kind: 'choice',
		choices: ['auto', 'native', 'docker'],
		default: 'auto',
		description: 'Engine that builds images.',
	},
	'docker.contexts': {
		kind: 'text',
		pattern: /^(?:\S+(?:\s+\S+)*)?$/u,
		mend: 'Names of docker contexts, or addresses such as ssh://user@host, with spaces between them.',
		default: '',
		description: 'Docker daemons that share the lines of a build; empty: the one that the docker command uses.',
	},
	'docker.baseImage': {
		kind: 'text',
		pattern: /^(?:[a-z]+=\S+@sha256:[0-9a-f]{64}(?:\s+[a-z]+=\S+@sha256:[0-9a-f]{64})*)?$/u,
		mend: 'RELEASE=IMAGE@sha256:DIGEST, such as trixie=debian@sha256:…; several with spaces between them.',
		default: '',
		description: 'Images by digest that the docker engine configures packages in, by release; empty: Slipway’s own.',
	},
	'docker.keepImages': {
		kind: 'flag',
		default: false,
		description: 'Images of the docker engine also stay on the daemon that built them.',
	},
	'docker.runTests': {
		kind: 'flag',
		default: false,
		description: 'Tests of compositions run in Docker, too, when the native engine builds.',
	},
	parallelLines: {
		kind: 'whole number',
		min: 0,
		max: 64,
		default: 0,
		description: 'Lines built side by side; 0 takes the number of processors.',
	},
	refreshAfterHours: {
		kind: 'whole number',
		min: 0,
		max: 8760,
		default: 6,
		description: 'A build refreshes repository indexes that are older than this.',
	},
	'retention.builds': {
		kind: 'whole number',
		min: 0,
		max: 10_000,
		default: 5,
		description: 'Newest builds of each line whose images `slipway gc` leaves, for rollback; 0 keeps all.',
	},
	progress: {
		kind: 'choice',
		choices: ['auto', 'tty', 'plain', 'json', 'quiet'],
		default: 'auto',
		description: 'How `slipway build` and `slipway watch` show progress.',
	},
	theme: {
		kind: 'choice',
		choices: ['auto', 'dark', 'light', '16', 'none'],
		default: 'auto',
		description: 'Colours of the terminal application; auto keeps to the terminal’s own 16.',
	},
	symbols: {
		kind: 'choice',
		choices: ['auto', 'unicode', 'ascii'],
		default: 'auto',
		description: 'Borders and signs; auto takes ASCII where the locale is not UTF-8.',
	},
	mouse: {
		kind: 'flag',
		default: true,
		description: 'Wheel and clicks work in the application; one key gives the mouse back to the terminal.',
	},
	reducedMotion: {
		kind: 'flag',
		default: false,
		description: 'No spinners; times change once in five seconds.',
	},
	hints: {
		kind: 'flag',
		default: true,
		description: 'Keys that are valid now, in the last line.',
	},
	readOnly: {
		kind: 'flag',
		default: false,
		description: 'The terminal application only looks: it writes, builds and downloads nothing, as with --read-only.',
	},
	keys: {
		kind: 'text',
		pattern: /^(?:\s*[a-z]+\/[a-z-]+=\S+)*\s*$/u,
		mend: 'COMMAND=KEY, several with spaces between them, such as composer/review=B gallery/sort=o,O.',
		default: '',
		description: 'Other keys for commands; the README lists the commands.',
	},
};

export const settingKeys = Object.keys(settingsSchema) as readonly SettingKey[];

export const defaultSettings = Object.fromEntries(
	settingKeys.map(key => [key, settingsSchema[key].default]),
) as unknown as Settings;

export type ParsedSetting =
	{readonly kind: 'ok'; readonly value: string | number | boolean} | {readonly kind: 'refused'; readonly mend: string};

/** Checks a value as typed on a command line, or as read from the file. */
export function parseSetting(key: SettingKey, input: unknown): ParsedSetting {
	const setting = settingsSchema[key];
	switch (setting.kind) {
		case 'text':
			return typeof input === 'string' && setting.pattern.test(input)
				? {kind: 'ok', value: input}
				: {kind: 'refused', mend: setting.mend};
		case 'choice':
			return typeof input === 'string' && setting.choices.includes(input)
				? {kind: 'ok', value: input}
				: {kind: 'refused', mend: `One of ${setting.choices.join(', ')}.`};
		case 'whole number': {
			const value = typeof input === 'string' && /^\d+$/u.test(input) ? Number(input) : input;
			return typeof value === 'number' && Number.isInteger(value) && value >= setting.min && value <= setting.max
				? {kind: 'ok', value}
				: {kind: 'refused', mend: `A whole number from ${setting.min} to ${setting.max}.`};
		}
		case 'flag': {
			const value = input === 'true' ? true : input === 'false' ? false : input;
			return typeof value === 'boolean' ? {kind: 'ok', value} : {kind: 'refused', mend: 'true or false.'};
		}
	}
}
