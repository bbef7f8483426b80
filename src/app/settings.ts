import {existsSync} from 'node:fs';
import {readFile, rename} from 'node:fs/promises';
import {userInfo} from 'node:os';
import {join} from 'node:path';
import {SlipwayError} from '../base/errors.ts';
import {makeFolder} from '../base/make-folder.ts';
import {slipwayPaths, type Environment} from '../base/paths.ts';
import {
	defaultSettings,
	parseSetting,
	settingKeys,
	settingsSchema,
	type SettingKey,
	type Settings,
} from '../../state/settings/settings-schema.ts';

/** The settings file, kept with conf. A value that is not set is its default. */
export interface SettingsStore {
	readonly file: string;
	/** Throws `bad-input` for a value that the schema refuses. */
	all(): Settings;
	get(key: SettingKey): string | number | boolean;
	/** Keys that the file sets. */
	readonly ownKeys: ReadonlySet<string>;
	/** Takes the value as typed. An empty text sets the default again. */
	set(key: SettingKey, value: string): void;
}

/** What was done about a file that could not be read. */
export type SettingsReport = (message: string) => void;

export async function openSettings(
	env: Environment = process.env,
	report: SettingsReport = () => {},
): Promise<SettingsStore> {
	const folder = slipwayPaths(env).config;
	const file = join(folder, 'settings.json');
	await makeFolder(folder);
	const {default: Conf} = await import('conf');
	const openConf = () =>
		new Conf<Record<string, unknown>>({
			cwd: folder,
			configName: 'settings',
			accessPropertiesByDotNotation: false,
			clearInvalidConfig: false,
		});
	let conf: ReturnType<typeof openConf>;
	try {
		// A JSON text that is no object (`[]`, `3`) would be taken for settings.
		if (existsSync(file) && !isJsonObject(await readFile(file, 'utf8'))) throw new SyntaxError(file);
		conf = openConf();
	} catch (error) {
		if (!(error instanceof SyntaxError)) {
			throw new SlipwayError('storage', `The settings file ${file} cannot be read.`, {
				hint: 'Make it readable, or set SLIPWAY_HOME to another folder.',
				cause: error,
			});
		}
		const aside = `${file}.damaged-${new Date().toISOString().replaceAll(':', '')}`;
		await rename(file, aside);
		report(`The settings file was damaged. It was moved to ${aside}; the defaults hold now.`);
		conf = openConf();
	}

	const get = (key: SettingKey) => {
		const value = conf.get(key);
		if (value === undefined) return settingsSchema[key].default;
		const parsed = parseSetting(key, value);
		if (parsed.kind === 'ok') return parsed.value;
		throw new SlipwayError('bad-input', `The setting ${key} in ${file} is ${JSON.stringify(value)}.`, {
			hint: `${parsed.mend} \`slipway config set ${key} ${JSON.stringify(settingsSchema[key].default)}\` mends it.`,
		});
	};

	return {
		file,
		get,
		all: () => ({...defaultSettings, ...Object.fromEntries(settingKeys.map(key => [key, get(key)]))}),
		get ownKeys() {
			return new Set(Object.keys(conf.store));
		},
		set(key, value) {
			if (value === '') {
				conf.delete(key);
				return;
			}
			const parsed = parseSetting(key, value);
			if (parsed.kind === 'refused') {
				throw new SlipwayError('bad-input', `The setting ${key} cannot be “${value}”.`, {hint: parsed.mend});
			}
			if (parsed.value === settingsSchema[key].default) conf.delete(key);
			else conf.set(key, parsed.value);
		},
	};
}

function isJsonObject(text: string): boolean {
	const value: unknown = JSON.parse(text);
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The settings to work with. Without a file nothing is loaded: conf costs 30 ms. */
export async function readSettings(env: Environment = process.env, report?: SettingsReport): Promise<Settings> {
	if (!existsSync(join(slipwayPaths(env).config, 'settings.json'))) return defaultSettings;
	return (await openSettings(env, report)).all();
}

/** First part of full names: the setting, else the user's name made fit (OCI distribution-spec, `<name>`), else `local`. */
export function tenantOf(settings: Settings): string {
	if (settings.tenant) return settings.tenant;
	try {
		const name = userInfo()
			.username.toLowerCase()
			.replaceAll(/[^a-z0-9]+/gu, '-')
			.replaceAll(/^-+|-+$/gu, '');
		return name || 'local';
	} catch {
		// A user without an entry in the host's database, as in many containers.
		return 'local';
	}
}
