import {mkdirSync, watch} from 'node:fs';
import {keyMapWith} from '../../../state/keys/key-map.ts';
import {parseSetting, type SettingKey, type Settings} from '../../../state/settings/settings-schema.ts';
import {notify, noticeText, type App} from './app.ts';

/** The settings, changed here or in their file: both at once in force. */
export interface SettingsController {
	/** Why the value cannot be, or null. */
	problemOf(key: SettingKey, text: string): string | null;
	/** Throws what the file system says. */
	set(key: SettingKey, text: string): Promise<void>;
}

/** Editors write a file in several steps. */
const calmMs = 150;

export function createSettingsController(app: App): SettingsController {
	const {store} = app;

	function putInForce(settings: Settings): void {
		const before = store.get().settings;
		if (JSON.stringify(before) === JSON.stringify(settings)) return;
		const {keyMap, problems} = keyMapWith(settings.keys);
		if (settings.mouse !== before.mouse) app.terminal.setMouse(settings.mouse);
		store.update(state => ({
			...state,
			settings,
			keyMap,
			terminal: settings.mouse === before.mouse ? state.terminal : {...state.terminal, hasMouse: settings.mouse},
		}));
		const [problem] = problems;
		if (problem) notify(app, problem, 'warning');
	}

	async function readAnew(): Promise<void> {
		const {readSettings} = await import('../settings.ts');
		putInForce(await readSettings(app.env, text => notify(app, text, 'warning')));
	}

	follow();

	/** Tells when the file changes; where that cannot be known, settings wait for the next start. */
	function follow(): void {
		const folder = app.services.paths?.config;
		if (!folder) return;
		let timer: NodeJS.Timeout | null = null;
		try {
			mkdirSync(folder, {recursive: true});
			const watcher = watch(folder, {persistent: false}, (_, name) => {
				if (name !== 'settings.json') return;
				timer ??= setTimeout(() => {
					timer = null;
					app.run('Settings', readAnew);
				}, calmMs);
			});
			watcher.on('error', () => watcher.close());
			app.signal.addEventListener('abort', () => watcher.close(), {once: true});
		} catch (error) {
			notify(app, `Settings are read at the next start only: ${noticeText(error)}`, 'warning');
		}
	}

	return {
		problemOf(key, text) {
			const parsed = parseSetting(key, text);
			if (parsed.kind === 'refused') return parsed.mend;
			return key === 'keys' ? (keyMapWith(text).problems[0] ?? null) : null;
		},
		async set(key, text) {
			const {openSettings} = await import('../settings.ts');
			const file = await openSettings(app.env, problem => notify(app, problem, 'warning'));
			file.set(key, text);
			putInForce(file.all());
		},
	};
}
