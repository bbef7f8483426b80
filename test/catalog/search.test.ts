import {beforeAll, describe, expect, test} from 'vitest';
import {AutoPackages} from '../../src/catalog/auto/auto-packages.ts';
import {deriveStarter} from '../../src/catalog/derive-starter.ts';
import {buildFamilies} from '../../src/catalog/families/build-families.ts';
import {loadStarterDefinitions} from '../../src/catalog/load-starters.ts';
import {parsePackageRules} from '../../src/catalog/package-rules.ts';
import {createSearcher, type Searcher, type StarterContext} from '../../src/catalog/search/searcher.ts';
import type {FamilyHit} from '../../src/catalog/search-result.ts';
import type {PackageIndex} from '../../src/repository/package-index.ts';
import {starterLine} from '../plan/small-repository.ts';
import {describeNeeding} from '../support/needs.ts';
import {testStarter} from '../support/tui-services.ts';
import {realIndexes} from './real-indexes.ts';
import {recall, relevanceQueries} from './relevance-queries.ts';
import {smallIndex, type SmallPackage} from './small-index.ts';

const packages = [
	{name: 'nginx', version: '1.26.3-3', section: 'httpd', summary: 'small, powerful, scalable web/proxy server'},
	{name: 'nginx-doc', version: '1.26.3-3', source: 'nginx', section: 'doc', summary: 'documentation for nginx'},
	{name: 'nginx-dev', version: '1.26.3-3', source: 'nginx', section: 'httpd', summary: 'headers for nginx modules'},
	{
		name: 'curl',
		version: '8.14.1-2',
		section: 'web',
		summary: 'command line tool for transferring data with URL syntax',
	},
	{
		name: 'php8.4-curl',
		version: '8.4.11-1',
		source: 'php8.4',
		section: 'php',
		provides: 'php-curl',
		summary: 'CURL module for PHP',
	},
	{
		name: 'php8.4-common',
		version: '8.4.11-1',
		source: 'php8.4',
		section: 'php',
		summary: 'common files for PHP packages',
	},
	{
		name: 'python3-requests',
		version: '2.32.3-5',
		section: 'python',
		summary: 'elegant and simple HTTP library for Python3',
	},
	{name: 'python3', version: '3.13.5-1', section: 'python', summary: 'interactive high-level object-oriented language'},
	{
		name: 'libcurl4t64',
		version: '8.14.1-2',
		source: 'curl',
		section: 'libs',
		provides: 'libcurl4',
		summary: 'easy-to-use client-side URL transfer library',
	},
	{name: 'jq', version: '1:1.7.1-6', section: 'utils', summary: 'lightweight and flexible command-line JSON processor'},
];

function searcherOver(list: readonly SmallPackage[], rules?: string): Searcher {
	const autos = new AutoPackages(buildFamilies(new Map([['trixie', smallIndex('trixie', list)]])));
	return createSearcher({autos, ...(rules === undefined ? {} : {rules: parsePackageRules(rules, 'rules.yaml')})});
}

function shown(text: string, ranges: FamilyHit['matched']): string {
	let marked = '';
	let at = 0;
	for (const [start, end] of ranges) {
		marked += `${text.slice(at, start)}[${text.slice(start, end)}]`;
		at = end;
	}
	return marked + text.slice(at);
}

describe('a search over families', () => {
	const searcher = searcherOver(packages);
	const families = (query: string) => searcher.search(query).families.map(({family}) => family);

	test.each([
		['an exact name is first', 'curl', ['curl', 'php-curl', 'libcurl']],
		['a family is before its documentation and headers', 'nginx', ['nginx', 'nginx-dev', 'nginx-doc']],
		['unless they are asked for', 'nginx doc', ['nginx-doc']],
		['words in any order', 'curl php', ['php-curl']],
		['a member’s name finds its family', 'php8.4-curl', ['php-curl']],
		['two letters exchanged', 'ngnix', ['nginx', 'nginx-dev', 'nginx-doc']],
		['a letter missing in one of two words', 'pyton3-requests', ['python3-requests']],
		['a description', 'JSON', ['jq']],
		['a version', '1.7.1', ['jq']],
		['a prefix', '^php', ['php-curl', 'php-common']],
		['a suffix', 'doc$', ['nginx-doc']],
		['not', 'nginx !dev$ !doc$', ['nginx']],
		['or', '^jq$ | ^curl$', ['jq', 'curl']],
		['a section', 'section:httpd', ['nginx', 'nginx-dev']],
		['a family', 'family:php-cu', ['php-curl']],
		['nothing of that kind', 'xyzzyxyzzy', []],
		['letters that stand apart', 'phpcrl', ['php-curl']],
	])('%s: %s', (_what, query, expected) => {
		expect(families(query)).toEqual(expected);
	});

	test('a name that no package bears finds what provides it', () => {
		const list = [
			{name: 'apache2', version: '2.4.65-2', section: 'httpd', summary: 'Apache HTTP Server', provides: 'httpd'},
			{name: 'micro-httpd', version: '1', section: 'httpd', summary: 'really small HTTP server'},
			{name: 'php8.4-common', version: '8.4.11-1', section: 'php', summary: 'parts of PHP', provides: 'php-posix'},
			{name: 'libxrdcephposix0', version: '5', section: 'libs', summary: 'Ceph posix library'},
		];
		const named = (query: string) => {
			const {families: found, total} = searcherOver(list).search(query);
			return {total, names: found.map(({family}) => family)};
		};
		expect(named('httpd')).toEqual({total: 2, names: ['apache2', 'micro-httpd']});
		expect(named('php-posix').names[0]).toMatch(/^php(?:8\.4)?-common$/u);
		expect(named('httpd !apache2').names).not.toContain('apache2');
	});

	test('a server’s module is no library, whatever its name', () => {
		const servers = searcherOver([
			{
				name: 'libapache2-mod-php',
				version: '2:8.4+96',
				section: 'php',
				summary: 'server-side, HTML-embedded scripting language (Apache 2 module)',
			},
			{
				name: 'php-solr',
				version: '2.8.1-1',
				section: 'php',
				summary: 'PHP extension for communicating with Apache Solr server',
			},
		]);
		expect(servers.search('apache php').families.map(({family}) => family)).toEqual(['libapache2-mod-php', 'php-solr']);
	});

	test.each([
		['curl', 'php-curl', 'php-[curl]'],
		['php curl', 'php-curl', '[php]-[curl]'],
		['ngnix', 'nginx', '[nginx]'],
		['pyton3-requests', 'python3-requests', '[python3]-[requests]'],
		['phpcrl', 'php-curl', '[php]-[c]u[rl]'],
	])('%s shows what it matched in %s', (query, family, expected) => {
		const hit = searcher.search(query).families.find(found => found.family === family);
		expect(hit && shown(hit.family, hit.matched)).toBe(expected);
	});

	test('a family comes with its auto package, its members and their releases', () => {
		expect(searcher.search('php-curl').families[0]).toMatchObject({
			family: 'php-curl',
			auto: 'php-curl-auto',
			autoSummary: 'Universal package for php-curl: detects and installs a compatible version',
			summary: 'CURL module for PHP',
			blocked: null,
			members: [{name: 'php8.4-curl', version: '8.4.11-1', suite: 'trixie', lines: []}],
		});
	});

	test('the limit counts families, the total all that matched', () => {
		const result = searcher.search('curl', {limit: 1});
		expect(result.families).toHaveLength(1);
		expect(result.total).toBe(3);
	});

	test('an empty query lists all', () => {
		expect(searcher.search('').total).toBe(packages.length);
	});

	test('nothing typed begins with what extends the starter, as far as it has not that already', () => {
		const line = {...testStarter('php', ['8.4']).lines[0]!, primaryPackage: 'php8.4-common'};
		const starter = testStarter('php', [], {lines: [line]});
		const planned = {line: '8.4', packages: new Map([['php8.4-common', '8.4.11-1']])};
		const found = searcherOver([...packages, {name: 'php-twig', version: '3.20'}]).search('', {
			context: {starter, planned},
		});
		expect(found.families.map(({family}) => family).slice(0, 2)).toEqual(['php-curl', 'php-twig']);
		expect(found.total).toBe(11);
	});

	test('`added:` finds families of what was added, an auto package’s too', () => {
		const added = ['php-curl-auto', 'jq', 'gone'];
		const named = (query: string) => searcher.search(query, {added}).families.map(({family}) => family);
		expect(named('added:').toSorted()).toEqual(['jq', 'php-curl']);
		expect(named('added: json')).toEqual(['jq']);
		expect(named('!added: curl')).toEqual(['curl', 'libcurl']);
	});

	test('a cancelled search ends so', () => {
		expect(() => searcher.search('curl', {signal: AbortSignal.abort()})).toThrow(
			expect.objectContaining({code: 'cancelled'}),
		);
	});
});

describe('with rules on FIPS', () => {
	const list = [
		...packages,
		{name: 'openssl', version: '3.5.1-1', section: 'utils', summary: 'Secure Sockets Layer toolkit'},
		{name: 'openssl-fips-provider', version: '3.1.2-1', section: 'utils', summary: 'validated module of openssl'},
	];
	const searcher = searcherOver(list, 'fips: {validated: ["openssl-fips*"], neutral: [jq]}');
	const context = (fips: boolean): StarterContext => ({
		starter: {
			name: 'x',
			title: 'X',
			description: '',
			category: 'base',
			variants: ['minimal'],
			lines: [starterLine({line: '1', version: '1', primaryPackage: 'curl', packages: [], fips})],
		},
		planned: null,
	});

	test('a starter marked FIPS gets validated packages first, marked', () => {
		const found = searcher.search('openssl', {context: context(true)}).families;
		expect(found.map(({family, fips}) => [family, fips])).toEqual([
			['openssl-fips-provider', 'validated'],
			['openssl', undefined],
		]);
	});

	test('any other starter keeps the order', () => {
		const [first] = searcher.search('openssl', {context: context(false)}).families;
		expect(first?.family).toBe('openssl');
		expect(searcher.search('jq').families[0]?.fips).toBe('neutral');
	});

	test('a wrong rules file is refused, naming the field', () => {
		expect(() => parsePackageRules('fips: {valid: [x]}', 'rules.yaml')).toThrow(/rules\.yaml.*fips/);
		expect(() => parsePackageRules('fips: [', 'rules.yaml')).toThrow(expect.objectContaining({code: 'bad-input'}));
	});
});

describeNeeding('debian-mirror')('on Debian', () => {
	let indexes: ReadonlyMap<string, PackageIndex>;
	let searcher: Searcher;
	beforeAll(async () => {
		indexes = await realIndexes();
		searcher = createSearcher({autos: new AutoPackages(buildFamilies(indexes))});
	});

	async function contextOf(name: string): Promise<StarterContext> {
		const definition = (await loadStarterDefinitions()).find(one => one.name === name)!;
		return {
			starter: deriveStarter(definition, indexes),
			planned: {line: '8.4', packages: new Map([['php8.4-cli', '8.4.11-1']])},
		};
	}

	test('the relevance set is answered: 80 % by the first family, 90 % within five', () => {
		const queries = relevanceQueries();
		const {at1, at5} = recall(queries, query => searcher.search(query, {limit: 5}).families.map(({family}) => family));
		console.info(
			`search: ${queries.length} queries, recall at 1 ${(100 * at1).toFixed(1)} %, at 5 ${(100 * at5).toFixed(1)} %`,
		);
		expect(queries.length).toBeGreaterThanOrEqual(150);
		expect(at1).toBeGreaterThanOrEqual(0.8);
		expect(at5).toBeGreaterThanOrEqual(0.9);
	});

	test.each([
		['nginx', ['nginx-extras', 'nginx-core', 'nginx-full'], ['nginx-dev', 'nginx-doc']],
		['ffmpeg', ['ffmpeg', 'ffmpegthumbnailer'], ['ffmpeg-doc']],
		['libssl', ['libssl'], ['libssl-dev', 'libssl-doc']],
	])('%s: what comes along with it is behind what is like it', (query, others, satellites) => {
		const names = searcher.search(query).families.map(({family}) => family);
		const places = (list: readonly string[]) => list.map(name => names.indexOf(name)).filter(place => place >= 0);
		expect(names[0]).toBe(query);
		expect(places(others).length).toBe(others.length);
		expect(Math.max(...places(others))).toBeLessThan(Math.min(...places(satellites)));
		expect(searcher.search(`${query} doc`, {limit: 5}).families.map(({family}) => family)).toContain(`${query}-doc`);
	});

	test('for the php starter, members tell the lines that they fit', async () => {
		const [hit] = searcher.search('php-curl', {context: await contextOf('php')}).families;
		expect(hit).toMatchObject({family: 'php-curl', auto: 'php-curl-auto', blocked: null});
		const lines = hit!.members.map(({name, suite, lines: fitting}) => [name, suite, fitting]);
		expect(lines).toContainEqual(['php8.4-curl', 'trixie', ['8.4']]);
		expect(lines).toContainEqual(['php8.2-curl', 'bookworm', ['8.2']]);
	});

	test('a family of the starter’s newest line is blocked', async () => {
		const [hit] = searcher.search('php-cli', {context: await contextOf('php')}).families;
		expect(hit?.blocked).toEqual({package: 'php8.4-cli', version: '8.4.11-1', line: '8.4'});
	});

	test('`line:` keeps families with a member that fits the line', async () => {
		const context = await contextOf('postgres');
		const names = (query: string) => searcher.search(query, {context}).families.map(({family}) => family);
		expect(names('pgvector line:17')).toContain('postgresql-pgvector');
		expect(names('pgvector line:15')).not.toContain('postgresql-pgvector');
	});
});
