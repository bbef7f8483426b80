import {expect, test} from 'vitest';
import {styledCharsFromTokens, styledCharsToString, tokenize} from '../../src/app/tui/styled-characters.ts';

const apart = (text: string) =>
	styledCharsFromTokens(tokenize(text)).map(({value, styles}) =>
		[value, ...(styles.length > 0 ? [styles] : [])].join(':'),
	);

test.each([
	['plain', 'ab', ['a', 'b']],
	['colours', '\u001b[36ma\u001b[39mb', ['a:36', 'b']],
	['nested', '\u001b[1ma\u001b[31mb\u001b[39mc\u001b[22md', ['a:1', 'b:1;31', 'c:1', 'd']],
	['bold and faint end together', '\u001b[1m\u001b[2ma\u001b[22mb', ['a:1;2', 'b']],
	['256 colours and true ones', '\u001b[38;5;208ma\u001b[48;2;1;2;3mb', ['a:38;5;208', 'b:38;5;208;48;2;1;2;3']],
	['a letter with its accent, a wide one, an emoji', 'e\u0301日👩‍💻', ['e\u0301', '日', '👩‍💻']],
	['lines', 'a\nb', ['a', '\n', 'b']],
	['other control characters are left out', 'a\u0007\u001b]0;b', ['a', ']', '0', ';', 'b']],
])('takes apart: %s', (_, text, expected) => expect(apart(text)).toEqual(expected));

test.each(['plain', '\u001b[1;36ma\u001b[mb', '│ \u001b[7m日本\u001b[27m │ \u001b[2mfaint\u001b[22m'])(
	'%j put together looks as before, and ends plain',
	text => {
		const again = styledCharsToString(styledCharsFromTokens(tokenize(text)));
		expect(apart(again)).toEqual(apart(text));
		expect(apart(`${again}x`).at(-1)).toBe('x');
	},
);

test("Ink's own blanks are plain", () => {
	const blank = {type: 'char', value: ' ', styles: []} as const;
	expect(styledCharsToString([...styledCharsFromTokens('\u001b[36ma'), blank])).toBe('\u001b[36ma\u001b[m ');
});
