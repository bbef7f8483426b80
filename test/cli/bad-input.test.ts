import {mkdir, readdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {makeArchiveKey} from '../support/archive-key.ts';
import type {DebianRepository} from '../support/debian-repository.ts';
import {runProgram} from '../support/run-program.ts';
import {mainFile, makeSlipwayHome, type SlipwayHome} from '../support/slipway.ts';
import {cliSuites, startCliRepository} from './cli-repository.ts';

let repository: DebianRepository;
let home: SlipwayHome;

beforeAll(async () => {
	repository = await startCliRepository();
	home = await makeSlipwayHome({repository});
	const {exitCode, stderr} = await home.run(['update']);
	expect(exitCode, stderr).toBe(0);
});
afterAll(() => repository.close());

/** One message, what mends it, no stack, nothing on stdout. */
function expectOneMessage(result: {stdout: string; stderr: string}, message: RegExp, mend: RegExp): void {
	expect(result.stderr).toMatch(message);
	expect(result.stderr).toMatch(mend);
	expect(result.stderr.match(/^slipway:/gm)).toHaveLength(1);
	expect(result.stderr).not.toMatch(/^\s+at /m);
	expect(result.stdout).toBe('');
}

test('output that cannot be written, as on a full disk, is said in one line', async () => {
	const script = '"$0" "$1" starters >/dev/full';
	const result = await runProgram('/bin/sh', ['-c', script, process.execPath, mainFile], {env: home.env});
	expectOneMessage(result, /output cannot be written/, /no space left/);
	expect(result.exitCode).toBe(1);
});

describe('command lines', () => {
	test.each([
		['nothing without a terminal', [], /needs a terminal/, /slipway --help/],
		['an unknown command', ['biuld'], /Unknown command 'biuld'/, /Did you mean build/],
		['read-only for a command that writes', ['--read-only', 'build', 'x'], /means nothing/, /watch --read-only/],
		['an unknown flag', ['plan', 'x', '--jsn'], /Unknown option '--jsn'/, /Did you mean --json/],
		['a missing argument', ['plan'], /Missing required argument 'file\|name'/, /slipway plan --help/],
		['an argument too many', ['images', 'x'], /Too many arguments/, /slipway images --help/],
		['a wrong choice', ['build', 'x', '--progress', 'loud'], /'loud' is invalid.*auto, tty, plain/, /--help/],
		['a wrong number', ['search', 'x', '--limit', '0'], /'0' is invalid/, /whole number/],
		['an unknown setting', ['config', 'get', 'tenent'], /no setting “tenent”/, /Did you mean tenant/],
		['a refused setting', ['config', 'set', 'tenant', 'A B'], /cannot be “A B”/, /Lowercase/],
		['a refused number', ['config', 'set', 'parallelLines', 'many'], /cannot be “many”/, /from 0 to 64/],
		['a wrong destination', ['export', 'a:b', 'tape:x'], /a:b|tape:x/, /slipway|oci-archive/],
		['no subcommand', ['bundle'], /`slipway bundle` needs to know what to do: add, ls, rm/, /slipway bundle --help/],
		['help for no command', ['help', 'biuld'], /no help for that/, /slipway --help/],
		['a port that is none', ['serve', '--port', '99999'], /'99999' is invalid/, /from 0 to 65535/],
		['a file that is none', ['bundle', 'add', 'certs', 'missing.pem'], /no file missing\.pem/, /files and folders/],
		['an unknown shell', ['completion', 'csh'], /'csh' is invalid/, /--help/],
	])('%s', async (_name, args, message, mend) => {
		const result = await home.run(args);
		expectOneMessage(result, message, mend);
		expect(result.exitCode).toBe(2);
	});

	test.each([
		['plan of an unknown image', ['plan', 'nothing'], /no private image “nothing”/, /slipway images/],
		['plan of a missing file', ['plan', 'missing.yaml'], /no file missing\.yaml/, /composition file/],
		['show', ['show', 'nothing'], /no private image/, /slipway images/],
		['rm', ['rm', 'nothing', '--yes'], /no private image/, /slipway images/],
		['logs', ['logs', 'nothing'], /no build “nothing”/, /slipway builds/],
		['diagnose', ['diagnose', 'nothing'], /no build “nothing”/, /slipway builds/],
		['watch a recording', ['watch', '--replay', 'missing.ndjson'], /no file missing\.ndjson/, /journal\.ndjson/],
		['cancel', ['cancel', '20260101-000000-000aaa'], /no build/, /slipway builds/],
		['sbom', ['sbom', 'nothing:latest'], /no built image/, /slipway images/],
		['why', ['why', 'nothing:latest', 'curl'], /no built image/, /slipway images/],
		['starters', ['starters', 'memcachd'], /no starter “memcachd”/, /Did you mean memcached/],
		['a name that is a path', ['show', '../../etc/passwd'], /no private image/, /slipway images/],
	])('what is not there: %s', async (_name, args, message, mend) => {
		const result = await home.run(args);
		expectOneMessage(result, message, mend);
		expect(result.exitCode).toBe(2);
	});

	test('the stack is shown with SLIPWAY_DEBUG', async () => {
		const {stderr} = await home.run(['show', 'nothing'], {env: {SLIPWAY_DEBUG: '1'}});
		expect(stderr).toMatch(/^\s+at /m);
	});
});

describe('composition files', () => {
	test.each<[string, string | Uint8Array, RegExp, RegExp]>([
		['no YAML', 'name: [', /wrong\.yaml:1:\d+.*no YAML/, /Mend|mend/],
		['an empty file', '', /list of fields/, /name and starter/],
		['not UTF-8', Uint8Array.of(0xff, 0xfe, 0x00), /not UTF-8/, /UTF-8/],
		['a duplicate key', 'name: ab\nname: cd\nstarter: memcached\n', /:2:1: .*second time/, /Keep one/],
		['a bad name', 'name: A_b\nstarter: memcached\n', /:1:1: name: .*lowercase/, /composition/],
		['a missing starter', 'name: caching\n', /starter: This field is missing/, /starter:/],
		['an unknown starter', 'name: caching\nstarter: memcachd\n', /:2:1: starter: .*memcachd/, /memcached/],
		['an unknown field', 'name: caching\nstarter: memcached\npakages: []\n', /:3:1: pakages/, /packages/],
		[
			'an unknown package',
			'name: caching\nstarter: memcached\npackages: [crul]\n',
			/:3:12: packages\[0\]: .*crul/,
			/curl/,
		],
		[
			'an unknown line',
			'name: caching\nstarter: memcached\nlines: ["9"]\n',
			/:3:9: lines\[0\]: .*no line 9/,
			/1\.6, 1\.5/,
		],
		['an empty variable', 'name: caching\nstarter: memcached\nenv: {A: ""}\n', /:3:7: env\.A/, /composition/],
		['an unknown bundle', 'name: caching\nstarter: memcached\nbundles: [ca]\n', /:3:11: bundles\[0\]/, /bundle add/],
		[
			'too many packages',
			`name: caching\nstarter: memcached\npackages: [${Array.from({length: 101}, (_, i) => `pkg${i}`).join(', ')}]\n`,
			/at most 100 packages/,
			/Split|Mend/,
		],
	])('%s', async (_name, content, message, mend) => {
		await writeFile(join(home.folder, 'wrong.yaml'), content);
		const result = await home.run(['build', 'wrong.yaml']);
		expectOneMessage(result, message, mend);
		expect(result.exitCode).toBe(2);
		expect((await home.run(['builds', '--json'])).json()).toEqual([]);
		expect((await home.run(['images', '--json'])).json()).toEqual([]);
	});

	test('escape sequences in a file never reach the terminal', async () => {
		await writeFile(join(home.folder, 'wrong.yaml'), 'name: caching\nstarter: "mem\\e]0;owned\\acached"\n');
		const {stderr} = await home.run(['plan', 'wrong.yaml']);
		expect(stderr).toContain('no starter');
		expect(stderr).not.toContain('\u001b]');
	});

	test('a mistake in a file is told before anything is downloaded', async () => {
		const fresh = await makeSlipwayHome({repository});
		await writeFile(join(fresh.folder, 'wrong.yaml'), 'name: Caching\nstarter: memcached\n');
		const result = await fresh.run(['build', 'wrong.yaml', '--mirror', 'http://127.0.0.1:9/debian']);
		expectOneMessage(result, /:1:1: name/, /Mend/);
	});

	test('a folder is no composition', async () => {
		const result = await home.run(['plan', './']);
		expectOneMessage(result, /is a folder/, /Name a file/);
		expect(result.exitCode).toBe(2);
	});
});

describe('repositories', () => {
	test('a mirror that does not answer', async () => {
		const fresh = await makeSlipwayHome({repository});
		const result = await fresh.run(['update', '--mirror', 'http://127.0.0.1:9/debian']);
		expectOneMessage(result, /127\.0\.0\.1:9/, /mirror/);
		expect(result.exitCode).toBe(1);
	});

	test('a mirror that is no address', async () => {
		const result = await home.run(['update', '--mirror', 'nonsense']);
		expectOneMessage(result, /nonsense/, /http/);
		expect(result.exitCode).toBe(2);
	});

	test.each([
		['a keyring that is not there', {SLIPWAY_DEBIAN_KEYRING: '/missing.gpg'}, /keyring \/missing\.gpg/, /gpg --export/],
		['a keyring that is none', {SLIPWAY_DEBIAN_KEYRING: '/etc/passwd'}, /\/etc\/passwd cannot be read/, /gpg --export/],
		['an unknown release', {SLIPWAY_ACCEPT_EXPIRED: 'sarge'}, /names no release: “sarge”/, /trixie/],
	])('%s in a variable', async (_name, env, message, mend) => {
		const fresh = await makeSlipwayHome({repository});
		const result = await fresh.run(['update'], {env});
		expectOneMessage(result, message, mend);
		expect(result.exitCode).toBe(2);
	});

	test('a forged signature stops the refresh and leaves what was there', async () => {
		const forged = await startCliRepository();
		const theirs = await makeSlipwayHome({repository: forged});
		expect((await theirs.run(['update'])).exitCode).toBe(0);
		await forged.publish({suites: cliSuites(), key: await makeArchiveKey(), date: new Date()});
		const result = await theirs.run(['update']);
		expect(result.stderr).toMatch(/signature|signed/i);
		expect((await theirs.run(['starters', 'memcached'])).exitCode).toBe(0);
		await forged.close();
	});

	test('a cache that was deleted or damaged is made again', async () => {
		const theirs = await makeSlipwayHome({repository});
		expect((await theirs.run(['update'])).exitCode).toBe(0);
		const indexes = join(theirs.folder, 'slipway/cache/indexes');
		for (const entry of await readdir(indexes, {recursive: true, withFileTypes: true})) {
			if (entry.isFile()) await writeFile(join(entry.parentPath, entry.name), 'damaged');
		}
		const result = await theirs.run(['starters', 'memcached']);
		expect(result.exitCode, result.stderr).toBe(0);
		expect(result.stdout).toContain('1.6.38');
	});
});

describe('files of Slipway itself', () => {
	test.each([
		['below a file', '/etc/passwd/slipway', /a file is in the way/],
		['where no folder can be', '/proc/slipway', /cannot be made/],
	])('a home %s', async (_name, place, message) => {
		for (const command of [['images'], ['config', 'set', 'tenant', 'acme']]) {
			const result = await home.run(command, {env: {SLIPWAY_HOME: place}});
			expectOneMessage(result, message, /SLIPWAY_HOME/);
			expect(result.exitCode).toBe(1);
		}
	});

	test('damaged settings are moved aside and reported; the defaults hold', async () => {
		const theirs = await makeSlipwayHome({repository});
		const folder = join(theirs.folder, 'slipway/config');
		await mkdir(folder, {recursive: true});
		await writeFile(join(folder, 'settings.json'), '{"tenant": "ac');
		const result = await theirs.run(['config', 'list', '--json']);
		expect(result.exitCode).toBe(0);
		expect(result.stderr).toMatch(/settings file was damaged.*moved to/);
		expect(result.json()).toMatchObject({engine: 'auto'});
		expect((await readdir(folder)).filter(name => name.includes('damaged'))).toHaveLength(1);
	});

	test('a setting of a wrong kind names the mend', async () => {
		const theirs = await makeSlipwayHome({repository});
		await mkdir(join(theirs.folder, 'slipway/config'), {recursive: true});
		await writeFile(join(theirs.folder, 'slipway/config/settings.json'), '{"engine": "steam"}');
		const result = await theirs.run(['starters']);
		expectOneMessage(result, /engine.*steam/, /config set engine/);
		expect(result.exitCode).toBe(2);
		expect((await theirs.run(['config', 'set', 'engine', 'native'])).exitCode).toBe(0);
		expect((await theirs.run(['starters'])).exitCode).toBe(0);
	});
});
