import {describe, expect, test} from 'vitest';
import {editDistance, prefixEditDistance} from '../../src/catalog/search/edit-distance.ts';
import {parseQuery} from '../../src/catalog/search/query.ts';

describe('the search grammar', () => {
	/** `kind:text`, `!` before it if negated, `/` between alternatives, space between groups, filters behind. */
	function written(text: string): string {
		const {groups, filters} = parseQuery(text);
		const terms = groups.map(group =>
			group.map(({kind, text: word, isNegated}) => `${isNegated ? '!' : ''}${kind}:${word}`).join('/'),
		);
		const rest = filters.map(({field, value, isNegated}) => `${isNegated ? '!' : ''}${field}=${value}`);
		return [...terms, ...rest].join(' ');
	}

	test.each([
		['', ''],
		['   ', ''],
		['curl', 'fuzzy:curl'],
		['php curl', 'fuzzy:php fuzzy:curl'],
		["'curl", 'exact:curl'],
		["'curl'", 'word:curl'],
		['^php', 'prefix:php'],
		['dev$', 'suffix:dev'],
		['^curl$', 'equal:curl'],
		['!doc', '!exact:doc'],
		['!^lib', '!prefix:lib'],
		['!-dev$', '!suffix:-dev'],
		['a | b', 'fuzzy:a/fuzzy:b'],
		['^core go$ | rb$ | py$', 'prefix:core suffix:go/suffix:rb/suffix:py'],
		['| a |', 'fuzzy:a'],
		['a|b', 'fuzzy:a|b'],
		['g++', 'fuzzy:g++'],
		['json\\ parser', 'fuzzy:json parser'],
		['section:web nginx', 'fuzzy:nginx section=web'],
		['!section:doc line:8.4', '!section=doc line=8.4'],
		['family:', 'fuzzy:family:'],
		['added: curl', 'fuzzy:curl added='],
		['!added:', '!added='],
		['added:x', 'fuzzy:added:x'],
		['! ^ $', 'fuzzy:$'],
	])('%j means %j', (text, meaning) => {
		expect(written(text)).toBe(meaning);
	});

	test('a capital letter makes a term case-sensitive', () => {
		expect(parseQuery('HTTP http').groups.map(([term]) => term?.isCaseSensitive)).toEqual([true, false]);
	});
});

describe('typing errors', () => {
	test.each<[a: string, b: string, distance: number]>([
		['nginx', 'nginx', 0],
		['ngnix', 'nginx', 1],
		['pyton3', 'python3', 1],
		['curll', 'curl', 1],
		['curk', 'curl', 1],
		['abcd', 'dcba', 3],
	])('from %s to %s there are %d', (a, b, distance) => {
		expect(editDistance(a, b, 3)).toBe(distance);
	});

	test('what is typed so far counts against the beginning of a word', () => {
		expect(prefixEditDistance('postgers', 'postgresql', 2)).toBe(1);
		expect(prefixEditDistance('imagem', 'imagemagick', 1)).toBe(0);
		expect(editDistance('imagem', 'imagemagick', 2)).toBe(3);
	});

	test('agree with the definition for all short words', () => {
		const words = ['', ...shortWords('ab', 4), 'abc', 'acb', 'bca', 'cab'];
		for (const a of words) {
			for (const b of words) {
				const real = plainDistance(a, b);
				expect(editDistance(a, b, 8), `${a} ${b}`).toBe(real);
				expect(editDistance(a, b, 1), `${a} ${b}`).toBe(Math.min(real, 2));
			}
		}
	});
});

function shortWords(letters: string, length: number): readonly string[] {
	if (length === 0) return [];
	const shorter = shortWords(letters, length - 1);
	const longest = length === 1 ? [''] : shorter.filter(word => word.length === length - 1);
	return [...shorter, ...longest.flatMap(word => letters.split('').map(letter => word + letter))];
}

/** Optimal string alignment, as the textbook has it. */
function plainDistance(a: string, b: string): number {
	const table = Array.from({length: a.length + 1}, (_, i) =>
		Array.from({length: b.length + 1}, (__, j) => (i === 0 ? j : j === 0 ? i : 0)),
	);
	for (let i = 1; i <= a.length; i++) {
		for (let j = 1; j <= b.length; j++) {
			const same = a[i - 1] === b[j - 1] ? 0 : 1;
			let least = Math.min(table[i - 1]![j]! + 1, table[i]![j - 1]! + 1, table[i - 1]![j - 1]! + same);
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
				least = Math.min(least, table[i - 2]![j - 2]! + 1);
			}
			table[i]![j] = least;
		}
	}
	return table[a.length]![b.length]!;
}
