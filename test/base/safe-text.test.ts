import {expect, test} from 'vitest';
import {safeText} from '../../src/base/safe-text.ts';

test.each([
	['plain text stays', 'naïve — 日本', 'naïve — 日本'],
	['a colour sequence goes', '\u001b[31mred\u001b[0m', 'red'],
	['a title-setting OSC goes', 'a\u001b]0;evil\u0007b', 'ab'],
	['an unfinished OSC goes', 'a\u001b]52;c;AAAA', 'a'],
	['C1 and DEL go', 'a\u009b31mb\u007f', 'a31mb'],
	['a bidirectional override goes', 'a\u202eb', 'ab'],
	['a tab becomes a space', 'a\tb', 'a b'],
	['a newline becomes a space', 'a\nb', 'a b'],
])('%s', (_, text, expected) => {
	expect(safeText(text)).toBe(expected);
});

test('newlines stay where they are asked for', () => {
	expect(safeText('a\r\nb', {keepNewlines: true})).toBe('a\nb');
});
