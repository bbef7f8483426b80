import {chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, expect, test} from 'vitest';
import {packageRoot} from '../../src/base/package-root.ts';
import {describeNeeding, testNeeding} from '../support/needs.ts';
import {mustRun} from '../support/run-program.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {takeWarmCaches} from '../support/warm-caches.ts';
import {findOrdinaryUser, type TestUser} from '../support/test-user.ts';
import {tenCompositions} from './support/ten-compositions.ts';

/*
 * The same composition and packages give the same manifest digest, wherever, whenever and by whomever they are built.
 * The compositions have what once made images differ.
 */
interface Machine {
	readonly folder: string;
	readonly order?: 'forward' | 'backward';
	readonly workers?: number;
	readonly user?: TestUser | null;
	readonly umask?: string;
	readonly timeZone?: string;
}

/** Eleven builds on a busy machine. */
const timeoutMs = 600_000;

describeNeeding(
	'apt',
	'root',
	'user-namespaces',
)('images of the same compositions have the same digests', () => {
	const {packages, inputs} = tenCompositions();
	let shared: string;
	let home: string;
	let first: Readonly<Record<string, string>>;

	beforeAll(async () => {
		shared = await temporaryFolder('packages');
		chmodSync(shared, 0o755);
		mkdirSync(join(shared, 'packages'));
		for (const {sha256, bytes} of packages) writeFileSync(join(shared, 'packages', sha256), bytes);
		const content = (_key: string, value: unknown) =>
			typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value
				? Buffer.from(value.data as number[]).toString('base64')
				: value;
		writeFileSync(join(shared, 'inputs.json'), JSON.stringify(inputs, content));
		home = await temporaryFolder('first');
		await takeWarmCaches(join(home, 'cache'));
		first = await buildAll({folder: home});
	}, timeoutMs);

	async function buildAll(machine: Machine): Promise<Readonly<Record<string, string>>> {
		const {folder, order = 'forward', workers = 4, user = null, umask = '022', timeZone = 'UTC'} = machine;
		const script = join(packageRoot(), 'test/engine/support/build-all.ts');
		const args = [folder, join(shared, 'packages'), join(shared, 'inputs.json'), order, String(workers)];
		const shell = `umask ${umask}; exec "$@"`;
		const {stdout} = await mustRun('sh', ['-c', shell, 'sh', process.execPath, '--no-warnings', script, ...args], {
			env: {PATH: process.env['PATH'], HOME: folder, TZ: timeZone},
			cwd: folder,
			timeoutMs,
			...(user === null ? {} : {uid: user.uid, gid: user.gid}),
		});
		return JSON.parse(stdout) as Record<string, string>;
	}

	test('and are different from each other', () => {
		expect(new Set(Object.values(first)).size).toBe(inputs.length);
	});

	test(
		'from cold caches, one worker, backwards, in a folder of a strange name, with another umask and time zone',
		{timeout: timeoutMs},
		async () => {
			const folder = join(await temporaryFolder('second'), 'a folder: with, strange=names');
			mkdirSync(folder);
			const machine = {folder, order: 'backward', workers: 1, umask: '077', timeZone: 'Pacific/Kiritimati'} as const;
			expect(await buildAll(machine)).toEqual(first);
		},
	);

	testNeeding('ordinary-user')(
		'by an ordinary user',
		async () => {
			const user = findOrdinaryUser();
			const folder = await temporaryFolder('third', user);
			expect(await buildAll({folder, user})).toEqual(first);
		},
		timeoutMs,
	);

	test('when all is cached, and when a part of it is', {timeout: timeoutMs}, async () => {
		expect(await buildAll({folder: home})).toEqual(first);
		for (const cache of ['lines', 'layers']) rmSync(join(home, 'cache', cache), {recursive: true});
		expect(await buildAll({folder: home})).toEqual(first);
		const stages = readdirSync(join(home, 'cache/rootfs')).filter(name => !name.startsWith('.'));
		for (const [number, stage] of stages.sort().entries()) {
			if (number % 2 === 0) rmSync(join(home, 'cache/rootfs', stage), {recursive: true});
		}
		rmSync(join(home, 'cache/lines'), {recursive: true});
		expect(await buildAll({folder: home})).toEqual(first);
	});
});
