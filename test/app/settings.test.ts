import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {openSettings, readSettings, tenantOf} from '../../src/app/settings.ts';
import {
	defaultSettings,
	parseSetting,
	settingKeys,
	settingsSchema,
	type SettingKey,
} from '../../state/settings/settings-schema.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

async function home(content?: string) {
	const folder = await temporaryFolder('settings');
	const file = join(folder, 'config/settings.json');
	if (content !== undefined) {
		await mkdir(join(folder, 'config'));
		await writeFile(file, content);
	}
	return {env: {SLIPWAY_HOME: folder}, file, folder: join(folder, 'config')};
}

describe('the schema', () => {
	test.each(settingKeys)('%s takes its own default', key => {
		expect(parseSetting(key, settingsSchema[key].default)).toEqual({kind: 'ok', value: settingsSchema[key].default});
	});

	test.each<[SettingKey, unknown]>([
		['tenant', 'Acme'],
		['tenant', '-acme'],
		['mirror', 'ftp://example.org/debian'],
		['mirror', 'nonsense'],
		['architecture', 'mips'],
		['parallelLines', '-1'],
		['parallelLines', 1.5],
		['parallelLines', 'many'],
		['refreshAfterHours', null],
		['engine', true],
	])('%s refuses %j, and says what it takes', (key, value) => {
		const parsed = parseSetting(key, value);
		expect(parsed).toEqual({kind: 'refused', mend: expect.stringMatching(/\S.*\.$/)});
	});

	test.each<[SettingKey, string, unknown]>([
		['tenant', 'acme-labs', 'acme-labs'],
		['mirror', 'http://127.0.0.1/debian http://127.0.0.1/debian-security', expect.any(String)],
		['parallelLines', '4', 4],
	])('%s takes %j', (key, typed, value) => {
		expect(parseSetting(key, typed)).toEqual({kind: 'ok', value});
	});
});

describe('the file', () => {
	test('is not made by reading', async () => {
		const {env, folder} = await home();
		expect(await readSettings(env)).toEqual(defaultSettings);
		await expect(readdir(folder)).rejects.toThrow('ENOENT');
	});

	test('keeps what was set, and forgets what is the default again', async () => {
		const {env, file} = await home();
		const settings = await openSettings(env);
		settings.set('parallelLines', '4');
		settings.set('tenant', 'acme');
		expect(await readSettings(env)).toEqual({...defaultSettings, parallelLines: 4, tenant: 'acme'});
		settings.set('parallelLines', '');
		expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({tenant: 'acme'});
	});

	test('keys of a newer version stay', async () => {
		const {env, file} = await home('{"fromTheFuture": 1}');
		(await openSettings(env)).set('tenant', 'acme');
		expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({fromTheFuture: 1, tenant: 'acme'});
	});

	test.each(['{"tenant": "ac', '[]', '3', ''])('content %j is moved aside, kept, and reported', async content => {
		const {env, folder} = await home(content);
		const reports: string[] = [];
		expect(await readSettings(env, text => reports.push(text))).toEqual(defaultSettings);
		expect(reports).toEqual([expect.stringMatching(/damaged.*moved to/)]);
		const aside = (await readdir(folder)).find(name => name.includes('damaged'));
		expect(await readFile(join(folder, aside!), 'utf8')).toBe(content);
	});
});

test('the tenant is the setting, else a name that registries allow', () => {
	expect(tenantOf({...defaultSettings, tenant: 'acme'})).toBe('acme');
	expect(tenantOf(defaultSettings)).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
});
