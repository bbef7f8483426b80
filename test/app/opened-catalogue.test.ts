import {mkdir, readdir, stat, utimes, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest';
import {createServices, type AllServices} from '../../src/app/create-services.ts';
import {startCliRepository} from '../cli/cli-repository.ts';
import type {DebianRepository} from '../support/debian-repository.ts';
import {makeSlipwayHome} from '../support/slipway.ts';

let repository: DebianRepository;
let services: AllServices;
let env: Readonly<Record<string, string | undefined>>;

beforeAll(async () => {
	repository = await startCliRepository();
});
beforeEach(async () => {
	({env} = await makeSlipwayHome({repository}));
	services = await createServices({env});
	await services.repository.refresh();
});
afterAll(() => repository.close());

test('a refresh leaves families and search index on disk, and the next process reads them', async () => {
	const folder = join(services.paths.cache, 'catalogue');
	const files = await readdir(folder);
	expect(new Set(files.map(name => name.split('-', 1)[0]))).toEqual(new Set(['families', 'search']));
	const longAgo = new Date('2020-01-01');
	for (const file of files) await utimes(join(folder, file), longAgo, longAgo);
	const next = await createServices({env});
	expect((await next.planning.search('curl')).families[0]?.family).toBe('curl');
	for (const file of files) expect((await stat(join(folder, file))).mtime).toEqual(longAgo);
});

test('the rules file of the configuration labels packages under FIPS', async () => {
	await mkdir(services.paths.config, {recursive: true});
	await writeFile(join(services.paths.config, 'package-rules.yaml'), 'fips: {validated: [curl]}\n');
	const next = await createServices({env});
	const [hit] = (await next.planning.search('curl')).families;
	expect(hit).toMatchObject({family: 'curl', fips: 'validated'});
	expect(hit?.members[0]).toMatchObject({name: 'curl', fips: 'validated'});
});

test('a rules file that is wrong is refused, with its path and the field', async () => {
	await mkdir(services.paths.config, {recursive: true});
	await writeFile(join(services.paths.config, 'package-rules.yaml'), 'fips: {valid: [curl]}\n');
	const next = await createServices({env});
	await expect(next.planning.search('curl')).rejects.toMatchObject({
		code: 'bad-input',
		message: expect.stringMatching(/package-rules\.yaml.*fips/),
	});
});

test('what was planned before opens no index', async () => {
	const home = await makeSlipwayHome({repository});
	const file = join(home.folder, 'web.yaml');
	const plan = async (packages: string) => {
		await writeFile(file, `name: web\ndescription: ''\nstarter: memcached\npackages: [${packages}]\n`);
		const {exitCode, stdout, stderr} = await home.run(['plan', file, '--json']);
		expect(exitCode, stderr).toBe(0);
		return {stdout, stderr};
	};
	expect((await home.run(['update'])).exitCode).toBe(0);
	const first = await plan('libcurl4');
	const indexes = join(home.folder, 'slipway/cache/indexes');
	const compiled = (await readdir(indexes, {recursive: true})).filter(name => name.endsWith('.index'));
	expect(compiled).not.toEqual([]);
	for (const name of compiled) await writeFile(join(indexes, name), 'torn');
	expect(await plan('libcurl4')).toEqual(first);
	expect((await plan('')).stderr, 'another plan needs them').toContain('made anew');
});
