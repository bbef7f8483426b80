import {readFileSync} from 'node:fs';
import {beforeAll, describe, expect, test} from 'vitest';
import {buildFamilies} from '../../src/catalog/families/build-families.ts';
import type {Families} from '../../src/catalog/families/families.ts';
import {describeNeeding} from '../support/needs.ts';
import {realIndexes} from './real-indexes.ts';
import {smallIndex, type SmallPackage} from './small-index.ts';

function familiesOf(releases: Readonly<Record<string, readonly SmallPackage[]>>): Families {
	return buildFamilies(new Map(Object.entries(releases).map(([name, packages]) => [name, smallIndex(name, packages)])));
}

describe('names of the style of Alpine-like repositories', () => {
	const families = familiesOf({
		edge: [
			{name: 'php-8.3', version: '8.3.14-r0', source: 'php-8.3'},
			{name: 'php-8.4', version: '8.4.1-r0', source: 'php-8.4'},
			{name: 'php-8.4-imagick', version: '3.7.0-r5', source: 'php-8.4-imagick', depends: 'php-8.4'},
			{name: 'php-8.3-imagick', version: '3.7.0-r5', source: 'php-8.3-imagick', depends: 'php-8.3'},
			{name: 'python-3.12', version: '3.12.7-r0', source: 'python-3.12', provides: 'python3'},
			{name: 'python-3.13', version: '3.13.1-r0', source: 'python-3.13', provides: 'python3'},
			{name: 'py3.12-rsa', version: '4.9-r2', source: 'py3-rsa', depends: 'python-3.12', provides: 'py3-rsa'},
			{name: 'py3.13-rsa', version: '4.9-r2', source: 'py3-rsa', depends: 'python-3.13', provides: 'py3-rsa'},
			{name: 'py3-rsa', version: '4.8-r0', source: 'py3-rsa-old'},
			{name: 'ruby-3.3', version: '3.3.6-r0', source: 'ruby-3.3'},
			{name: 'ruby3.3-rack', version: '3.1.8-r0', source: 'ruby3.3-rack', depends: 'ruby-3.3'},
			{name: 'nodejs-20', version: '20.18.1-r0', source: 'nodejs-20'},
			{name: 'nodejs-22', version: '22.12.0-r0', source: 'nodejs-22'},
			{name: 'base64', version: '1.0-r0'},
			{name: 'sqlite3', version: '3.47.0-r0', source: 'sqlite'},
		],
	});

	test.each([
		['php-8.4-imagick', 'php-imagick'],
		['php-8.3-imagick', 'php-imagick'],
		['py3.12-rsa', 'py3-rsa'],
		['py3.13-rsa', 'py3-rsa'],
		['py3-rsa', 'py3-rsa'],
		['ruby3.3-rack', 'ruby-rack'],
		['nodejs-22', 'nodejs'],
		['base64', 'base64'],
		['sqlite3', 'sqlite3'],
	])('%s belongs to %s', (name, family) => {
		expect(families.familyOf(name)).toBe(family);
	});

	test('members come newest first, with the version that their names bear', () => {
		expect(families.members('php-imagick').map(({name, token}) => [name, token])).toEqual([
			['php-8.4-imagick', '8.4'],
			['php-8.3-imagick', '8.3'],
		]);
	});
});

describe('a number is a version only on evidence', () => {
	test('two libraries that live side by side are two families, one that replaced another is one', () => {
		const families = familiesOf({
			old: [
				{name: 'libgtk-3-dev', version: '3.24.38-1', source: 'gtk+3.0'},
				{name: 'libgtk-4-dev', version: '4.8.3-1', source: 'gtk4'},
				{name: 'tomcat9', version: '9.0.70-1', source: 'tomcat9'},
			],
			new: [
				{name: 'libgtk-3-dev', version: '3.24.49-1', source: 'gtk+3.0'},
				{name: 'libgtk-4-dev', version: '4.18.6-1', source: 'gtk4'},
				{name: 'tomcat10', version: '10.1.40-1', source: 'tomcat10'},
			],
		});
		expect(families.familyOf('libgtk-4-dev')).toBe('libgtk-4-dev');
		expect(families.familyOf('tomcat9')).toBe('tomcat');
		expect(families.familyOf('tomcat10')).toBe('tomcat');
	});

	test('a library is named after its headers; widths of characters are no versions', () => {
		const families = familiesOf({
			trixie: [
				{name: 'libssl3t64', version: '3.5.1-1', source: 'openssl', provides: 'libssl3 (= 3.5.1-1)'},
				{name: 'libssl-dev', version: '3.5.1-1', source: 'openssl'},
				{name: 'libpcre2-8-0', version: '10.46-1', source: 'pcre2'},
				{name: 'libpcre2-16-0', version: '10.46-1', source: 'pcre2'},
				{name: 'libpcre2-dev', version: '10.46-1', source: 'pcre2'},
			],
		});
		expect(families.familyOf('libssl3t64')).toBe('libssl');
		expect(families.familyOf('libpcre2-8-0')).toBe('libpcre2-8-0');
	});

	test('a name that no index has belongs to no family', () => {
		expect(familiesOf({trixie: [{name: 'curl', version: '8-1'}]}).familyOf('crul')).toBeNull();
	});
});

describeNeeding('debian-mirror')('on the real indexes of Debian', () => {
	let families: Families;
	beforeAll(async () => {
		families = buildFamilies(await realIndexes());
	});

	test('precision and recall over the gold list are at least 99 and 98 %', () => {
		const gold = readFileSync(new URL('families-gold.tsv', import.meta.url), 'utf8')
			.trim()
			.split('\n')
			.map(line => line.split('\t') as [string, string])
			// A mirror without testing lacks some.
			.filter(([name]) => families.familyOf(name) !== null);
		expect(gold.length).toBeGreaterThan(300);
		const wrong = gold.filter(([name, family]) => families.familyOf(name) !== family);
		const found = gold.filter(([name]) => families.familyOf(name) !== name);
		const wanted = gold.filter(([name, family]) => family !== name);
		const right = wanted.filter(([name, family]) => families.familyOf(name) === family);
		const precision = right.length / found.length;
		const recall = right.length / wanted.length;
		console.info(
			`families: ${gold.length} names, precision ${(100 * precision).toFixed(1)} %, recall ${(100 * recall).toFixed(1)} %`,
			wrong.map(([name, family]) => `${name}: ${families.familyOf(name)} instead of ${family}`),
		);
		expect(precision).toBeGreaterThanOrEqual(0.99);
		expect(recall).toBeGreaterThanOrEqual(0.98);
	});
});
