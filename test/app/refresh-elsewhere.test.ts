import {readdirSync, readFileSync} from 'node:fs';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {createServices} from '../../src/app/create-services.ts';
import type {TransferProgress} from '../../src/repository/package-index.ts';
import {startCliRepository} from '../cli/cli-repository.ts';
import type {DebianRepository} from '../support/debian-repository.ts';
import {makeSlipwayHome} from '../support/slipway.ts';

/* What a terminal program refreshes, a process of its own refreshes: as in this one, and with nothing left behind. */

let repository: DebianRepository;

beforeAll(async () => {
	repository = await startCliRepository();
});
afterAll(() => repository.close());

const open = async (env: Readonly<Record<string, string | undefined>>) => createServices({env, planning: 'worker'});

test('says the same as a refresh in this process, and tells of transfers', async () => {
	const {env} = await makeSlipwayHome({repository});
	const [theirs, ours] = [await open(env), await createServices({env: (await makeSlipwayHome({repository})).env})];
	const told: TransferProgress[] = [];
	const suites = await theirs.repository.refresh({onProgress: progress => told.push(progress)});
	expect(suites).toEqual(await ours.repository.refresh());
	expect(told.some(({kind, doneBytes}) => kind === 'download' && doneBytes > 0)).toBe(true);
	expect((await theirs.planning.starters()).length).toBeGreaterThan(0);
	expect(await theirs.lastRefresh()).not.toBeNull();
	await theirs.close();
	await ours.close();
});

test('leaves no process behind, done or cancelled', async () => {
	const {env} = await makeSlipwayHome({repository});
	const services = await open(env);
	const controller = new AbortController();
	const refreshing = services.repository.refresh({signal: controller.signal});
	await expect.poll(() => refreshers().length).toBe(1);
	controller.abort();
	await expect(refreshing).rejects.toMatchObject({code: 'cancelled'});
	await services.repository.refresh();
	await expect.poll(() => refreshers(), {timeout: 10_000}).toEqual([]);
	expect(shells()).toHaveLength(1);
	await services.close();
	await expect.poll(() => [...shells(), ...refreshers()], {timeout: 10_000}).toEqual([]);
});

test.each([
	['the process', refreshers],
	['the shell that starts it', shells],
])('a refresh says so when %s is killed, and the next one works', async (_, victims) => {
	const {env} = await makeSlipwayHome({repository});
	const services = await open(env);
	const refreshing = services.repository.refresh();
	await expect.poll(() => refreshers().length).toBe(1);
	for (const pid of victims()) process.kill(pid, 'SIGKILL');
	await expect(refreshing).rejects.toMatchObject({code: 'internal', message: expect.stringMatching(/SIGKILL|137/u)});
	expect((await services.repository.refresh()).length).toBeGreaterThan(0);
	await services.close();
});

test('fails as it would here: code, message and hint', async () => {
	const {env} = await makeSlipwayHome({repository, env: {SLIPWAY_DEBIAN_MIRROR: 'http://127.0.0.1:9'}});
	const unreachable = await open(env);
	await expect(unreachable.repository.refresh()).rejects.toMatchObject({code: 'network', hint: expect.any(String)});
	await unreachable.close();
});

/** What waits for refreshes, of this process. */
function shells(): readonly number[] {
	return childrenOf([process.pid]);
}

/** What refreshes. */
function refreshers(): readonly number[] {
	return childrenOf(shells());
}

function childrenOf(parents: readonly number[]): readonly number[] {
	const pids = readdirSync('/proc').filter(name => /^\d+$/u.test(name));
	return pids.map(Number).filter(pid => {
		try {
			const [command, status] = ['cmdline', 'status'].map(name => readFileSync(`/proc/${pid}/${name}`, 'utf8'));
			return command!.includes('refresh-process') && parents.some(parent => status!.includes(`PPid:\t${parent}\n`));
		} catch {
			return false;
		}
	});
}
