import {createHmac} from 'node:crypto';
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {ActionEvent} from '../../src/actions/action-event.ts';
import type {ImageFreshness} from '../../src/app/freshness.ts';
import type {RebuiltImage} from '../../src/app/rebuild.ts';
import type {PrivateImage} from '../../src/app/services.ts';
import {startDebianRepository, type DebianRepository} from '../support/debian-repository.ts';
import {describeNeeding} from '../support/needs.ts';
import {makeSlipwayHome, type SlipwayHome} from '../support/slipway.ts';
import {leaveWarmCaches, takeWarmCaches} from '../support/warm-caches.ts';
import {laterSuites, smallSuites} from './small-repository.ts';

/** Every image is built twice, on a busy machine. */
const timeoutMs = 900_000;
const secret = 'the-signing-key-that-nobody-may-see';

/** SLIPWAY_TEST_IMAGES: how many private images there are. */
const count = Number(process.env['SLIPWAY_TEST_IMAGES'] ?? 3);
const named = (prefix: string, images: number) =>
	Array.from({length: images}, (_, at) => `${prefix}-${String.fromCodePoint(97 + at)}`);
/** Most with greeter on line 13 alone, some without it, and one on both lines whose older line will fail. */
const plain = named('plain', Math.floor(count * 0.4));
const greeters = named('greet', count - 1 - plain.length);
const compositions: Readonly<Record<string, string>> = {
	...Object.fromEntries(greeters.map(name => [name, 'lines: ["13"]\nextends: [corp]\npackages: [greeter]\n'])),
	...Object.fromEntries(plain.map(name => [name, 'lines: ["13"]\npackages: [greeter-data]\n'])),
	both: 'packages: [greeter, picky]\n',
};

/** A day in the life of private images: an index that moves, outdated → rebuild → changelog → action → rollback. */
describeNeeding('apt', 'root')('a day in the life of private images', () => {
	let repository: DebianRepository;
	let home: SlipwayHome;
	let server: Server;
	const received: {readonly event: ActionEvent; readonly body: string; readonly signature: unknown}[] = [];

	const cache = () => join(home.folder, 'slipway/cache');
	const images = async () => (await home.run(['images', '--json'])).json() as PrivateImage[];
	const digestOf = async (name: string, line = '13') =>
		(await images()).find(image => image.name === name)?.lines.find(own => own.line === line)?.digest;
	const rebuild = async (...args: string[]) => {
		const result = await home.run(['rebuild', ...args, '--json'], {timeoutMs});
		return {exitCode: result.exitCode, stderr: result.stderr, images: result.json() as RebuiltImage[]};
	};

	beforeAll(async () => {
		repository = await startDebianRepository({suites: smallSuites({pickyEnd: 'exit 0'})});
		home = await makeSlipwayHome({repository, env: {HOOK_KEY: secret}});
		await takeWarmCaches(cache());
		server = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => {
				const body = Buffer.concat(chunks).toString();
				const signature = request.headers['x-slipway-signature'];
				received.push({event: JSON.parse(body) as ActionEvent, body, signature});
				response.writeHead(204).end();
			});
		});
		await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
		const {port} = server.address() as AddressInfo;
		await mkdir(join(home.folder, 'slipway/config'), {recursive: true});
		await writeFile(
			join(home.folder, 'slipway/config/actions.yaml'),
			`rules:
  - name: hook
    when: [packages/security, line/new-digest, build/some-lines-created]
    then: [{webhook: {url: "http://127.0.0.1:${port}/hook", secret: {env: HOOK_KEY}}}]
`,
		);
		const folder = join(home.folder, 'slipway/data/compositions');
		await mkdir(join(folder, 'baselines'), {recursive: true});
		await writeFile(join(folder, 'baselines/corp.yaml'), 'name: corp\nenv: {OWNER: platform}\n');
		for (const [name, text] of Object.entries(compositions)) {
			await writeFile(join(folder, `${name}.yaml`), `name: ${name}\nstarter: debian\n${text}`);
		}
	});
	afterAll(async () => {
		server.close();
		await repository.close();
	});

	test('are all built by one command; then there is nothing to do', {timeout: timeoutMs}, async () => {
		const first = await rebuild('--all', '--parallel', '3');
		expect(first.exitCode, first.stderr).toBe(0);
		expect(first.images).toHaveLength(count);
		await leaveWarmCaches(cache());
		expect(first.images.every(({status}) => status === 'created')).toBe(true);
		const builds = await readdir(join(home.folder, 'slipway/data/builds'));
		const again = await rebuild('--all');
		expect(again).toMatchObject({exitCode: 0});
		expect(again.images.every(({status, build}) => status === 'up to date' && build === null)).toBe(true);
		expect(await readdir(join(home.folder, 'slipway/data/builds'))).toEqual(builds);
		expect((await home.run(['outdated'])).exitCode).toBe(0);
	});

	test(
		'outdated says what a moved index would change, with the gallery knowing it too',
		{timeout: timeoutMs},
		async () => {
			received.length = 0;
			await repository.publish({suites: laterSuites()});
			const result = await home.run(['outdated', '--json']);
			expect(result.exitCode, result.stderr).toBe(1);
			const found = result.json() as ImageFreshness[];
			const states = found.map(({image, lines}) => [image, ...lines.map(({line, state}) => `${line} ${state}`)]);
			expect(states).toEqual([
				['both', '13 outdated', '12 outdated'],
				...greeters.map(name => [name, '13 outdated', '12 skipped']),
				...plain.map(name => [name, '13 up to date', '12 skipped']),
			]);
			const [line] = found.find(({image}) => image === 'greet-a')!.lines;
			expect(line?.securityUpdates).toEqual(['greeter']);
			expect(line?.diff?.packages).toMatchObject([{name: 'greeter', before: '2.0-1+deb13u1', after: '2.0-1+deb13u2'}]);
			const gallery = Object.fromEntries((await images()).map(({name, freshness}) => [name, freshness?.state]));
			expect(gallery).toMatchObject({'greet-a': 'outdated', 'plain-a': 'up to date', both: 'outdated'});
		},
	);

	test('security updates were told once, signed, and the secret stands nowhere', {timeout: timeoutMs}, async () => {
		const told = received.filter(({event}) => event.kind === 'packages/security');
		expect(told.map(({event}) => event.image.slice(event.image.indexOf('/') + 1)).sort()).toEqual([
			'both',
			...greeters,
		]);
		for (const {body, signature} of told) {
			expect(signature).toBe(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
		}
		expect(told[0]?.event.lines[0]?.packages).toContainEqual({
			name: 'greeter',
			before: '2.0-1+deb13u1',
			after: '2.0-1+deb13u2',
			isSecurity: true,
		});
		await home.run(['outdated']);
		expect(received.filter(({event}) => event.kind === 'packages/security')).toHaveLength(told.length);
		expect(await filesWith(join(home.folder, 'slipway'), secret)).toEqual([]);
	});

	test(
		'a rebuild builds exactly those lines; one that fails keeps its last good image',
		{timeout: timeoutMs},
		async () => {
			received.length = 0;
			const before = {
				plain: await digestOf('plain-a'),
				a: await digestOf('greet-a'),
				old: await digestOf('both', '12'),
			};
			const {exitCode, images: rebuilt} = await rebuild('--outdated', '--parallel', '3');
			expect(exitCode).toBe(3);
			const built = rebuilt.filter(({build}) => build !== null).map(({image, lines}) => `${image} ${lines.join(' ')}`);
			expect(built.sort()).toEqual(['both 13 12', ...greeters.map(name => `${name} 13`)]);
			expect(await digestOf('plain-a')).toBe(before.plain);
			expect(await digestOf('greet-a')).not.toBe(before.a);
			const both = rebuilt.find(({image}) => image === 'both')!.changelog!;
			expect(both.lines.map(({line, status}) => `${line} ${status}`)).toEqual(['13 created', '12 failed']);
			expect(both.lines[1]?.before?.digest).toBe(before.old);
			expect(await digestOf('both', '12')).toBe(before.old);
			const kinds = received.map(({event}) => event.kind);
			expect(kinds.filter(kind => kind === 'line/new-digest')).toHaveLength(greeters.length + 1);
			expect(kinds.filter(kind => kind === 'build/some-lines-created')).toHaveLength(1);
		},
	);

	test('every build has its changelog: packages, size and files', {timeout: timeoutMs}, async () => {
		const changes = await home.run(['builds', 'greet-a', '--files']);
		expect(changes.stdout).toContain('~ greeter 2.0-1+deb13u1 → 2.0-1+deb13u2  security');
		expect(changes.stdout).toMatch(/~ \/?usr\/share\/doc|~ \/?var\/lib\/dpkg\/status\.d\/greeter/);
		expect(changes.stdout).toContain('first image');
		const failed = await home.run(['builds', 'both', '--changes']);
		expect(failed.stdout).toMatch(/12 {2}failed\n.*\n? *keeps the image of \d{8}-/);
		const show = (await home.run(['show', 'greet-a', '--json'])).json() as {changelog: {lines: unknown[]}};
		expect(show.changelog.lines).toMatchObject([
			{packages: [{name: 'greeter', kind: 'upgraded'}], securityUpdates: ['greeter']},
		]);
	});

	test(
		'a rollback moves the tags back, and a rebuild that finds nothing new leaves them there',
		{timeout: timeoutMs},
		async () => {
			const history = (await home.run(['builds', 'greet-a', '--json'])).json() as {
				build: string;
				lines: {digest: string}[];
			}[];
			const [, first] = history;
			const back = await home.run(['rollback', 'greet-a', '--line', '13', '--json']);
			expect(back.exitCode, back.stderr).toBe(0);
			expect(back.json()).toMatchObject([{line: '13', build: first?.build, digest: first?.lines[0]?.digest}]);
			expect(await digestOf('greet-a')).toBe(first?.lines[0]?.digest);
			expect((await rebuild('greet-a', '--outdated')).images).toMatchObject([{status: 'up to date'}]);
			expect(await digestOf('greet-a')).toBe(first?.lines[0]?.digest);
			const forth = await home.run(['rollback', 'greet-a', '--to', history[0]!.build, '--json']);
			expect(forth.json()).toMatchObject([{digest: history[0]?.lines[0]?.digest}]);
			expect((await home.run(['rollback', 'greet-a', '--line', '7'])).stderr).toContain('It has 13.');
		},
	);

	test('a change in a baseline makes those outdated that extend it', {timeout: timeoutMs}, async () => {
		const edit = await home.run(['edit', 'corp', '--label', 'team=web', '--yes']);
		expect(edit.exitCode, edit.stderr).toBe(0);
		const found = (await home.run(['outdated', '--no-refresh', '--json'])).json() as ImageFreshness[];
		const stale = found.filter(({lines}) => lines.some(({state}) => state === 'outdated')).map(({image}) => image);
		expect(stale).toEqual(['both', ...greeters]);
		expect(found.find(({image}) => image === 'greet-a')?.lines[0]?.diff?.config).toEqual([
			{field: 'labels.team', before: null, after: 'web'},
		]);
	});
});

/** Files below a folder that hold a text. */
async function filesWith(folder: string, text: string): Promise<readonly string[]> {
	const entries = await readdir(folder, {recursive: true, withFileTypes: true});
	const holding: string[] = [];
	for (const entry of entries) {
		if (!entry.isFile()) continue;
		const path = join(entry.parentPath, entry.name);
		if ((await readFile(path)).includes(text)) holding.push(path);
	}
	return holding;
}
