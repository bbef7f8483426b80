import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {DebianRepository} from '../support/debian-repository.ts';
import {makeSlipwayHome, type SlipwayHome} from '../support/slipway.ts';
import {startCliRepository} from './cli-repository.ts';

let repository: DebianRepository;
let home: SlipwayHome;
const saved = (name: string) => readFile(join(home.folder, 'slipway/data/compositions', `${name}.yaml`), 'utf8');

beforeAll(async () => {
	repository = await startCliRepository();
	home = await makeSlipwayHome({repository});
	await writeFile(join(home.folder, 'corp.yaml'), 'name: corp\nenv: {LEVEL: info}\n');
	expect((await home.run(['baseline', 'add', 'corp.yaml'])).exitCode).toBe(0);
	for (const name of ['cache-one', 'cache-two', 'other']) {
		const text = `# ${name}\nname: ${name}\nstarter: memcached\n${name === 'other' ? 'extends: [corp]\n' : ''}`;
		// Saved as an editor would; building is not needed here.
		await writeFile(join(home.folder, `${name}.yaml`), text);
		await home.run(['plan', `${name}.yaml`]);
		await writeFile(join(home.folder, 'slipway/data/compositions', `${name}.yaml`), text);
	}
});
afterAll(() => repository.close());

test('shows the difference of every image that is meant, and changes all of them', async () => {
	const dry = await home.run(['edit', 'cache-*', '--add-package', 'curl', '--env', 'A=1', '--dry-run']);
	expect(dry.exitCode, dry.stderr).toBe(0);
	expect(dry.stdout).toContain('cache-one\n  1.6\n    + curl 8.14.1-2\n    + libcurl4 8.14.1-2\n    + env.A 1\n');
	expect(dry.stdout).toContain('cache-two\n');
	expect(dry.stdout).not.toContain('other');
	expect(await saved('cache-one')).not.toContain('curl');
	const done = await home.run(['edit', 'cache-*', '--add-package', 'curl', '--env', 'A=1', '--yes']);
	expect(done.exitCode, done.stderr).toBe(0);
	expect(await saved('cache-one')).toBe(
		'# cache-one\nname: cache-one\nstarter: memcached\npackages:\n  - curl\nenv:\n  A: 1\n',
	);
	expect(await saved('cache-two')).toContain('- curl');
});

test('does not ask without a terminal', async () => {
	const {exitCode, stderr} = await home.run(['edit', 'cache-*', '--remove-package', 'curl']);
	expect({exitCode, stderr}).toMatchObject({exitCode: 2});
	expect(stderr).toContain('add --yes');
	expect(await saved('cache-one')).toContain('curl');
});

test('changes none where one would be refused', async () => {
	const {exitCode, stderr} = await home.run(['edit', '*', '--add-package', 'crul', '--yes']);
	expect(exitCode).toBe(2);
	expect(stderr).toContain('There is no package crul. Did you mean curl?');
	expect(await saved('cache-two')).not.toContain('crul');
});

test('a line that could not be planned any more has to be allowed', async () => {
	const refused = await home.run(['edit', 'cache-one', '--add-package', 'rival', '--yes']);
	expect(refused.exitCode).toBe(2);
	expect(refused.stdout).toContain('1.6 cannot be planned: ');
	const allowed = await home.run([
		'edit',
		'cache-one',
		'--add-package',
		'rival',
		'--yes',
		'--allow-conflicts',
		'--json',
	]);
	expect(allowed.exitCode, allowed.stderr).toBe(0);
	expect(allowed.json()).toMatchObject({isSaved: true, files: [{name: 'cache-one', kind: 'image'}]});
});

test('a change in a baseline shows the images that extend it', async () => {
	const {stdout, exitCode, stderr} = await home.run(['edit', 'corp', '--env', 'LEVEL=debug', '--yes']);
	expect(exitCode, stderr).toBe(0);
	expect(stdout).toContain('other\n  1.6\n    ~ env.LEVEL info → debug\n');
	const plan = (await home.run(['plan', 'other', '--json'])).json();
	expect(plan).toMatchObject({lines: [{config: {env: {LEVEL: 'debug'}}}, {config: {env: {LEVEL: 'debug'}}}]});
	const baselines = (await home.run(['baseline', 'ls', '--json'])).json();
	expect(baselines).toEqual([{name: 'corp', heirs: ['other']}]);
	expect((await home.run(['baseline', 'rm', 'corp'])).stderr).toContain('other extends it');
});

test('an edit that was interrupted between two files is carried to its end', async () => {
	const target = join(home.folder, 'slipway/data/compositions/other.yaml');
	const text = (await saved('other')).replace('# other', '# edited');
	await writeFile(
		join(home.folder, 'slipway/data/compositions/edit.pending.json'),
		JSON.stringify([{path: target, text}]),
	);
	expect((await home.run(['images'])).exitCode).toBe(0);
	expect(await saved('other')).toBe(text);
});

test('$EDITOR opens on a baseline too, and a mistake keeps what was typed', async () => {
	const env = {EDITOR: "sed -i 's/LEVEL: .*/LEVEL: warn}/;s/^env:/envy:/'"};
	const wrong = await home.run(['edit', 'corp'], {env});
	expect(wrong.exitCode).toBe(2);
	expect(wrong.stderr).toMatch(/corp\.yaml:\d+:1: envy: There is no field `envy` here\. Write `env`\./);
	expect(wrong.stderr).toContain('your text is in');
	const right = await home.run(['edit', 'corp'], {env: {EDITOR: "sed -i 's/LEVEL: debug/LEVEL: warn/'"}});
	expect(right.exitCode, right.stderr).toBe(0);
});
