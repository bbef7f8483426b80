import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync, readFileSync} from 'node:fs';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {getPriority} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {BuildSummary} from '../../src/app/services.ts';
import type {JournalEvent} from '../../src/build/journal-event.ts';
import {followJournal} from '../../src/build/journal/journal-reader.ts';
import type {DebianRepository} from '../support/debian-repository.ts';
import {describeNeeding} from '../support/needs.ts';
import {mainFile, makeSlipwayHome, type SlipwayHome} from '../support/slipway.ts';
import {leaveWarmCaches, takeWarmCaches} from '../support/warm-caches.ts';
import {startBuildRepository} from './build-repository.ts';
import {buildEndShape, imagesShape} from './shapes.ts';

describeNeeding('apt', 'root')('a builder', () => {
	let repository: DebianRepository;
	let home: SlipwayHome;

	beforeAll(async () => {
		repository = await startBuildRepository();
		home = await makeSlipwayHome({repository});
		expect((await home.run(['update'])).exitCode).toBe(0);
		await takeWarmCaches(join(home.folder, 'slipway/cache'));
		// With a settings file, as users have one: what reads it must not get in the way of signals.
		expect((await home.run(['config', 'set', 'tenant', 'team'])).exitCode).toBe(0);
	});
	afterAll(() => repository.close());

	async function compose(name: string, packages: string, more = ''): Promise<string> {
		const file = join(home.folder, `${name}.yaml`);
		await writeFile(file, `name: ${name}\nstarter: debian\npackages: [${packages}]\n${more}`);
		return file;
	}
	const journalOf = (build: string) => join(home.folder, 'slipway/data/builds', build, 'journal.ndjson');
	const statusOf = async (build: string) => {
		const list = (await home.run(['builds', '--json'])).json() as BuildSummary[];
		return list.find(summary => summary.build === build)?.status;
	};
	/** Starts a build that line 13 never ends, and returns once it has begun to configure. */
	async function startEndless(name: string, more = ''): Promise<{build: string; pid: number}> {
		const result = await home.run(['build', await compose(name, 'endless', more), '--detach']);
		expect(result.exitCode, result.stderr).toBe(0);
		const build = result.stdout.trim();
		let pid = 0;
		for await (const event of followJournal(journalOf(build), {isAlive: () => true})) {
			if (event.type === 'build/started') pid = event.pid;
			if (event.type === 'line/finished' && event.line === '13') throw new Error(JSON.stringify(event));
			if (event.type === 'log/appended' && event.line === '13' && event.text.includes('endless begins')) break;
		}
		return {build, pid};
	}

	test('that nobody wants any more, since there is no plan, is gone, and so is its log', async () => {
		const result = await home.run(['build', await compose('unplanned', 'no-such-package')]);
		expect(result.exitCode).not.toBe(0);
		const builds = join(home.folder, 'slipway/data/builds');
		await expect.poll(() => readdir(builds), {timeout: 20_000}).toEqual([]);
		await expect.poll(() => programsNaming(builds), {timeout: 20_000}).toEqual([]);
	});

	test(
		'goes on without the command that started it, and is watched from the first event on',
		{timeout: 600_000},
		async () => {
			const result = await home.run(['build', await compose('detached', 'words'), '--detach', '--json']);
			const {build} = result.json() as {build: string};
			const watched = await home.run(['watch', build, '--json']);
			expect(watched.exitCode, watched.stderr).toBe(0);
			const events = watched.events() as JournalEvent[];
			expect(events[0]).toMatchObject({seq: 1, type: 'build/started', build});
			expect(buildEndShape.parse(events.at(-1)).status).toBe('created');
			const images = imagesShape.parse((await home.run(['images', '--json'])).json());
			expect(images).toContainEqual(expect.objectContaining({name: 'detached', status: 'created'}));
			expect((await home.run(['logs', build])).stdout).toContain('== configure');
			await leaveWarmCaches(join(home.folder, 'slipway/cache'));
		},
	);

	test('killed, it leaves an interrupted build; building again reuses what was finished', async () => {
		const {build, pid} = await startEndless('killed');
		expect(await statusOf(build)).toBe('in progress');
		process.kill(pid, 'SIGKILL');
		const watched = await home.run(['watch', build, '--progress', 'plain']);
		expect(watched.stdout).toContain('interrupted');
		expect(watched.exitCode).toBe(1);
		expect(await statusOf(build)).toBe('interrupted');

		const again = await home.run(['build', await compose('killed', 'words'), '--json']);
		expect(again.exitCode, again.stderr).toBe(0);
		const cached = (again.events() as JournalEvent[]).flatMap(event =>
			event.type === 'phase/finished' && event.cached ? [`${event.line} ${event.phase}`] : [],
		);
		expect(cached).toEqual(expect.arrayContaining(['13 unpack', '12 unpack']));
	});

	test('cancel ends it, with no tag moved', async () => {
		const {build} = await startEndless('stopped');
		const result = await home.run(['cancel', build, '--json']);
		expect(result.exitCode, result.stderr).toBe(0);
		expect(result.json()).toMatchObject({build, status: 'cancelled'});
		const images = (await home.run(['images', '--json'])).json() as {
			name: string;
			status: string;
			lines: {tags: string[]}[];
		}[];
		expect(images.find(({name}) => name === 'stopped')).toMatchObject({status: 'cancelled'});
		expect(images.find(({name}) => name === 'stopped')?.lines.flatMap(({tags}) => tags)).toEqual([]);
		const again = await home.run(['cancel', build]);
		expect(again.stderr).toMatch(/has ended \(cancelled\)/);
	});

	test('cancelling one line leaves the other', async () => {
		const {build} = await startEndless('one-line');
		const result = await home.run(['cancel', `${build}.13`]);
		expect(result.exitCode, result.stderr).toBe(0);
		const watched = await home.run(['watch', build, '--json']);
		expect(watched.exitCode, watched.stderr).toBe(3);
		const last = watched.events().at(-1) as Extract<JournalEvent, {type: 'build/finished'}>;
		expect(last.lines.map(({line, status}) => `${line} ${status}`)).toEqual(['13 cancelled', '12 created']);
	});

	test('Ctrl+C in the command that shows it cancels it, with exit code 130', async () => {
		const file = await compose('interrupted', 'endless');
		const child = spawn(process.execPath, [mainFile, 'build', file, '--progress', 'plain'], {
			env: home.env,
			cwd: home.folder,
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		let output = '';
		child.stdout.setEncoding('utf8').on('data', (text: string) => {
			if (!output.includes('endless begins') && (output + text).includes('endless begins')) child.kill('SIGINT');
			output += text;
		});
		const [code] = (await once(child, 'close')) as [number];
		expect(code, output).toBe(130);
		expect(output).toMatch(/interrupted cancelled in/);
	});

	test('gives way to whoever types, and survives the end of its terminal', async () => {
		const {build, pid} = await startEndless('orphan');
		expect(getPriority(pid)).toBeGreaterThanOrEqual(5);
		process.kill(pid, 'SIGHUP');
		expect(await statusOf(build)).toBe('in progress');
		await home.run(['cancel', build]);
	});

	test('two builds of one image at once are both right', async () => {
		const file = await compose('twice', 'words', 'env: {A: one}\n');
		const results = await Promise.all([home.run(['build', file, '--json']), home.run(['build', file, '--json'])]);
		expect(results.map(({exitCode}) => exitCode)).toEqual([0, 0]);
		const ends = results.map(result => result.events().at(-1) as Extract<JournalEvent, {type: 'build/finished'}>);
		expect(ends[0]?.lines.map(({digest}) => digest)).toEqual(ends[1]?.lines.map(({digest}) => digest));
		const statuses = ends.map(({lines}) => lines.map(({status}) => status).join()).sort();
		expect(statuses).toEqual(['created,created', 'up to date,up to date']);
	});

	test('values of variables never enter its journal', async () => {
		const script = 'run: [sh, -c, "echo the value is $PASSPHRASE"]';
		const file = await compose(
			'secretive',
			'words',
			`variant: dev\nenv: {PASSPHRASE: hunter2-hunter2}\ntests: [{${script}}]\n`,
		);
		const result = await home.run(['build', file, '--json']);
		const folder = join(home.folder, 'slipway/data/builds', (result.events()[0] as {build: string}).build);
		for (const name of await readdir(folder)) {
			if (name === 'plan.json' || name === 'cancelled-lines') continue;
			expect(await readFile(join(folder, name), 'utf8'), name).not.toContain('hunter2');
		}
	});

	test('--locked builds what the lock file records, and refuses when the composition was changed', async () => {
		const file = await compose('locked', 'words');
		expect((await home.run(['build', file, '--quiet'])).exitCode).toBe(0);
		expect(JSON.parse(await readFile(join(home.folder, 'locked.lock'), 'utf8'))).toMatchObject({image: 'locked'});
		const locked = await home.run(['build', file, '--locked', '--json']);
		expect(locked.exitCode, locked.stderr).toBe(0);
		await compose('locked', 'words, endless');
		const refused = await home.run(['build', file, '--locked']);
		expect(refused.exitCode).toBe(2);
		expect(refused.stderr).toMatch(/changed after it was locked/);
	});
});

/** Command lines of running programs in which a text occurs. */
function programsNaming(text: string): readonly string[] {
	const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name));
	const lines = pids.map(pid => {
		try {
			return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
		} catch {
			return ''; // It ended meanwhile.
		}
	});
	return lines.filter(line => line.includes(text));
}
