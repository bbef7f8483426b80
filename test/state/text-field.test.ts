import {describe, expect, test} from 'vitest';
import {editField, emptyField, fieldOf, insertText, type TextField} from '../../state/fields/text-field.ts';

/** `|` is the cursor. */
const field = (marked: string, killed = ''): TextField => ({
	text: marked.replace('|', ''),
	cursor: marked.indexOf('|'),
	killed,
});
const shown = ({text, cursor}: TextField): string => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

describe('keys of GNU readline', () => {
	const cases: readonly (readonly [string, string, string])[] = [
		['ab|c', 'left', 'a|bc'],
		['|abc', 'left', '|abc'],
		['ab|c', 'ctrl+f', 'abc|'],
		['ab|c', 'ctrl+a', '|abc'],
		['ab|c', 'end', 'abc|'],
		['ab|c', 'backspace', 'a|c'],
		['|abc', 'backspace', '|abc'],
		['a|bc', 'delete', 'a|c'],
		['abc|', 'ctrl+d', 'abc|'],
		['one two|', 'ctrl+w', 'one |'],
		['one-two|', 'ctrl+w', '|'],
		['one-two|', 'alt+backspace', 'one-|'],
		['one two| x', 'ctrl+u', '| x'],
		['one| two', 'ctrl+k', 'one|'],
		['one two|', 'alt+b', 'one |two'],
		['one |two', 'alt+b', '|one two'],
		['|one two', 'alt+f', 'one| two'],
		['one| two', 'alt+d', 'one|'],
		['ab|', 'ctrl+t', 'ba|'],
		['a|b', 'ctrl+t', 'ba|'],
	];
	test.each(cases)('%s %s → %s', (before, key, after) => {
		expect(shown(editField(field(before), key)!)).toBe(after);
	});

	test('what was cut out comes back where the cursor stands', () => {
		const cut = editField(field('one two|'), 'ctrl+w')!;
		expect(shown(editField(editField(cut, 'home')!, 'ctrl+y')!)).toBe('two|one ');
	});

	test('a key that means nothing to a field is not taken', () => {
		expect(editField(fieldOf('abc'), 'ctrl+s')).toBeNull();
	});
});

describe('one key goes over one character as people see it', () => {
	test.each([
		['e\u0301|', 'backspace', '|'],
		['👩‍👩‍👧|x', 'backspace', '|x'],
		['a|🇩🇪b', 'right', 'a🇩🇪|b'],
		['漢字|', 'left', '漢|字'],
	])('%s %s → %s', (before, key, after) => {
		expect(shown(editField(field(before), key)!)).toBe(after);
	});
});

test('text goes in where the cursor is', () => {
	expect(shown(insertText(field('a|c'), 'b'))).toBe('ab|c');
	expect(shown(insertText(emptyField, 'é'))).toBe('é|');
});
