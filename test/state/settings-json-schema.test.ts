import {Ajv2020} from 'ajv/dist/2020.js';
import {expect, test} from 'vitest';
import {settingsJsonSchema} from '../../state/settings/settings-json-schema.ts';
import {defaultSettings, parseSetting, settingKeys} from '../../state/settings/settings-schema.ts';

const accepts = new Ajv2020().compile(settingsJsonSchema());

test('editors accept the defaults, each setting alone, and nothing else', () => {
	expect(accepts(defaultSettings)).toBe(true);
	expect(accepts({$schema: 'settings.schema.json'})).toBe(true);
	expect(accepts({colour: 'red'})).toBe(false);
});

test.each([
	['theme', 'light'],
	['theme', 'pink'],
	['mouse', false],
	['parallelLines', 64],
	['parallelLines', 65],
	['tenant', 'acme'],
	['tenant', 'Acme'],
	['mirror', 'http://mirror.example/debian'],
	['mirror', 'mirror.example'],
] as const)('%s = %j is for an editor what it is for the program', (key, value) => {
	expect(settingKeys).toContain(key);
	expect(accepts({[key]: value})).toBe(parseSetting(key, value).kind === 'ok');
});
