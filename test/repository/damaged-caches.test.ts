import {readdir, readFile, truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {makeDeb} from '../support/deb.ts';
import {startDebianRepository, type DebianRepository} from '../support/debian-repository.ts';
import {openTestRepository} from './open-test-repository.ts';

const debs = ['tool', 'library', 'documentation'].map(name => makeDeb({name, version: '1.0-1'}));
const trixie = {releases: ['trixie'], architectures: ['amd64']} as const;

let archive: DebianRepository;
beforeEach(async () => {
	archive = await startDebianRepository({suites: {trixie: debs, 'trixie-security': []}});
});
afterEach(() => archive.close());

describe('damaged caches', () => {
	const compiledFile = async (cacheFolder: string) => {
		const folder = join(cacheFolder, 'indexes/trixie');
		const name = (await readdir(folder)).find(one => one.endsWith('.index'))!;
		return join(folder, name);
	};

	test.each([
		['truncated', (file: string) => truncate(file, 500)],
		['empty', (file: string) => truncate(file, 0)],
		[
			'altered',
			async (file: string) => {
				const bytes = await readFile(file);
				bytes[bytes.length - 20]! ^= 1;
				await writeFile(file, bytes);
			},
		],
	])('a %s index is moved aside, reported and made anew', async (_, damage) => {
		const {repository, cacheFolder} = await openTestRepository(archive);
		await repository.refresh(trixie);
		await damage(await compiledFile(cacheFolder));
		const again = await openTestRepository(archive, {cacheFolder});
		expect((await again.repository.openIndex('trixie', 'amd64')).packageCount).toBe(3);
		expect(again.notices).toHaveLength(1);
		expect(again.notices[0]).toMatch(/torn or altered; it was moved to/);
	});

	test.each(['', '{', '[]', '{"version":"x"}', '{"version":3,"kind":"ready","state":{}}'])(
		'a state file that reads %j is moved aside',
		async content => {
			const {repository, cacheFolder} = await openTestRepository(archive);
			await repository.refresh(trixie);
			await writeFile(join(cacheFolder, 'indexes/trixie/state.json'), content);
			const again = await openTestRepository(archive, {cacheFolder});
			await expect(again.repository.openIndex('trixie', 'amd64')).rejects.toMatchObject({code: 'not-found'});
			expect(again.notices).toHaveLength(1);
			expect(await again.repository.refresh(trixie)).toContainEqual(
				expect.objectContaining({suite: 'trixie', outcome: 'updated'}),
			);
		},
	);

	test('an index that cannot be made anew, for the mirror is away', async () => {
		const {repository, cacheFolder} = await openTestRepository(archive);
		await repository.refresh(trixie);
		await truncate(await compiledFile(cacheFolder), 0);
		archive.fault('InRelease', {kind: 'reset'});
		const again = await openTestRepository(archive, {cacheFolder});
		await expect(again.repository.openIndex('trixie', 'amd64')).rejects.toMatchObject({
			code: 'not-found',
			hint: 'Run `slipway update`.',
		});
	});

	test('nothing downloaded yet', async () => {
		const {repository} = await openTestRepository(archive);
		expect(await repository.hasIndexes('amd64')).toBe(false);
		await expect(repository.openIndex('trixie', 'amd64')).rejects.toMatchObject({
			code: 'not-found',
			hint: 'Run `slipway update`.',
		});
		await expect(repository.openIndex('sid', 'amd64')).rejects.toMatchObject({code: 'bad-input'});
	});
});
