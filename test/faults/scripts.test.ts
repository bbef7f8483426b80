import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, expect, test} from 'vitest';
import type {Deb} from '../support/deb.ts';
import {hostPackages} from '../support/host-packages.ts';
import {describeNeeding, testNeeding, type Need} from '../support/needs.ts';
import {inputOf, openWarmWorkshop, openWorkshop, Recorder, type Workshop} from '../engine/support/a-line.ts';
import {leaf, leftRunning} from './support/fault-shop.ts';

/*
 * Maintainer scripts that do harm. After each: clear words, nothing left running, nothing half-made, and others build on.
 */
describeNeeding(
	'apt',
	'root',
	'user-namespaces',
)('a maintainer script that', () => {
	let workshop: Workshop;
	/** Its scripts have 20 seconds. */
	let impatient: Workshop;
	let starter: readonly Deb[];
	const harmful: Readonly<Record<string, {readonly script: string; readonly said: RegExp}>> = {
		fails: {script: 'echo about to fail; exit 7', said: /script of fails ended with 7\. It said: about to fail$/},
		hangs: {script: 'sleep 4731', said: /did not end within 20 s and was stopped/},
		'ignores-signals': {script: "trap '' TERM INT HUP; while :; do sleep 4732; done", said: /did not end within 20 s/},
		forks: {
			script: 'bomb() { bomb | bomb & }; bomb; sleep 4733',
			said: /started more than \d+ processes and were stopped/,
		},
		'eats-memory': {
			script: 'perl -e \'$x .= "x" x 1e7 while 1\'',
			said: /took more than \d+ MB of memory and were stopped/,
		},
		'kills-all': {script: 'kill -9 -1', said: /Configuring failed|ended before/},
		'fills-memory-files': {script: 'cat /dev/zero > /tmp/zeros', said: /No space left|the disk is full/},
	};
	const endless: ReadonlySet<string> = new Set(['hangs', 'ignores-signals']);
	const packages = Object.entries(harmful).map(([name, {script}]) => leaf(name, script));
	const good = leaf('good');

	beforeAll(async () => {
		starter = hostPackages(['perl-base']);
		const input = {...inputOf({starter}), signal: new AbortController().signal};
		const {folder} = await openWarmWorkshop(starter, input);
		const all = [...starter, ...packages, good];
		workshop = await openWorkshop(all, {memoryLimitBytes: 400 * 2 ** 20}, folder);
		impatient = await openWorkshop(all, {timeLimitMs: 20_000}, folder);
	});

	const build = async (added: readonly Deb[]): Promise<readonly string[]> => {
		const recorder = new Recorder();
		const input = {...inputOf({starter, added}), signal: new AbortController().signal};
		const {engine} = added.some(({name}) => endless.has(name)) ? impatient : workshop;
		await engine.buildLine(input, recorder);
		return recorder.lines;
	};

	for (const [place, [name, {said}]] of Object.entries(harmful).entries()) {
		const needed: readonly Need[] = name === 'forks' ? ['own-pid-limit'] : [];
		testNeeding(...needed)(name.replaceAll('-', ' '), async () => {
			const failure = await build([packages[place]!]).catch((error: unknown) => error);
			expect(failure).toMatchObject({
				code: expect.stringMatching(/sandbox|storage/),
				message: expect.stringMatching(said),
			});
			expect(await leftRunning(workshop.folder)).toEqual([]);
			expect(readdirSync(join(workshop.folder, 'cache/rootfs')).filter(entry => entry.endsWith('.tmp'))).toEqual([]);
			expect((await build([good])).filter(line => line.startsWith('Setting up dpkg'))).toEqual([]);
		});
	}

	test('the host’s out-of-memory killer would take first', async () => {
		const curious = leaf('curious', 'cat /proc/self/oom_score_adj');
		const open = await openWorkshop([...starter, curious], {}, workshop.folder);
		const recorder = new Recorder();
		const input = {...inputOf({starter, added: [curious]}), signal: new AbortController().signal};
		await open.engine.buildLine(input, recorder);
		expect(recorder.lines).toContain('1000');
		expect(readFileSync('/proc/self/oom_score_adj', 'utf8').trim()).not.toBe('1000');
	});
});
