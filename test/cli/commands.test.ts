import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {DebianRepository} from '../support/debian-repository.ts';
import {runProgram} from '../support/run-program.ts';
import {mainFile, makeSlipwayHome, type SlipwayHome} from '../support/slipway.ts';
import {startCliRepository} from './cli-repository.ts';
import {planShape, searchShape, startersShape} from './shapes.ts';

let repository: DebianRepository;
let home: SlipwayHome;

beforeAll(async () => {
	repository = await startCliRepository();
	home = await makeSlipwayHome({repository});
});
afterAll(() => repository.close());

async function compose(name: string, text: string): Promise<string> {
	const file = join(home.folder, `${name}.yaml`);
	await writeFile(file, `name: ${name}\nstarter: memcached\n${text}`);
	return file;
}

describe('commands as scripts use them', () => {
	test('the first command fetches what it needs; later ones ask the mirror nothing', async () => {
		const first = await home.run(['starters', '--json']);
		expect(first.exitCode, first.stderr).toBe(0);
		repository.forgetRequests();
		const again = await home.run(['starters', '--json']);
		expect(again.exitCode).toBe(0);
		expect(startersShape.parse(again.json())).toContainEqual(
			expect.objectContaining({
				name: 'memcached',
				variants: ['minimal', 'dev'],
				lines: [
					expect.objectContaining({line: '1.6', suite: 'trixie', version: '1.6.38'}),
					expect.objectContaining({line: '1.5', suite: 'bookworm', version: '1.5.22'}),
				],
			}),
		);
		expect(repository.requests).toEqual([]);
	});

	test('diff says what changes in a line, and which lines only one of the two has', async () => {
		const before = await compose('before', '');
		const after = await compose('after', 'packages: [curl]\nlines: [1.6]');
		const text = await home.run(['diff', before, after]);
		expect(text.exitCode, text.stderr).toBe(0);
		expect(text.stdout).toContain('+ curl 8.14.1-2');
		expect(text.stdout).toContain(`Only in ${before}.\n${after}: The composition leaves this line out.`);
		const json = (await home.run(['diff', after, before, '--json'])).json();
		expect(json).toMatchObject({
			differences: [{line: '1.6'}],
			alone: [{line: '1.5', in: 'b', reason: 'The composition leaves this line out.'}],
		});
	});

	test('plan --json has the documented shape, and exit code 0', async () => {
		const result = await home.run(['plan', await compose('caching', 'packages: [curl]'), '--json']);
		expect(result.exitCode, result.stderr).toBe(0);
		const plan = planShape.parse(result.json());
		expect(plan).toMatchObject({image: 'caching', starter: 'memcached', variant: 'minimal'});
		const [line] = plan.lines;
		expect(line).toMatchObject({
			line: '1.6',
			suite: 'trixie',
			version: '1.6.38',
			status: 'ok',
			tags: ['1.6.38', '1.6', '1', 'latest'],
			skippedAutos: [],
			conflict: null,
		});
		expect(line?.packages.find(({name}) => name === 'curl')).toMatchObject({
			version: '8.14.1-2',
			architecture: 'amd64',
			role: 'added',
			requestedAs: null,
			inImage: true,
		});
	});

	test('a plan with a conflict on one line ends with 3, on all lines with 1', async () => {
		const some = await home.run(['plan', await compose('some-lines', 'packages: [lonely]'), '--json']);
		expect(planShape.parse(some.json()).lines.map(({status}) => status)).toEqual(['conflict', 'ok']);
		expect(some.exitCode).toBe(3);
		const none = await home.run(['plan', await compose('no-line', 'lines: ["1.6"]\npackages: [lonely]')]);
		expect(none.exitCode).toBe(1);
		expect(none.stdout).toContain('nowhere');
	});

	test('plan for people names lines, tags and added packages', async () => {
		const {stdout, stderr} = await home.run(['plan', await compose('caching', 'packages: [curl]')]);
		expect(stderr).toBe('');
		expect(stdout).toContain('1.6  1.6.38 in trixie  ok');
		expect(stdout).toContain('tags      1.6.38 1.6 1 latest');
		expect(stdout).toMatch(/curl {2}8\.14\.1-2 .*added/);
	});

	test('why tells before anything is built by which path a package would come in', async () => {
		const file = await compose('caching', 'packages: [curl]');
		const text = await home.run(['why', file, 'libcurl4']);
		expect(text.exitCode, text.stderr).toBe(0);
		expect(text.stdout).toContain('1.6\ncurl 8.14.1-2  you added it\n  └ libcurl4 8.14.1-2\n');
		const json = (await home.run(['why', file, 'memcached', '--json'])).json();
		expect(json).toMatchObject({
			package: 'memcached',
			lines: [{line: '1.6', root: 'starter', path: [{name: 'memcached', role: 'starter'}]}, {line: '1.5'}],
		});
		const wrong = await home.run(['why', file, 'crul']);
		expect(wrong.exitCode).not.toBe(0);
		expect(wrong.stderr).toContain('Did you mean curl?');
	});

	test('search ranks families, in people’s form and in JSON', async () => {
		const result = await home.run(['search', 'crul', '--json']);
		expect(result.exitCode, result.stderr).toBe(0);
		expect(searchShape.parse(result.json()).families[0]?.family).toBe('curl');
		expect((await home.run(['search', 'curl', '--limit', '1'])).stdout).toContain('curl');
	});

	test('config keeps settings between commands', async () => {
		expect((await home.run(['config', 'set', 'tenant', 'acme'])).exitCode).toBe(0);
		expect((await home.run(['config', 'get', 'tenant'])).stdout).toBe('acme\n');
		expect((await home.run(['config', 'list', '--json'])).json()).toMatchObject({tenant: 'acme', parallelLines: 0});
		expect((await home.run(['config', 'set', 'tenant', ''])).exitCode).toBe(0);
		expect((await home.run(['config', 'get', 'tenant'])).stdout).toBe('\n');
	});

	test('file bundles are added, listed and removed', async () => {
		await writeFile(join(home.folder, 'site.conf'), 'x\n');
		const added = await home.run(['bundle', 'add', 'site', 'site.conf', '--target', '/etc/site', '--json']);
		expect(added.exitCode, added.stderr).toBe(0);
		expect(added.json()).toMatchObject({name: 'site', version: 1, isNew: true});
		expect((await home.run(['bundle', 'ls', 'site'])).stdout).toContain('/etc/site/site.conf');
		expect((await home.run(['bundle', 'rm', 'site'])).exitCode).toBe(0);
		expect((await home.run(['bundle', 'ls', '--json'])).json()).toEqual([]);
	});

	test('images and builds of a new home are empty lists', async () => {
		expect((await home.run(['images', '--json'])).json()).toEqual([]);
		expect((await home.run(['builds', '--json'])).json()).toEqual([]);
	});

	test('doctor looks at everything and names a mend for what is wrong', async () => {
		const checks = (await home.run(['doctor', '--json'])).json() as {name: string; status: string; mend: unknown}[];
		expect(checks.map(({name}) => name)).toEqual(
			expect.arrayContaining(['Node', 'user namespaces', 'overlayfs', 'disk', 'mirror', 'docker', 'emulation']),
		);
		expect(checks.find(({name}) => name === 'mirror')?.status).toBe('ok');
		expect(checks.filter(({status, mend}) => status !== 'ok' && mend === null)).toEqual([]);
	});
});

describe('the program', () => {
	test('--version prints the version alone', async () => {
		const {stdout, exitCode} = await home.run(['--version']);
		expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
		expect(exitCode).toBe(0);
	});

	test('--help lists every command', async () => {
		const {stdout, exitCode} = await home.run(['--help']);
		expect(exitCode).toBe(0);
		for (const name of ['update', 'plan', 'build', 'watch', 'sbom', 'export', 'doctor', 'completion']) {
			expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
		}
		expect((await home.run(['help', 'build'])).stdout).toContain('--detach');
	});

	test('a reader that goes away ends it quietly', async () => {
		const script = `"${process.execPath}" "${mainFile}" starters --json | true; echo "$\{PIPESTATUS[0]}"`;
		const {stdout, stderr} = await runProgram('bash', ['-c', script], {env: home.env, cwd: home.folder});
		expect(stderr).toBe('');
		expect(stdout).toBe('0\n');
	});

	test('colours are left out of a pipe, forced by FORCE_COLOR, and never with NO_COLOR', async () => {
		const escape = '\u001b[';
		expect((await home.run(['starters'])).stdout).not.toContain(escape);
		expect((await home.run(['starters'], {env: {FORCE_COLOR: '1'}})).stdout).toContain(escape);
		expect((await home.run(['starters'], {env: {NO_COLOR: '1'}})).stdout).not.toContain(escape);
	});
});

test('with a settings file, too, a signal reaches the program once', async () => {
	const settled = await makeSlipwayHome({repository});
	expect((await settled.run(['config', 'set', 'tenant', 'team'])).exitCode).toBe(0);
	const {stdout} = await runProgram(
		process.execPath,
		[
			'--input-type=module',
			'--eval',
			`let count = 0;
process.argv = [process.argv[0], 'slipway', 'config', 'get', 'tenant'];
process.on('SIGTERM', () => { count += 1; });
process.on('exit', () => console.log(process.listeners('SIGTERM').length, count));
await import(${JSON.stringify(mainFile)});
process.kill(process.pid, 'SIGTERM');
await new Promise(resolve => setTimeout(resolve, 200));`,
		],
		{env: settled.env},
	);
	expect(stdout).toBe('team\n1 1\n');
});
