import {spawnSync} from 'node:child_process';
import {
	chmodSync,
	existsSync,
	lchownSync,
	lstatSync,
	mkdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {AgentError} from './agent-error.ts';
import {layEntries} from './lay-entries.ts';
import {configureFailure} from './maintainer-scripts.ts';
import {RootPaths} from './root-path.ts';
import {runInRoot} from './run-in-root.ts';
import type {AgentMessage, StageJob, StageStep} from './sandbox-job.ts';
import {scanStage} from './scan-stage.ts';
import {decodeSegment, type Segment} from './segment.ts';
import {treeFingerprint} from './tree-fingerprint.ts';
import {unpackCommand} from './unpack-command.ts';
import {unpackPackages} from './unpack-packages.ts';

/** Carries a stage out in a mount of its own over the stages below. */
export async function runStage(job: StageJob, say: (message: AgentMessage) => void): Promise<void> {
	checkLowers(job);
	const root = mountRoot(job);
	const segments = new Map<string, Segment>();
	const read = (sha256: string): Segment => {
		const segment = segments.get(sha256) ?? readSegment(job.segmentFolder, sha256);
		segments.set(sha256, segment);
		return segment;
	};
	const recent: string[] = [];
	const onLine = (stream: 'stdout' | 'stderr', text: string) => {
		recent.push(text);
		if (recent.length > 20) recent.shift();
		say({kind: 'log', stream, text});
	};
	const run = async (command: readonly string[]) => {
		const code = await runInRoot(command, {
			root,
			packages: job.segmentFolder,
			env: job.env,
			timeLimitMs: job.timeLimitMs,
			limits: job.limits,
			onLine,
		});
		if (code !== 0) throw configureFailure(command, code, recent);
	};
	for (const step of job.steps) {
		if (step.kind === 'extract') {
			const paths = new RootPaths(root);
			for (const sha256 of step.packages) {
				layEntries(paths, read(sha256).entries, join(job.segmentFolder, sha256, 'package.deb'));
			}
		} else if (step.kind === 'run') {
			if (step.ifExists !== undefined && !exists(new RootPaths(root), step.ifExists)) continue;
			await run(step.command);
		} else if (step.kind === 'unpack') {
			await unpackPackages({
				root,
				segments: step.packages.map(read),
				segmentFolder: job.segmentFolder,
				areExtracted: step.areExtracted,
				runDpkg: some => run(unpackCommand({...step, packages: some.map(({sha256}) => sha256)})),
				onUnpacked: ({package: name, version}) => onLine('stdout', `Unpacking ${name} (${version}) ...`),
			});
		} else {
			placeOne(new RootPaths(root), step);
		}
	}
	scanStage({...job, root}, job.packages.map(read));
}

function checkLowers({lowers, lowerFingerprints}: StageJob): void {
	for (const [number, lower] of lowers.entries()) {
		const known = lowerFingerprints[number] ?? null;
		if (existsSync(lower) && (known === null || treeFingerprint(lower) === known)) continue;
		const message = `The cached stage ${dirname(lower)} was altered.`;
		throw new AgentError('storage', message, 'Build again.', {damagedLower: number});
	}
}

function mountRoot({folder, lowers}: StageJob): string {
	for (const name of ['diff', 'work', 'root', 'empty']) mkdirSync(join(folder, name), {recursive: true, mode: 0o755});
	// Relative paths, since a colon or comma in a path would end it. `volatile` leaves out every sync: what a power cut
	// tears is never used again (see stages.ts).
	const base = dirname(folder);
	const own = relative(base, folder);
	const below = lowers.length === 0 ? [`${own}/empty`] : lowers.map(lower => relative(base, lower));
	const layers = `lowerdir=${below.join(':')},upperdir=${own}/diff,workdir=${own}/work`;
	const root = join(folder, 'root');
	const command = ['-n', '-t', 'overlay', '-o', `userxattr,volatile,${layers}`, 'overlay', root];
	const mounted = spawnSync('mount', command, {cwd: base, encoding: 'utf8'});
	if (mounted.status !== 0) {
		throw new AgentError(
			'host',
			`Cannot mount an overlay file system in a user namespace: ${mounted.stderr.trim()}.`,
			'This needs Linux 5.11 or newer and a cache folder that is not itself on an overlay (in a container: put SLIPWAY_HOME on a volume).',
		);
	}
	return root;
}

function readSegment(folder: string, sha256: string): Segment {
	const segment = decodeSegment(readFileSync(join(folder, sha256, 'segment.json'), 'utf8'));
	if (segment !== null) return segment;
	throw new AgentError('storage', `The cached package ${sha256} cannot be read.`, 'Build again.');
}

function placeOne(paths: RootPaths, step: Exclude<StageStep, {kind: 'extract' | 'unpack' | 'run'}>): void {
	const place = paths.placeOf(step.path);
	switch (step.kind) {
		case 'file':
			rmSync(place, {force: true});
			writeFileSync(place, Buffer.from(step.content, 'base64'));
			break;
		case 'folder':
			mkdirSync(place, {recursive: true});
			break;
		case 'link':
			if (lstatSync(place, {throwIfNoEntry: false}) === undefined) symlinkSync(step.target, place);
			return;
		case 'remove':
			rmSync(place, {recursive: true, force: true});
			return;
	}
	lchownSync(place, step.uid, step.gid);
	chmodSync(place, step.mode);
}

function exists(paths: RootPaths, path: string): boolean {
	return lstatSync(paths.placeOf(path), {throwIfNoEntry: false}) !== undefined;
}
