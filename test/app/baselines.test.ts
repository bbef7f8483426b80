import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {openCompositionFiles} from '../../src/app/composition-files.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

/** Files beside each other, by name, and the saved compositions of a home of its own. */
async function files(texts: Readonly<Record<string, string>>) {
	const home = await temporaryFolder('baselines');
	const folder = join(home, 'project');
	await mkdir(folder, {recursive: true});
	for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, `${name}.yaml`), text);
	const notices: string[] = [];
	const saved = openCompositionFiles(join(home, 'compositions'), text => notices.push(text));
	return {
		saved,
		notices,
		folder,
		open: (name: string) => saved.open(join(folder, `${name}.yaml`)),
		refusal: async (name: string) => {
			const error: unknown = await saved.open(join(folder, `${name}.yaml`)).then(
				() => null,
				reason => reason,
			);
			return error instanceof Error ? error.message.replaceAll(`${folder}/`, '') : 'not refused';
		},
	};
}

const corp = `name: corp
packages: [tini]
env: {TZ: Europe/Paris, LEVEL: info}
bundles: [corp-ca]
config: {user: "1000", labels: {owner: platform}, ports: [9000]}
tests: [{run: [tini, --version]}]
`;

describe('a composition that extends a baseline', () => {
	test('has its packages, variables, bundles, configuration and tests, and its own win', async () => {
		const {open} = await files({
			corp,
			api: 'name: api\nstarter: php\nextends: [corp]\npackages: [curl, {name: tini, version: "1"}]\nenv: {LEVEL: debug}\nconfig: {labels: {team: web}, ports: [80]}\n',
		});
		const {composition, own} = await open('api');
		expect(composition).toEqual({
			name: 'api',
			description: '',
			starter: 'php',
			variant: 'minimal',
			lines: 'all',
			packages: [
				{name: 'tini', version: '1'},
				{name: 'curl', version: null},
			],
			env: {TZ: 'Europe/Paris', LEVEL: 'debug'},
			bundles: ['corp-ca'],
			config: {user: '1000', labels: {owner: 'platform', team: 'web'}, ports: ['9000/tcp', '80/tcp']},
			tests: [{run: ['tini', '--version'], expect: {}}],
		});
		expect(own.extends).toEqual(['corp']);
		expect(own.bundles).toEqual([]);
	});

	test('may have it by two ways, and through others', async () => {
		const {open} = await files({
			corp,
			web: 'name: web\nextends: [corp]\nenv: {PORT: "80"}\n',
			jobs: 'name: jobs\nextends: [corp]\n',
			api: 'name: api\nstarter: php\nextends: [web, jobs]\n',
		});
		const {composition} = await open('api');
		expect(composition.env).toEqual({TZ: 'Europe/Paris', LEVEL: 'info', PORT: '80'});
		expect(composition.bundles).toEqual(['corp-ca']);
	});

	test('may extend another image’s composition; starter, variant and lines stay its own', async () => {
		const {open} = await files({
			base: 'name: base\nstarter: nginx\nvariant: dev\nlines: ["1.26"]\npackages: [curl]\n',
			api: 'name: api\nstarter: php\nextends: [base]\n',
		});
		const {composition} = await open('api');
		expect(composition).toMatchObject({starter: 'php', variant: 'minimal', lines: 'all'});
		expect(composition.packages.map(({name}) => name)).toEqual(['curl']);
	});

	test('names the file in which an inherited field stands', async () => {
		const {open, folder} = await files({corp, api: 'name: api\nstarter: php\nextends: [corp]\npackages: [curl]\n'});
		const {locate} = await open('api');
		expect(locate(['packages', 0])).toEqual({
			file: join(folder, 'corp.yaml'),
			line: 2,
			column: 12,
			field: 'packages[0]',
		});
		expect(locate(['packages', 1])).toMatchObject({file: join(folder, 'api.yaml'), line: 4, field: 'packages[0]'});
		expect(locate(['env', 'TZ'])).toMatchObject({file: join(folder, 'corp.yaml'), line: 3});
		expect(locate(['config', 'labels', 'owner'])).toMatchObject({file: join(folder, 'corp.yaml'), line: 5});
	});
});

describe('what cannot be inherited is refused with its place and path', () => {
	test.each([
		[
			'a cycle',
			{
				corp: 'name: corp\nextends: [web]\n',
				web: 'name: web\nextends: [corp]\n',
				api: 'name: api\nstarter: php\nextends: [corp]\n',
			},
			'web.yaml:2:11: extends[0]: corp extends itself: api → corp → web → corp.',
		],
		[
			'two baselines that disagree',
			{
				one: 'name: one\nenv: {LEVEL: info}\n',
				deep: 'name: deep\nextends: [one]\n',
				two: 'name: two\nenv: {LEVEL: debug}\n',
				api: 'name: api\nstarter: php\nextends: [deep, two]\n',
			},
			'api.yaml:3:17: extends[1]: LEVEL is inherited in two ways: "info" (api → deep → one) and "debug" (api → two).',
		],
		[
			'two pins',
			{
				one: 'name: one\npackages: [{name: curl, version: "8"}]\n',
				two: 'name: two\npackages: [curl]\n',
				api: 'name: api\nstarter: php\nextends: [one, two]\n',
			},
			'curl is inherited in two ways: 8 (api → one) and not pinned (api → two). Say in api itself which is meant.',
		],
		[
			'one that is not there',
			{corp, api: 'name: api\nstarter: php\nextends: [crop]\n'},
			'api.yaml:3:11: extends[0]: There is no baseline crop. Did you mean corp?',
		],
		[
			'a mistake in a baseline',
			{corp: 'name: corp\npackges: [curl]\n', api: 'name: api\nstarter: php\nextends: [corp]\n'},
			'corp.yaml:2:1: packges: There is no field `packges` here. Write `packages`.',
		],
		[
			'a baseline that says lines',
			{corp: 'name: corp\nlines: all\n', api: 'name: api\nstarter: php\nextends: [corp]\n'},
			'corp.yaml:2:1: lines: There is no field `lines` here.',
		],
		[
			'another name in the file',
			{corp: 'name: crop\n', api: 'name: api\nstarter: php\nextends: [corp]\n'},
			'corp.yaml names itself crop.',
		],
		['one twice', {corp, api: 'name: api\nstarter: php\nextends: [corp, corp]\n'}, 'corp stands here twice.'],
		['a baseline that is built', {api: 'name: api\n'}, 'A file without one is a baseline'],
	])('%s', async (_, texts, said) => {
		const {refusal} = await files(texts);
		expect(await refusal('api')).toContain(said);
	});

	test('a clash is settled by the composition itself', async () => {
		const {open} = await files({
			one: 'name: one\nenv: {LEVEL: info}\n',
			two: 'name: two\nenv: {LEVEL: debug}\n',
			api: 'name: api\nstarter: php\nextends: [one, two]\nenv: {LEVEL: warn}\n',
		});
		expect((await open('api')).composition.env).toEqual({LEVEL: 'warn'});
	});
});

describe('saved baselines', () => {
	test('come along when a file beside them is built, and are no private images', async () => {
		const {saved, open} = await files({corp, api: 'name: api\nstarter: php\nextends: [corp]\n'});
		await saved.remember(await open('api'));
		expect(await saved.names()).toEqual(['api']);
		expect(await saved.baselines.names()).toEqual(['corp']);
		expect((await saved.open('api')).composition.bundles).toEqual(['corp-ca']);
		expect(await saved.heirsOf('corp')).toEqual(['api']);
	});

	test('one that others extend too is brought up to date, and that is said', async () => {
		const {saved, open, notices, folder} = await files({
			corp,
			api: 'name: api\nstarter: php\nextends: [corp]\n',
			web: 'name: web\nstarter: nginx\nextends: [corp]\n',
		});
		await saved.remember(await open('api'));
		await writeFile(join(folder, 'corp.yaml'), corp.replace('info', 'warn'));
		await saved.remember(await open('web'));
		expect((await saved.open('api')).composition.env['LEVEL']).toBe('warn');
		expect(notices).toEqual(['The baseline corp was brought up to date; api extend it too.']);
	});

	test('an edit of an image keeps what it extends, and cannot break it', async () => {
		const {saved, open} = await files({corp, api: '# ours\nname: api\nstarter: php\nextends: [corp]\n'});
		await saved.remember(await open('api'));
		await saved.save({...(await saved.read('api')), description: 'changed'}, {replace: true});
		expect((await saved.read('api')).extends).toEqual(['corp']);
		await expect(saved.save({...(await saved.read('api')), extends: ['gone']}, {replace: true})).rejects.toThrow(
			/no baseline gone/,
		);
	});

	test('neither a name of an image nor a file with a starter is taken', async () => {
		const {saved, open, folder} = await files({corp, api: 'name: api\nstarter: php\nextends: [corp]\n'});
		await saved.remember(await open('api'));
		await expect(saved.baselines.save('name: api\n', join(folder, 'x.yaml'))).rejects.toThrow(/image “api” already/);
		const text = await readFile(join(folder, 'api.yaml'), 'utf8');
		await expect(saved.baselines.save(text, join(folder, 'api.yaml'))).rejects.toThrow(/has a starter/);
	});

	test('a composition that others extend is not removed', async () => {
		const {saved, open} = await files({
			base: 'name: base\nstarter: php\n',
			api: 'name: api\nstarter: php\nextends: [base]\n',
		});
		await saved.remember(await open('base'));
		await saved.remember(await open('api'));
		await expect(saved.remove('base')).rejects.toThrow(/api extends it/);
	});
});
