import {describe, expect, test} from 'vitest';
import {formatRelations, parseRelations} from '../../src/repository/deb/relation.ts';
import {randomNumbers} from './random.ts';

const one = (
	name: string,
	operator: string | null = null,
	version: string | null = null,
	qualifier: string | null = null,
) => ({
	name,
	qualifier,
	operator,
	version,
});

describe('relation fields', () => {
	test.each([
		['', []],
		['libc6', [[one('libc6')]]],
		['libc6 (>= 2.38)', [[one('libc6', '>=', '2.38')]]],
		['libc6(>=2.38)', [[one('libc6', '>=', '2.38')]]],
		['awk | mawk (<< 2), cron', [[one('awk'), one('mawk', '<<', '2')], [one('cron')]]],
		['python3:any (>= 3.13~)', [[one('python3', '>=', '3.13~', 'any')]]],
		['gcc:amd64', [[one('gcc', null, null, 'amd64')]]],
		['a (= 1:2.0-1), , b,', [[one('a', '=', '1:2.0-1')], [one('b')]]],
		['a (> 1) , b (< 2)', [[one('a', '>=', '1')], [one('b', '<=', '2')]]],
		['a (2)', [[one('a', '=', '2')]]],
		['a\n (>= 1),\n b', [[one('a', '>=', '1')], [one('b')]]],
		['libstdc++6, g++', [[one('libstdc++6')], [one('g++')]]],
	])('%j', (text, groups) => {
		expect(parseRelations(text)).toEqual(groups);
	});

	test.each([
		'a b',
		'a (>= )',
		'a (>= 1',
		'a >= 1',
		'|',
		'a | ',
		'-a',
		'a (!= 1)',
		'a (>= 1 2)',
		'a:ANY',
		'ä',
		'a\u001b[31m',
		'(>= 1)',
	])('%j is refused', text => {
		expect(() => parseRelations(text)).toThrow(/cannot be read/);
	});

	test('a message about a refused one holds no control characters', () => {
		expect(() => parseRelations('a\u001b]0;title\u0007 b')).toThrow(/^[^\u0000-\u001f]*$/);
	});

	test('written out and read again are the same', () => {
		const random = randomNumbers(4711);
		const pick = <Item>(items: readonly Item[]) => items[random(items.length)]!;
		for (let round = 0; round < 300; round++) {
			const groups = Array.from({length: random(4)}, () =>
				Array.from({length: 1 + random(3)}, () => {
					const operator = pick([null, '<<', '<=', '=', '>=', '>>'] as const);
					return one(
						pick(['a', 'libx1', 'g++', 'p0.9-x']),
						operator,
						operator && pick(['1', '1:2~rc1-3', '2.0+dfsg']),
						pick([null, 'any', 'amd64']),
					);
				}),
			);
			expect(parseRelations(formatRelations(groups as never))).toEqual(groups);
		}
	});

	test('nothing but a refusal comes of random text', () => {
		const random = randomNumbers(99);
		const alphabet = 'ab1 .,|()<>=:~+-\n\t\u001b';
		for (let round = 0; round < 2000; round++) {
			const text = Array.from({length: random(25)}, () => alphabet[random(alphabet.length)]).join('');
			try {
				parseRelations(text);
			} catch (error) {
				expect(error).toMatchObject({code: 'bad-input'});
			}
		}
	});
});
