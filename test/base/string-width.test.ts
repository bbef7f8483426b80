import packageWidth from 'string-width';
import {expect, test} from 'vitest';
import stringWidth, {isNarrow} from '../../src/base/string-width.ts';

const segmenter = new Intl.Segmenter();
const narrow = Array.from({length: 0x10000}, (_, code) => String.fromCharCode(code)).filter(isNarrow);

test('each narrow character is one cell, and one character whatever stands before it', () => {
	expect(narrow.length).toBeGreaterThan(1000);
	expect(narrow.filter(character => packageWidth(character) !== 1)).toEqual([]);
	for (const other of ['a', '─', '↔', '⠋', 'é']) {
		const text = narrow.map(character => other + character).join('');
		expect([...segmenter.segment(text)].length).toBe(text.length);
		expect(packageWidth(text)).toBe(text.length);
	}
});

test.each([
	'',
	'plain',
	'│ php8.4-curl · 14 dependencies ✓ │',
	'日本語',
	'e\u0301galite\u0301',
	'👩‍💻 and 🇪🇺',
	'✔️',
	'soft\u00adhyphen',
	'\u001b[1;36mbold\u001b[m and 日\u001b[38;5;208m本\u001b[39m',
	'한국어 각',
])('%j is as wide as the package says, asked once and again', text => {
	expect(stringWidth(text)).toBe(packageWidth(text));
	expect(stringWidth(text)).toBe(packageWidth(text));
});
