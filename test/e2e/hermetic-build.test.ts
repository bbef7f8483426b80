import {chmod, mkdir, readdir, readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {FinishedLine, JournalEvent} from '../../src/build/journal-event.ts';
import type {Plan} from '../../src/plan/plan.ts';
import {startDocker, type DockerDaemon} from '../support/docker-daemon.ts';
import type {DebianRepository} from '../support/debian-repository.ts';
import {describeNeeding, testNeeding} from '../support/needs.ts';
import {mustRun} from '../support/run-program.ts';
import {makeSlipwayHome, type SlipwayHome} from '../support/slipway.ts';
import {findOrdinaryUser} from '../support/test-user.ts';
import {startSmallRepository} from './small-repository.ts';

/** A build of 68 packages a line, on a busy machine. */
const buildTimeoutMs = 400_000;

const composition = `
name: greeting
description: Prints a greeting
starter: debian
packages: [greeter]
env: {GREETING: hello}
config: {cmd: [greeter, GREETING]}
tests:
  - {run: [greeter, GREETING], expect: {stdout: hello}}
`;

describeNeeding('apt', 'root')('from a repository to a running image', () => {
	let repository: DebianRepository;
	let home: SlipwayHome;
	let built: readonly FinishedLine[];
	let file: string;
	const docker: {daemon?: DockerDaemon} = {};

	beforeAll(async () => {
		repository = await startSmallRepository();
		home = await makeSlipwayHome({repository});
		file = join(home.folder, 'greeting.yaml');
		await writeFile(file, composition);
	});
	afterAll(async () => {
		await docker.daemon?.stop();
		await repository.close();
	});

	test('update verifies and compiles every suite', async () => {
		const {exitCode, stderr} = await home.run(['update']);
		expect({exitCode, stderr}).toMatchObject({exitCode: 0});
		repository.forgetRequests();
		expect((await home.run(['update'])).exitCode).toBe(0);
		const answers = repository.requests.map(({path, status}) => `${status} ${path.split('/').at(-1)}`);
		expect(new Set(answers)).toEqual(new Set(['304 InRelease']));
	});

	test('plan resolves every line and builds nothing', async () => {
		repository.forgetRequests();
		const result = await home.run(['plan', file, '--json']);
		expect(result.exitCode, result.stderr).toBe(0);
		const plan = result.json() as Plan;
		const lines = plan.lines.map(({line, suite, status}) => ({line, suite, status}));
		expect(lines).toEqual([
			{line: '13', suite: 'trixie', status: 'ok'},
			{line: '12', suite: 'bookworm', status: 'ok'},
		]);
		const greeter = plan.lines.map(({packages}) => packages.find(({name}) => name === 'greeter'));
		expect(greeter.map(found => found?.version)).toEqual(['2.0-1+deb13u1', '1.0-1']);
		const roles = Object.fromEntries(
			plan.lines[0]?.packages.map(({name, role, inImage}) => [name, {role, inImage}]) ?? [],
		);
		expect(roles['greeter']).toEqual({role: 'added', inImage: true});
		expect(roles['greeter-data']).toEqual({role: 'dependency', inImage: true});
		expect(roles['base-files']).toEqual({role: 'starter', inImage: true});
		expect(roles['dpkg']).toEqual({role: 'build-only', inImage: false});
		expect(repository.requestsFor('/pool/')).toEqual([]);
	});

	test('build creates every line and tells of it in a journal', {timeout: buildTimeoutMs}, async () => {
		const result = await home.run(['build', file, '--json']);
		expect(result.exitCode, result.stderr + result.stdout.slice(-3000)).toBe(0);
		const events = result.events() as JournalEvent[];
		expect(events.map(({seq}) => seq)).toEqual(events.map((_, index) => index + 1));
		const last = events.at(-1);
		if (last?.type !== 'build/finished') throw new Error(`the last event is ${last?.type}`);
		expect(last.status).toBe('created');
		expect(last.lines.map(({line, status, error}) => ({line, status, error}))).toEqual([
			{line: '13', status: 'created', error: null},
			{line: '12', status: 'created', error: null},
		]);
		built = last.lines;
		expect(built[0]?.tags).toEqual(expect.arrayContaining(['latest', '13', '13.8']));
		expect(built[1]?.tags).not.toContain('latest');
	});

	test('building again changes no digest and fetches no package', {timeout: buildTimeoutMs}, async () => {
		repository.forgetRequests();
		const result = await home.run(['build', file, '--json']);
		expect(result.exitCode, result.stderr).toBe(0);
		const last = result.events().at(-1) as {lines: FinishedLine[]};
		expect(last.lines.map(({digest}) => digest)).toEqual(built.map(({digest}) => digest));
		expect(repository.requestsFor('/pool/')).toEqual([]);
		// No other process was needed for it.
		const [started] = result.events() as JournalEvent[];
		expect(started).toMatchObject({type: 'build/started', engineReason: 'nothing has to be made'});
		const folder = join(home.folder, 'slipway/data/builds', (started as {build: string}).build);
		expect(await readdir(folder)).not.toContain('builder.log');
	});

	test('a layer that was altered since is made again', {timeout: buildTimeoutMs}, async () => {
		const blobs = join(home.folder, 'slipway/data/images/blobs/sha256');
		const sizes = await Promise.all(
			(await readdir(blobs)).map(async name => ({name, size: (await stat(join(blobs, name))).size})),
		);
		const [largest] = sizes.toSorted((a, b) => b.size - a.size);
		const content = await readFile(join(blobs, largest!.name));
		await writeFile(join(blobs, largest!.name), Buffer.concat([content.subarray(0, -1), Buffer.from([0xff])]));
		const result = await home.run(['build', file, '--json']);
		expect(result.exitCode, result.stderr).toBe(0);
		const events = result.events() as JournalEvent[];
		expect(events[0]).toMatchObject({type: 'build/started', engineReason: 'this host allows it'});
		const last = events.at(-1) as unknown as {lines: FinishedLine[]};
		expect(last.lines.map(({digest}) => digest)).toEqual(built.map(({digest}) => digest));
		expect((await readFile(join(blobs, largest!.name))).equals(content)).toBe(true);
	});

	test('images and the SBOM tell what is there', async () => {
		const images = (await home.run(['images', '--json'])).json() as {name: string; lines: {digest: string}[]}[];
		expect(images.map(({name}) => name)).toEqual(['greeting']);
		expect(images[0]?.lines.map(({digest}) => digest)).toEqual(built.map(({digest}) => digest));
		const sbom = await home.run(['sbom', 'greeting:latest', '--format', 'spdx']);
		expect(sbom.exitCode, sbom.stderr).toBe(0);
		const {packages} = sbom.json() as {packages: {name: string; versionInfo: string}[]};
		const names = packages.map(({name}) => name);
		expect(names).toEqual(expect.arrayContaining(['greeter', 'greeter-data', 'libc6']));
		expect(names).not.toContain('dpkg');
	});

	testNeeding('docker')('a docker archive is loaded and runs', async () => {
		const archive = join(home.folder, 'greeting.tar');
		const result = await home.run(['export', 'greeting:latest', `docker-archive:${archive}`]);
		expect(result.exitCode, result.stderr).toBe(0);
		docker.daemon = await startDocker();
		const {stdout: loaded} = await docker.daemon.docker('load', '--input', archive);
		const reference = /Loaded image: (\S+)/.exec(loaded)?.[1] ?? '';
		expect(reference).toMatch(/greeting:latest$/);
		const run = (...args: string[]) => docker.daemon!.docker('run', '--rm', '--network=none', ...args);
		expect((await run(reference)).stdout).toBe('hello\n');
		expect((await run('--entrypoint=/usr/bin/greet', reference, 'LANG')).stdout).toBe('C.UTF-8\n');
		// Minimal: no shell.
		await expect(run('--entrypoint=/bin/sh', reference, '-c', 'true')).rejects.toThrow(/no such file|not found/);
	});

	testNeeding('skopeo')('an OCI archive has the digest that the build told', async () => {
		const archive = join(home.folder, 'greeting.oci.tar');
		expect((await home.run(['export', 'greeting:latest', `oci-archive:${archive}`])).exitCode).toBe(0);
		const {stdout} = await mustRun('skopeo', ['inspect', '--raw', `oci-archive:${archive}:latest`]);
		const manifest = JSON.parse(stdout) as {layers?: object[]; manifests?: {digest: string}[]};
		const {stdout: files} = await mustRun('tar', ['-tf', archive]);
		expect(files).toContain((built[0]?.digest ?? '').replace('sha256:', 'blobs/sha256/'));
		expect(manifest.layers ?? manifest.manifests).not.toEqual([]);
	});

	testNeeding('ordinary-user', 'user-namespaces')(
		'an ordinary user builds the same, bit for bit',
		async () => {
			const user = findOrdinaryUser();
			const theirs = await makeSlipwayHome({repository, user});
			const copy = join(theirs.folder, 'greeting.yaml');
			await writeFile(copy, composition);
			await chmod(copy, 0o644);
			const result = await theirs.run(['build', copy, '--line', '13', '--json']);
			expect(result.exitCode, result.stderr + result.stdout.slice(-3000)).toBe(0);
			const last = result.events().at(-1) as {lines: FinishedLine[]};
			expect(last.lines.find(({line}) => line === '13')?.digest).toBe(built[0]?.digest);
		},
		buildTimeoutMs,
	);

	test(
		'a package that cannot be configured fails its own line, and the log says why',
		{timeout: buildTimeoutMs},
		async () => {
			const picky = join(home.folder, 'picky.yaml');
			await writeFile(
				picky,
				composition.replace('name: greeting', 'name: picky-image').replace('[greeter]', '[greeter, picky]'),
			);
			const result = await home.run(['build', picky, '--json']);
			expect(result.exitCode, result.stderr).toBe(3);
			const last = result.events().at(-1) as {status: string; lines: FinishedLine[]};
			expect(last.status).toBe('some lines created');
			const [newer, older] = last.lines;
			expect(newer?.status).toBe('created');
			expect(older?.status).toBe('failed');
			const log = await home.run(['logs', older?.traceId ?? '']);
			expect(log.stdout).toContain('cannot be configured here');
		},
	);

	test('what was cached may all be deleted', {timeout: buildTimeoutMs}, async () => {
		await mustRun('rm', ['-rf', join(home.folder, 'slipway/cache')]);
		await mkdir(join(home.folder, 'slipway/cache'), {recursive: true});
		const result = await home.run(['build', file, '--line', '12', '--json']);
		expect(result.exitCode, result.stderr + result.stdout.slice(-3000)).toBe(0);
		const last = result.events().at(-1) as {lines: FinishedLine[]};
		expect(last.lines.find(({line}) => line === '12')?.digest).toBe(built[1]?.digest);
		expect(await readFile(file, 'utf8')).toBe(composition);
	});
});
