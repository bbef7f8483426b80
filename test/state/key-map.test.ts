import {describe, expect, test} from 'vitest';
import {contexts} from '../../state/keys/context.ts';
import {commandTable, keyMapWith, resolveKey, validCommands} from '../../state/keys/key-map.ts';
import {parseSetting} from '../../state/settings/settings-schema.ts';

const {keyMap} = keyMapWith();

describe('the key map', () => {
	test.each(contexts)('no key means two things in the context %s', context => {
		const keys = keyMap.filter(command => command.contexts.includes(context)).flatMap(command => command.keys);
		expect(keys.length).toBe(new Set(keys).size);
	});

	test('the innermost context wins', () => {
		expect(resolveKey(keyMap, 'esc', ['search-field', 'composer'])).toBe('search/leave');
		expect(resolveKey(keyMap, 'esc', ['packages', 'composer'])).toBe('screen/back');
		expect(resolveKey(keyMap, 'd', ['gallery', 'list', 'anywhere'])).toBe('image/delete');
		expect(resolveKey(keyMap, 'j', ['gallery', 'list', 'anywhere'])).toBe('list/down');
	});

	test('help shows each command once, and no key that an inner context has taken', () => {
		const valid = validCommands(keyMap, ['packages', 'composer', 'list', 'anywhere']);
		expect(new Set(valid.map(({id}) => id)).size).toBe(valid.length);
		const keys = valid.flatMap(command => command.keys);
		expect(keys.length).toBe(new Set(keys).size);
	});

	test('while a field has the keys, letters are no commands', () => {
		const valid = validCommands(keyMap, ['search-field', 'composer', 'anywhere'], true);
		expect(valid.flatMap(command => command.keys).filter(key => key.length === 1)).toEqual([]);
		expect(valid.map(({id}) => id)).toContain('composer/review');
	});

	test('every command can be reached and has a title', () => {
		for (const command of Object.values(commandTable)) {
			expect(command.contexts.length).toBeGreaterThan(0);
			expect(command.title).not.toBe('');
		}
	});
});

describe('settings give commands other keys', () => {
	test('the new key works, the old one does not', () => {
		const own = keyMapWith('composer/review=B gallery/sort=o,O').keyMap;
		expect(resolveKey(own, 'B', ['composer'])).toBe('composer/review');
		expect(resolveKey(own, 'b', ['composer'])).toBeNull();
		expect(resolveKey(own, 'O', ['gallery'])).toBe('gallery/sort');
	});

	test('a command that there is not is told', () => {
		expect(keyMapWith('composer/reveiw=B').problems).toEqual([expect.stringContaining('composer/reveiw')]);
	});

	test.each([
		['composer/review=B', 'ok'],
		['', 'ok'],
		['review B', 'refused'],
	])('the setting %j is %s', (text, kind) => {
		expect(parseSetting('keys', text).kind).toBe(kind);
	});
});
