import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterEach, beforeAll, expect, test} from 'vitest';
import {packageRoot} from '../../src/base/package-root.ts';
import {makeDeb, type Deb} from '../support/deb.ts';
import {hostPackages} from '../support/host-packages.ts';
import {describeNeeding} from '../support/needs.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {inputOf, openWorkshop, Recorder} from './support/a-line.ts';

/*
 * What happens to a builder while it works: it is killed, its disk is full.
 */
describeNeeding(
	'apt',
	'root',
	'user-namespaces',
)('a builder', () => {
	let base: readonly Deb[];
	const leaf = makeDeb({name: 'leaf', files: [{path: '/usr/share/leaf', content: 'green'}]});
	const mounts: string[] = [];
	const inputFor = (added: readonly Deb[]) => ({
		...inputOf({starter: base, added}),
		signal: new AbortController().signal,
	});

	beforeAll(() => {
		base = hostPackages(['perl-base']);
	});
	afterEach(() => {
		for (const mount of mounts.splice(0)) spawnSync('umount', ['--lazy', mount]);
	});

	test('that is killed leaves nothing running, and the next one uses what was done', async () => {
		const folder = await temporaryFolder('killed');
		const script = join(packageRoot(), 'test/engine/support/build-hanging.ts');
		const builder = spawn(process.execPath, ['--no-warnings', script, folder], {stdio: ['ignore', 'pipe', 'inherit']});
		const closed = once(builder, 'close');
		try {
			await once(builder.stdout, 'data');
			await until(() => runningWith('4714').length === 1);
		} finally {
			builder.kill('SIGKILL');
		}
		await closed;
		await until(() => runningWith('4714').length === 0);
		const {engine} = await openWorkshop([...base, leaf], {}, folder);
		const recorder = new Recorder();
		await engine.buildLine(inputFor([leaf]), recorder);
		expect(recorder.lines.filter(line => line.startsWith('Setting up'))).toHaveLength(1);
		expect(recorder.cachedPhases(), 'nothing but the new package is unpacked').not.toContain('configure');
		expect(readdirSync(join(folder, 'cache/rootfs')).filter(name => name.endsWith('.tmp'))).toEqual([]);
	});

	for (const megabytes of [20, 150]) {
		test(`whose disk is full at ${megabytes} MB says so, and goes on when there is space`, async () => {
			const folder = await temporaryFolder('full');
			const cache = join(folder, 'cache');
			mkdirSync(cache);
			mounts.push(cache);
			expect(spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', cache]).status).toBe(0);
			const {engine} = await openWorkshop([...base, leaf], {}, folder);
			await expect(engine.buildLine(inputFor([leaf]), new Recorder())).rejects.toMatchObject({
				code: 'storage',
				message: expect.stringMatching(/disk is full/),
			});
			expect(spawnSync('mount', ['-o', 'remount,size=2g', cache]).status).toBe(0);
			await engine.buildLine(inputFor([leaf]), new Recorder());
		});
	}
});

async function until(condition: () => boolean): Promise<void> {
	const deadline = performance.now() + 20_000;
	while (!condition()) {
		if (performance.now() > deadline) throw new Error('it did not come about within 20 s');
		await delay(50);
	}
}

/** Processes of this machine that were started with that argument. */
function runningWith(argument: string): readonly string[] {
	return readdirSync('/proc').filter(pid => {
		if (!/^\d+$/.test(pid)) return false;
		try {
			return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\u0000').includes(argument);
		} catch {
			return false; // It has ended since it was listed.
		}
	});
}
