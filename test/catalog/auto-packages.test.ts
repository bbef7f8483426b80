import {beforeAll, describe, expect, test} from 'vitest';
import {AutoPackages, autoDescription} from '../../src/catalog/auto/auto-packages.ts';
import {familyChoices} from '../../src/catalog/auto/family-choices.ts';
import {deriveStarter} from '../../src/catalog/derive-starter.ts';
import {buildFamilies} from '../../src/catalog/families/build-families.ts';
import {loadStarterDefinitions} from '../../src/catalog/load-starters.ts';
import type {Starter} from '../../src/catalog/starter.ts';
import type {Composition} from '../../src/plan/composition.ts';
import {planComposition} from '../../src/plan/plan-composition.ts';
import type {PackageIndex} from '../../src/repository/package-index.ts';
import {starterLine} from '../plan/small-repository.ts';
import {describeNeeding} from '../support/needs.ts';
import {realIndexes} from './real-indexes.ts';
import {smallIndex} from './small-index.ts';

const php = (
	line: string,
	packages: readonly {readonly name: string; readonly version: string; readonly depends?: string}[],
) => [
	{name: `php${line}-fpm`, version: `${line}.9-1`, source: `php${line}`, depends: `php${line}-common`},
	{name: `php${line}-common`, version: `${line}.9-1`, source: `php${line}`},
	...packages.map(entry => ({...entry, source: entry.name.replace(/\d.*?-/, '-')})),
];

describe('the rules, on a small repository', () => {
	const indexes = new Map([
		[
			'stable',
			smallIndex('stable', [
				...php('8.4', [
					{name: 'php8.4-imagick', version: '3.7.0-9', depends: 'php8.4-common'},
					{name: 'php8.4-posix', version: '8.4.9-1', depends: 'php8.4-common, php8.4-posix-config'},
				]),
				{name: 'php8.4-posix-config', version: '8.4.9-1', source: 'php-posix'},
				{name: 'llvm-18', version: '1:18.1.8-1', source: 'llvm-toolchain-18'},
				{name: 'llvm-19', version: '1:19.1.7-1', source: 'llvm-toolchain-19'},
				{name: 'llvm-20', version: '1:20~rc2-1', source: 'llvm-toolchain-20'},
			]),
		],
		['oldstable', smallIndex('oldstable', php('8.2', []))],
	]);
	const autos = new AutoPackages(buildFamilies(indexes));
	const lines = ['8.4', '8.2'].map((line, at) =>
		starterLine({
			line,
			suite: at === 0 ? 'stable' : 'oldstable',
			version: `${line}.9`,
			primaryPackage: `php${line}-fpm`,
			packages: [],
		}),
	);
	const choose = (auto: string) => lines.map(line => autos.chooseAutoMember(auto, line, indexes.get(line.suite)!));

	test('an auto package takes the member that fits the line, and is skipped where none does', () => {
		expect(choose('php-imagick-auto')).toEqual(['php8.4-imagick', null]);
	});

	test('where the line sets no bounds it takes the newest that is released', () => {
		expect(choose('llvm-auto')[0]).toBe('llvm-19');
	});

	test('what comes along with a package of its own offers none', () => {
		expect(autos.autoFor('php-posix')).toBe('php-posix-auto');
		expect(autos.autoFor('php-posix-config')).toBeNull();
		expect(autos.autoFor('php-common')).toBeNull();
	});

	test('a family with a member in the newest line is blocked, and says which', () => {
		const planned = {line: '8.4', packages: new Map([['php8.4-common', '8.4.9-1']])};
		expect(autos.blockedBy('php-common', planned)).toEqual({package: 'php8.4-common', version: '8.4.9-1', line: '8.4'});
		expect(autos.blockedBy('php-imagick', planned)).toBeNull();
	});

	test('a name that only looks like an auto package is none', () => {
		expect(autos.familyOfAuto('php-imagck-auto')).toBeNull();
		expect(autos.familyOfAuto('php-imagick')).toBeNull();
		expect(choose('php-nothing-auto')).toEqual([null, null]);
	});

	test('wrong names get the nearest ones', () => {
		expect(familyChoices(autos).nearestNames('php8.4-imagik')).toEqual(['php8.4-imagick']);
		expect(familyChoices(autos).nearestNames('php-imagik-auto')).toEqual(['php-imagick-auto']);
		expect(familyChoices(autos).nearestNames('something-else')).toEqual([]);
	});

	test('describes itself', () => {
		expect(autoDescription('php-curl')).toBe(
			'Universal package for php-curl: detects and installs a compatible version',
		);
	});
});

describeNeeding('debian-mirror')('the rules, on Debian', () => {
	let indexes: ReadonlyMap<string, PackageIndex>;
	let autos: AutoPackages;
	let starters: ReadonlyMap<string, Starter>;
	beforeAll(async () => {
		indexes = await realIndexes();
		autos = new AutoPackages(buildFamilies(indexes));
		const definitions = await loadStarterDefinitions();
		starters = new Map(definitions.map(definition => [definition.name, deriveStarter(definition, indexes)]));
	});

	/** The member by line. */
	function membersIn(starter: string, auto: string): Readonly<Record<string, string | null>> {
		const lines = starters.get(starter)?.lines ?? [];
		return Object.fromEntries(
			lines.map(line => [line.line, autos.chooseAutoMember(auto, line, indexes.get(line.suite)!)]),
		);
	}

	test.each<[starter: string, auto: string, expected: Readonly<Record<string, string | null>>]>([
		['php', 'php-curl-auto', {'8.4': 'php8.4-curl', '8.2': 'php8.2-curl'}],
		['php', 'php-imagick-auto', {'8.4': 'php8.4-imagick', '8.2': 'php8.2-imagick'}],
		// 15 in bookworm has none, 17 does.
		['postgres', 'postgresql-pgvector-auto', {'17': 'postgresql-17-pgvector', '15': null}],
		['python', 'python3-dev-auto', {'3.13': 'python3.13-dev', '3.11': 'python3.11-dev'}],
		['python', 'python3-requests-auto', {'3.13': 'python3-requests', '3.11': 'python3-requests'}],
		['gcc', 'libstdc++-dev-auto', {'14': 'libstdc++-14-dev', '13': 'libstdc++-13-dev', '12': 'libstdc++-12-dev'}],
		['java', 'openjdk-jdk-headless-auto', {'21': 'openjdk-21-jdk-headless', '17': 'openjdk-17-jdk-headless'}],
		['go', 'golang-src-auto', {'1.24': 'golang-1.24-src', '1.19': 'golang-1.19-src'}],
		['nginx', 'php-curl-auto', {'1.26': 'php8.4-curl', '1.22': 'php8.2-curl'}],
		['debian', 'libicu-auto', {'13': 'libicu76', '12': 'libicu72'}],
	])('%s with %s', (starter, auto, expected) => {
		expect(membersIn(starter, auto)).toMatchObject(expected);
	});

	const composed = (starter: string, packages: readonly string[]): Composition => ({
		name: 'autos',
		description: '',
		starter,
		variant: 'minimal',
		lines: 'all',
		packages: packages.map(name => ({name, version: null})),
		env: {},
		bundles: [],
		config: {},
		tests: [],
	});
	const planned = (starter: string, packages: readonly string[]) =>
		planComposition({
			composition: composed(starter, packages),
			starter: starters.get(starter)!,
			indexes,
			families: familyChoices(autos),
		});

	test('a line without a member is built all the same, and says which auto package it goes without', async () => {
		const {lines} = await planned('postgres', ['postgresql-pgvector-auto']);
		const line = (name: string) => lines.find(candidate => candidate.line === name);
		expect(line('17')).toMatchObject({status: 'ok', skippedAutos: []});
		expect(line('17')?.packages.find(({role}) => role === 'added')).toMatchObject({
			name: 'postgresql-17-pgvector',
			requestedAs: 'postgresql-pgvector-auto',
		});
		expect(line('15')).toMatchObject({status: 'ok', skippedAutos: ['postgresql-pgvector-auto']});
	});

	test('what the newest line of a starter contains blocks its whole family, with version and line', async () => {
		const {lines} = await planned('php', []);
		const {line, packages} = lines[0]!;
		const inImage = new Map(packages.filter(entry => entry.inImage).map(({name, version}) => [name, version]));
		const blockedBy = (family: string) => autos.blockedBy(family, {line, packages: inImage});
		expect(blockedBy('php-common')).toEqual({
			package: `php${line}-common`,
			version: inImage.get(`php${line}-common`),
			line,
		});
		expect(blockedBy('php-imagick')).toBeNull();
	});

	test.each([
		'php-common',
		'postgresql-common',
		'nginx-common',
		'mariadb-common',
		'python3-minimal',
		'gcc-base',
		'curl',
	])('%s offers no auto package', family => {
		expect(autos.autoFor(family)).toBeNull();
	});
});
