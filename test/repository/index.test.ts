import {rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {SuiteCompiler} from '../../src/repository/deb/compile-suite.ts';
import {openSections, readSections} from '../../src/repository/deb/index-file.ts';
import {indexFromPackages} from '../../src/repository/deb/index-from-packages.ts';
import {PagedBytes, PagedNumbers, Pages} from '../../src/repository/deb/paged-section.ts';
import {SuiteColumns} from '../../src/repository/deb/suite-columns.ts';
import type {PackageIndex} from '../../src/repository/package-index.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {randomNumbers} from './random.ts';

const hash = (digit: string) => digit.repeat(64);

/** One paragraph of a Packages file; what is not named is filled in. */
function paragraph(fields: Readonly<Record<string, string>>): string {
	const {Package: name = 'x', Version: version = '1', Architecture: architecture = 'amd64'} = fields;
	const all = {
		Package: name,
		Version: version,
		Architecture: architecture,
		Filename: `pool/main/x/x/${name}_${version.replace(/^\d+:/, '')}_${architecture}.deb`,
		Size: '10',
		SHA256: hash('a'),
		...fields,
	};
	return `${Object.entries(all)
		.map(([field, value]) => `${field}: ${value}\n`)
		.join('')}\n`;
}

function indexOf(...suites: readonly (readonly Readonly<Record<string, string>>[])[]): PackageIndex {
	const names = ['trixie', 'trixie-updates', 'trixie-security'];
	return indexFromPackages({
		release: 'trixie',
		architecture: 'amd64',
		packages: suites.map((fields, at) => ({suite: names[at]!, text: fields.map(paragraph).join('')})),
	});
}

const versions = (index: PackageIndex, name: string) => index.packagesNamed(name).map(id => index.versionOf(id));

describe('an index', () => {
	test('states the facts of a package', () => {
		const index = indexOf([
			{
				Package: 'curl',
				Version: '1:8.14-1+b1',
				'Multi-Arch': 'foreign',
				Essential: 'yes',
				Priority: 'optional',
				Section: 'web',
				Source: 'curl-source (1:8.14-1)',
				Maintainer: 'Jörg Müller <j@example.org>',
				Homepage: 'https://curl.se/',
				Description: 'überträgt – Daten',
				Size: '4294967295',
				'Installed-Size': '495',
				SHA256: hash('b'),
				Filename: 'pool/main/c/curl-source/curl_8.14-1+b1_amd64.deb',
			},
		]);
		expect(index.record(index.packagesNamed('curl')[0]!)).toEqual({
			name: 'curl',
			version: '1:8.14-1+b1',
			architecture: 'amd64',
			multiArch: 'foreign',
			essential: true,
			priority: 'optional',
			section: 'web',
			source: 'curl-source',
			sourceVersion: '1:8.14-1',
			maintainer: 'Jörg Müller <j@example.org>',
			homepage: 'https://curl.se/',
			summary: 'überträgt – Daten',
			downloadSizeBytes: 4_294_967_295,
			installedSizeBytes: 495 * 1024,
			sha256: hash('b'),
			filename: 'pool/main/c/curl-source/curl_8.14-1+b1_amd64.deb',
			suite: 'trixie',
		});
	});

	test.each([
		'pool/main/x/x/x_1_amd64.deb',
		'pool/main/libx/libxml2/x_1_amd64.deb',
		'pool/updates/main/x/x/x_1_amd64.deb',
		'pool/main/x/x/other-name.deb',
		'elsewhere/x.deb',
	])('keeps the file name %s', filename => {
		const index = indexOf([{Package: 'x', Filename: filename}]);
		expect(index.record(index.packagesNamed('x')[0]!).filename).toBe(filename);
	});

	test('gives versions newest first over all suites, and a file that two suites list once', () => {
		const index = indexOf(
			[{Package: 'a', Version: '1.9'}, {Package: 'b'}, {Package: 'a', Version: '1.10~rc1', SHA256: hash('1')}],
			[],
			[
				{Package: 'a', Version: '1.10', SHA256: hash('2')},
				{Package: 'a', Version: '1.9', SHA256: hash('a')},
			],
		);
		expect(versions(index, 'a')).toEqual(['1.10', '1.10~rc1', '1.9']);
		expect(index.packageCount).toBe(4);
		const all = Array.from(
			{length: index.packageCount},
			(_, id) => `${index.nameOf(id)} ${index.versionOf(id)} ${index.record(id).suite}`,
		);
		expect(all.sort()).toEqual(['a 1.10 trixie-security', 'a 1.10~rc1 trixie', 'a 1.9 trixie', 'b 1 trixie']);
	});

	test('finds who provides a name, without those that bear it', () => {
		const index = indexOf([
			{Package: 'mawk', Provides: 'awk'},
			{Package: 'gawk', Provides: 'awk (= 5), awk (= 5), gawk'},
			{Package: 'awk'},
			{Package: 'odd', Provides: 'awk (>= 3)'},
		]);
		const providers = index.providersOf('awk').map(({id, version}) => `${index.nameOf(id)} ${version}`);
		expect(providers.sort()).toEqual(['gawk 5', 'mawk null', 'odd null']);
		expect(index.providersOf('gawk')).toEqual([]);
		expect(index.packagesNamed('nothing')).toEqual([]);
		expect(index.providersOf('nothing')).toEqual([]);
	});

	test('gives each field of relations', () => {
		const index = indexOf([{Package: 'a', Depends: 'b (>= 1) | c, d:any', 'Pre-Depends': 'e', Breaks: 'f (<< 2)'}]);
		const id = index.packagesNamed('a')[0]!;
		expect(index.relationsOf(id, 'depends')).toEqual([
			[
				{name: 'b', qualifier: null, operator: '>=', version: '1'},
				{name: 'c', qualifier: null, operator: null, version: null},
			],
			[{name: 'd', qualifier: 'any', operator: null, version: null}],
		]);
		expect(index.relationsOf(id, 'preDepends')).toHaveLength(1);
		expect(index.relationsOf(id, 'breaks')).toHaveLength(1);
		expect(index.relationsOf(id, 'conflicts')).toEqual([]);
	});

	test('names the newest version of essential packages', () => {
		const index = indexOf(
			[{Package: 'dpkg', Essential: 'yes'}, {Package: 'a'}, {Package: 'once', Essential: 'yes'}],
			[],
			[
				{Package: 'dpkg', Version: '2', Essential: 'yes', SHA256: hash('3')},
				{Package: 'once', Version: '2', SHA256: hash('4')},
			],
		);
		expect(index.essentialPackages().map(id => `${index.nameOf(id)} ${index.versionOf(id)}`)).toEqual(['dpkg 2']);
	});

	test('has the same digest for the same content, and another for other', () => {
		expect(indexOf([{Package: 'a'}]).digest).toBe(indexOf([{Package: 'a'}]).digest);
		expect(indexOf([{Package: 'a'}]).digest).not.toBe(indexOf([{Package: 'a', Version: '2'}]).digest);
	});

	test('of nothing is empty', () => {
		const index = indexOf([], [], []);
		expect(index.packageCount).toBe(0);
		expect(index.packagesNamed('a')).toEqual([]);
		expect(() => index.nameOf(0)).toThrow(RangeError);
	});
});

describe('hostile paragraphs are left out', () => {
	test.each([
		{Package: '../evil'},
		{Package: 'a b'},
		{Package: 'a\u001b[2J'},
		{Package: 'ä'},
		{Version: ''},
		{Version: '1 2'},
		{Version: '1\u001b]0;x\u0007'},
		{Architecture: 'riscv64'},
		{Size: '-1'},
		{Size: '1e99'},
		{Size: '99999999999'},
		{SHA256: 'xyz'},
		{SHA256: ''},
		{Filename: ''},
		{Filename: '/etc/passwd'},
		{Filename: 'pool/../../etc/passwd'},
		{Filename: '..'},
		{Filename: 'pool//x.deb'},
		{Filename: 'pool/x.deb?token'},
		{Filename: 'pool/%2e%2e/x.deb'},
		{Filename: 'pool/x y.deb'},
		{Depends: 'a ('},
		{Provides: 'a |'},
		{Depends: 'x'.repeat(10) + ' (>= 1) garbage'},
	])('%j', fields => {
		const index = indexOf([
			{Package: 'good', Version: '1'},
			{Package: 'bad', ...fields},
		]);
		expect(index.packageCount).toBe(1);
		expect(versions(index, 'good')).toEqual(['1']);
	});

	test('enormous fields are just long', () => {
		const depends = Array.from({length: 20_000}, (_, at) => `p${at} (>= ${at})`).join(', ');
		const index = indexOf([{Package: 'a', Depends: depends, Description: 'x'.repeat(1_000_000)}]);
		const id = index.packagesNamed('a')[0]!;
		expect(index.relationsOf(id, 'depends')).toHaveLength(20_000);
		expect(index.summaryOf(id)).toHaveLength(1_000_000);
	});
});

describe('a compiled suite', () => {
	const compile = (text: string) => {
		const compiler = new SuiteCompiler('trixie', 'amd64');
		compiler.addWhole(Buffer.from(text));
		return compiler.finish().bytes;
	};
	const compiled = compile(paragraph({Package: 'a', Depends: 'b'}) + paragraph({Package: 'b', Provides: 'c'}));

	test('reads the same from unaligned memory', () => {
		const shifted = new Uint8Array(compiled.length + 3);
		shifted.set(compiled, 3);
		expect(new SuiteColumns(readSections(shifted.subarray(3))).name(1)).toBe('b');
	});

	test('reads the same from memory shared with other threads', () => {
		const shared = new Uint8Array(new SharedArrayBuffer(compiled.length));
		shared.set(compiled);
		expect(new SuiteColumns(readSections(shared)).relations(0, 'depends')[0]?.[0]?.name).toBe('b');
	});

	test('is refused with any byte altered, cut off or added', () => {
		const random = randomNumbers(31);
		for (let round = 0; round < 200; round++) {
			const torn = Uint8Array.from(compiled);
			torn[random(torn.length)]! ^= 1 + random(255);
			expect(() => new SuiteColumns(readSections(torn))).toThrow(expect.objectContaining({code: 'storage'}));
			expect(() => new SuiteColumns(readSections(compiled.subarray(0, random(compiled.length))))).toThrow(
				expect.objectContaining({code: 'storage'}),
			);
		}
		expect(() => new SuiteColumns(readSections(Buffer.concat([compiled, Buffer.alloc(8)])))).toThrow(
			expect.objectContaining({code: 'storage'}),
		);
	});

	test('reads the same from a file, also when that is gone', async () => {
		const text = Array.from({length: 3000}, (_, at) =>
			paragraph({Package: `p${at}`, SHA256: hash('d'), Depends: `p${at + 1}`, Description: `number ${at}`}),
		).join('');
		const file = join(await temporaryFolder('index'), 'suite.index');
		await writeFile(file, compile(text));
		const inMemory = new SuiteColumns(readSections(compile(text)));
		const inFile = new SuiteColumns(openSections(file));
		await rm(file);
		for (let row = 0; row < 3000; row++) {
			expect(inFile.record(row)).toEqual(inMemory.record(row));
			expect(inFile.relations(row, 'depends')).toEqual(inMemory.relations(row, 'depends'));
		}
		expect(() => inFile.record(3000)).toThrow(RangeError);
	});

	test('in a file is refused with any byte altered or cut off', async () => {
		const random = randomNumbers(32);
		const file = join(await temporaryFolder('index'), 'suite.index');
		for (let round = 0; round < 40; round++) {
			const torn = Uint8Array.from(compiled);
			torn[random(torn.length)]! ^= 1 + random(255);
			for (const bytes of [torn, compiled.subarray(0, random(compiled.length))]) {
				await writeFile(file, bytes);
				expect(() => openSections(file)).toThrow(expect.objectContaining({code: 'storage'}));
			}
		}
	});

	test('takes no more memory than it may, and reads on', () => {
		const bytes = Buffer.from(Uint8Array.from({length: 400_000}, (_, at) => 97 + ((at * 7) % 26)));
		const pages = new Pages((into, offset) => void bytes.copy(into, 0, offset), 65_536);
		const numbers = PagedNumbers.from(pages, {offset: 0, length: 200_000});
		const texts = PagedBytes.from(pages, {offset: 200_000, length: 200_000});
		const random = randomNumbers(33);
		for (let round = 0; round < 3000; round++) {
			const at = random(50_000);
			expect(numbers.at(at)).toBe(bytes.readUInt32LE(at * 4));
			const start = random(180_000);
			const end = start + random(20_000);
			expect(texts.text(start, end) === bytes.toString('latin1', 200_000 + start, 200_000 + end)).toBe(true);
			expect(pages.heldBytes).toBeLessThanOrEqual(65_536);
		}
	});

	test('finds every one of many names', () => {
		const text = Array.from({length: 3000}, (_, at) => paragraph({Package: `p${at}`, SHA256: hash('c')})).join('');
		const columns = new SuiteColumns(readSections(compile(text)));
		for (let at = 0; at < 3000; at++) {
			const {start, end} = columns.rowsNamed(`p${at}`);
			expect(end - start).toBe(1);
			expect(columns.name(start)).toBe(`p${at}`);
		}
		expect(columns.rowsNamed('p3000')).toEqual({start: 0, end: 0});
	});
});
