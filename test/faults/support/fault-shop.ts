import {readFileSync} from 'node:fs';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {stringify} from 'yaml';
import {expect} from 'vitest';
import type {BuildStatus, FinishedLine, JournalEvent} from '../../../src/build/journal-event.ts';
import {makeDeb, type Deb} from '../../support/deb.ts';
import {startDebianRepository, type DebianRepository} from '../../support/debian-repository.ts';
import {hostPackages} from '../../support/host-packages.ts';
import {makeSlipwayHome, type SlipwayHome, type SlipwayResult} from '../../support/slipway.ts';
import {leaveWarmCaches, takeWarmCaches} from '../../support/warm-caches.ts';

const starterPackages = ['base-files', 'ca-certificates', 'libc-bin', 'libc6', 'libgcc-s1', 'netbase', 'tzdata'];

/** A package that costs next to nothing to build with, of its own for a case: what was cached of others does not help it. */
export const leaf = (name: string, postinst = 'true', content = 'green'): Deb =>
	makeDeb({
		name,
		architecture: 'all',
		files: [{path: `/usr/share/${name}`, content}],
		scripts: {postinst: `#!/bin/sh\nset -e\n${postinst}\n`},
	});

/** What an image's own test runs. */
const probe = makeDeb({
	name: 'probe',
	fields: {Depends: 'libc6'},
	files: [{path: '/usr/bin/probe', content: readFileSync('/usr/bin/printenv'), mode: 0o755}],
});

/** One line of one starter on loopback, with caches that are warm but for what a case adds. */
export interface FaultShop {
	readonly repository: DebianRepository;
	readonly home: SlipwayHome;
	/** The repository's packages without the cases' own. */
	readonly base: readonly Deb[];
	/** Folder of SLIPWAY_HOME. */
	readonly own: string;
	build(
		name: string,
		packages: readonly string[],
		env?: Readonly<Record<string, string>>,
		onOutput?: (text: string) => void,
	): Promise<SlipwayResult>;
	close(): Promise<void>;
}

export async function openFaultShop(extra: readonly Deb[]): Promise<FaultShop> {
	const host = hostPackages(starterPackages, {mergedUsr: true, versions: {'base-files': '13.8+deb13u8'}});
	const base = [...host, probe];
	const repository = await startDebianRepository({
		suites: {trixie: [...base, ...extra]},
		releases: ['trixie'],
		architectures: ['amd64'],
	});
	const home = await makeSlipwayHome({repository});
	const own = home.env['SLIPWAY_HOME'] ?? '';
	const shop: FaultShop = {
		repository,
		home,
		base,
		own,
		async build(name, packages, env = {}, onOutput) {
			const file = join(home.folder, `${name}.yaml`);
			const tests = [{run: ['probe'], expect: {stdout: 'PATH'}}];
			const composition = {name, starter: 'debian', lines: ['13'], packages: ['probe', ...packages], tests};
			await writeFile(file, stringify(composition));
			return home.run(['build', file, '--json'], {env, ...(onOutput && {onOutput})});
		},
		close: () => repository.close(),
	};
	await takeWarmCaches(join(own, 'cache'));
	const result = await shop.build('untouched', []);
	expect(result.exitCode, result.stderr + result.stdout.slice(-2000)).toBe(0);
	await leaveWarmCaches(join(own, 'cache'));
	return shop;
}

export interface BuildEnd {
	readonly status: BuildStatus;
	readonly lines: readonly FinishedLine[];
	readonly events: readonly JournalEvent[];
}

export function endOf(result: SlipwayResult): BuildEnd {
	const events = result.events() as JournalEvent[];
	const last = events.at(-1);
	if (last?.type !== 'build/finished') throw new Error(`the build did not finish: ${result.stderr}`);
	return {status: last.status, lines: last.lines, events};
}

/** The image is there, with its tags; and nothing of the starter was configured again for it. */
export function expectCreated(result: SlipwayResult): BuildEnd {
	expect(result.exitCode, result.stderr + result.stdout.slice(-2000)).toBe(0);
	const end = endOf(result);
	expect(end.lines.filter(({status}) => status === 'created' || status === 'up to date')).toHaveLength(1);
	expect(setUps(end.events)).not.toContain('dpkg');
	return end;
}

/** Names of packages that were set up by this build. */
export const setUps = (events: readonly JournalEvent[]): readonly string[] =>
	events.flatMap(event =>
		event.type === 'log/appended'
			? Array.from(event.text.matchAll(/^Setting up ([^ :]+)/gmu), ([, name = '']) => name)
			: [],
	);

export async function statusOf({home}: FaultShop, image: string): Promise<BuildStatus | null> {
	const builds = (await home.run(['builds', image, '--json'])).json() as {status: BuildStatus}[];
	return builds[0]?.status ?? null;
}

/** Tags of an image in the store. */
export async function tagsOf({own}: FaultShop, image: string): Promise<readonly string[]> {
	const index = JSON.parse(await readFile(join(own, 'data/images/index.json'), 'utf8')) as {
		manifests: {annotations?: Record<string, string>}[];
	};
	return index.manifests
		.map(({annotations}) => annotations?.['org.opencontainers.image.ref.name'] ?? '')
		.filter(reference => reference.startsWith(`${image}:`));
}

/** Processes that run, or see a mount, below a folder of the test. */
export async function leftRunning(folder: string): Promise<readonly string[]> {
	const found: string[] = [];
	for (const pid of (await readdir('/proc')).filter(name => /^\d+$/u.test(name))) {
		const [command, mounts] = await Promise.all(
			['cmdline', 'mountinfo'].map(name => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
		);
		const isOwn = Number(pid) === process.pid;
		if (!isOwn && command?.includes(folder)) found.push(command.replaceAll('\0', ' '));
		else if (mounts?.includes(folder)) found.push(`mounted for ${command?.replaceAll('\0', ' ')}`);
	}
	return found;
}
