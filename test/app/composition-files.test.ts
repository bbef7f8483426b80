import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {openCompositionFiles} from '../../src/app/composition-files.ts';
import type {Composition} from '../../src/plan/composition.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

const composition: Composition = {
	name: 'php-api',
	description: '',
	starter: 'php',
	variant: 'minimal',
	lines: 'all',
	packages: [{name: 'curl', version: null}],
	env: {APP_ENV: 'production'},
	bundles: [],
	config: {},
	tests: [],
};

async function files() {
	const folder = await temporaryFolder('compositions');
	const problems: string[] = [];
	return {folder, problems, files: openCompositionFiles(folder, text => problems.push(text))};
}

describe('saved compositions', () => {
	test('come back as they were saved', async () => {
		const {files: saved} = await files();
		await saved.save(composition);
		expect(await saved.read('php-api')).toEqual(composition);
		expect(await saved.names()).toEqual(['php-api']);
	});

	test('a new one never writes over another, also when two are saved at once', async () => {
		const {files: saved} = await files();
		const results = await Promise.allSettled([saved.save(composition), saved.save(composition)]);
		expect(results.map(({status}) => status).sort()).toEqual(['fulfilled', 'rejected']);
		await expect(saved.save(composition)).rejects.toThrow(/already/);
	});

	test('keep the user’s own text and comments', async () => {
		const {files: saved, folder} = await files();
		const text = '# mine\nname: php-api\nstarter: php\n';
		const file = join(folder, '..', 'mine.yaml');
		await writeFile(file, text);
		await saved.remember(await saved.open(file));
		expect(await saved.text('php-api')).toBe(text);
	});

	test('keep their starter and their name', async () => {
		const {files: saved} = await files();
		await saved.save(composition);
		await expect(saved.save({...composition, starter: 'nginx'}, {replace: true})).rejects.toThrow(/made from php/);
		const renamed = 'name: other\nstarter: php\n';
		await expect(saved.saveText('php-api', renamed, 'draft')).rejects.toThrow(/cannot be changed to other/);
	});

	test('a damaged one is moved aside, reported, and written anew', async () => {
		const {files: saved, folder, problems} = await files();
		await writeFile(join(folder, 'php-api.yaml'), 'name: [');
		await expect(saved.read('php-api')).rejects.toThrow(/no YAML/);
		await saved.save(composition, {replace: true});
		expect(await saved.read('php-api')).toEqual(composition);
		expect(problems).toEqual([expect.stringMatching(/was damaged.*moved to/)]);
		const aside = (await readdir(folder)).find(name => name.includes('damaged'));
		expect(await readFile(join(folder, aside!), 'utf8')).toBe('name: [');
	});

	test('a name that is close is offered', async () => {
		const {files: saved} = await files();
		await saved.save(composition);
		await expect(saved.open('php-apo')).rejects.toMatchObject({hint: expect.stringContaining('php-api')});
	});
});
