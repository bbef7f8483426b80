import {expect, test} from 'vitest';
import {searchLine} from '../../components/panes/search-rows.ts';
import {unicodeSymbols} from '../../components/theme/symbols.ts';
import {lineVersion, type Line} from '../../components/ui/line.ts';
import type {FamilyHit, MemberHit} from '../../src/catalog/search-result.ts';

const textOf = (line: Line): string => line.map(({text}) => text).join('');

const member = (name: string, lines: readonly string[]): MemberHit => ({
	name,
	version: '1',
	suite: 'trixie',
	summary: '',
	lines,
	matched: [],
});

test('an auto package names each line once, with the member that it would take', () => {
	const family: FamilyHit = {
		family: 'php-curl',
		auto: 'php-curl-auto',
		summary: 'CURL module for PHP',
		blocked: null,
		// The last one fits both lines, too, and comes after those that are tied to a line.
		members: [member('php8.4-curl', ['8.4']), member('php8.2-curl', ['8.2']), member('php-curl', ['8.4', '8.2'])],
		matched: [],
	};
	const line = searchLine({kind: 'auto', family, name: 'php-curl-auto', isAdded: false}, 100, unicodeSymbols, false);
	expect(textOf(line)).toMatch(/php-curl-auto +8\.4: php8\.4-curl, 8\.2: php8\.2-curl +$/u);
});

test.each([
	['8.4', '8.4.28', '8.4.28'],
	['trixie', '13.2', 'trixie 13.2'],
	['1.2', '1.24.1', '1.2 1.24.1'],
])('line %s in version %s is shown as %s', (line, version, shown) => {
	expect(textOf(lineVersion(line, version))).toBe(shown);
});
