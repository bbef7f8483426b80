import {chmod, readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {Catalog} from '../../src/catalog/catalog.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {smallIndex} from './small-index.ts';

const php = (version: string) => ({
	name: `php${version}-curl`,
	version: `${version}.1-1`,
	source: `php${version}`,
	provides: 'php-curl',
	summary: 'CURL module for PHP',
	section: 'php',
});
const older = new Map([['bookworm', smallIndex('bookworm', [php('8.2'), {name: 'curl', version: '7.88.1-10'}])]]);
const indexes = new Map([
	...older,
	['trixie', smallIndex('trixie', [php('8.4'), {name: 'curl', version: '8.14.1-2'}])],
]);

/** What a catalogue answers, as plain data. */
function answers(catalog: Catalog) {
	const autos = catalog.autos();
	return {
		names: autos.families.names,
		members: autos.families.members('php-curl').map(({name, token}) => [name, token]),
		auto: autos.autoFor('php-curl'),
		families: ['crul', 'php curl', '8.14', 'section:php'].map(query => catalog.searcher().search(query).families),
	};
}

describe('the catalogue on disk', () => {
	test('answers from its files as it did when it was made', async () => {
		const folder = join(await temporaryFolder('catalog'), 'catalog');
		const made = answers(new Catalog(indexes, folder));
		expect(made.members).toEqual([
			['php8.4-curl', '8.4'],
			['php8.2-curl', '8.2'],
		]);
		expect(await readdir(folder)).toHaveLength(2);
		expect(answers(new Catalog(indexes, folder))).toEqual(made);
	});

	test('is made anew for other indexes, and leaves nothing of the old ones', async () => {
		const folder = await temporaryFolder('catalog');
		answers(new Catalog(older, folder));
		const before = await readdir(folder);
		answers(new Catalog(indexes, folder));
		const after = await readdir(folder);
		expect(after).toHaveLength(2);
		expect(after.filter(name => before.includes(name))).toEqual([]);
	});

	test.each([
		['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
		['altered', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])])],
		['empty', () => Buffer.alloc(0)],
	])('a file that is %s is made anew', async (_what, damage) => {
		const folder = await temporaryFolder('catalog');
		const made = answers(new Catalog(indexes, folder));
		for (const name of await readdir(folder)) {
			await writeFile(join(folder, name), damage(await readFile(join(folder, name))));
		}
		expect(answers(new Catalog(indexes, folder))).toEqual(made);
		expect(answers(new Catalog(indexes, folder))).toEqual(made);
	});

	test('a folder that cannot be written to costs only time', async () => {
		const place = join(await temporaryFolder('catalog'), 'file');
		await writeFile(place, 'not a folder');
		await chmod(place, 0o444);
		expect(answers(new Catalog(indexes, join(place, 'catalog'))).auto).toBe('php-curl-auto');
	});
});
