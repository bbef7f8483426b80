import {mkdir, open, readFile, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {writeFileAtomic} from '../base/atomic-file.ts';
import {isSystemError, SlipwayError} from '../base/errors.ts';
import type {Plan} from '../plan/plan.ts';
import {isBuildId, newBuildId, parseTraceId} from './build-id.ts';
import type {BuildStatus, JournalEvent} from './journal-event.ts';
import {parseEvent} from './journal/journal-reader.ts';
import {isRunning} from './process-identity.ts';

/** Where a build keeps its things: data/builds/ID/. */
export interface BuildFolder {
	readonly build: string;
	readonly folder: string;
	readonly plan: string;
	readonly request: string;
	readonly journal: string;
	/** What the builder itself said, should it crash. */
	readonly builderLog: string;
	/** A file named after a line asks the builder to cancel that line. */
	readonly cancelledLines: string;
}

/** What a builder is asked to do, beside the plan. */
export interface BuildRequest {
	/** Null: all lines of the plan. */
	readonly lines: readonly string[] | null;
	readonly engine: 'native' | 'docker';
	/** Why that one, where the user left the choice. */
	readonly engineReason?: string | null;
	/** Tests run in Docker, too, whatever the settings say. */
	readonly testsInDocker?: boolean;
	/** Names of the variables that the composition sets: their values stay out of the journal. */
	readonly concealedVariables: readonly string[];
	readonly parallelLines: number;
}

export function buildFolderOf(buildsFolder: string, build: string): BuildFolder {
	const folder = join(buildsFolder, build);
	return {
		build,
		folder,
		plan: join(folder, 'plan.json'),
		request: join(folder, 'request.json'),
		journal: join(folder, 'journal.ndjson'),
		builderLog: join(folder, 'builder.log'),
		cancelledLines: join(folder, 'cancelled-lines'),
	};
}

/** Makes the folder of a new build, with all that its builder needs. Only the owner may read it: plans hold variables. */
export async function createBuildFolder(buildsFolder: string, plan: Plan, request: BuildRequest): Promise<BuildFolder> {
	await mkdir(buildsFolder, {recursive: true});
	for (;;) {
		const paths = buildFolderOf(buildsFolder, newBuildId());
		try {
			await mkdir(paths.folder, {mode: 0o700});
		} catch (error) {
			if (isSystemError(error, 'EEXIST')) continue;
			throw error;
		}
		await writeFileAtomic(paths.plan, JSON.stringify(plan), 0o600);
		await writeFileAtomic(paths.request, JSON.stringify(request), 0o600);
		return paths;
	}
}

export async function readBuildInput(
	paths: BuildFolder,
): Promise<{readonly plan: Plan; readonly request: BuildRequest}> {
	try {
		const [plan, request] = await Promise.all([readFile(paths.plan, 'utf8'), readFile(paths.request, 'utf8')]);
		// Both were written whole by createBuildFolder.
		return {plan: JSON.parse(plan) as Plan, request: JSON.parse(request) as BuildRequest};
	} catch (cause) {
		throw new SlipwayError('storage', `The plan of build ${paths.build} cannot be read.`, {
			hint: 'Build again from the composition.',
			cause,
		});
	}
}

/** All builds on disk, newest first. */
export async function listBuildIds(buildsFolder: string): Promise<readonly string[]> {
	try {
		return (await readdir(buildsFolder)).filter(isBuildId).sort().toReversed();
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return [];
		throw error;
	}
}

/** What the two ends of a journal tell, without the log between them. */
export interface BuildOutline {
	readonly build: string;
	readonly folder: string;
	readonly image: string;
	readonly status: BuildStatus;
	readonly startedAt: string;
	readonly finishedAt: string | null;
	readonly started: Extract<JournalEvent, {type: 'build/started'}> | null;
	readonly finished: Extract<JournalEvent, {type: 'build/finished'}> | null;
}

/** How long a builder may take to write its first event, on a machine that is busy. */
const beginningMs = 20_000;

/** True for a build so young that its builder may not have come to write anything. */
export const isBeginning = (build: string, nowMs = Date.now()): boolean =>
	nowMs - Date.parse(startOfBuildId(build)) < beginningMs;

const endBytes = 128 * 1024;

export async function outlineOf(paths: BuildFolder, nowMs = Date.now()): Promise<BuildOutline> {
	const {head, tail} = await endsOf(paths.journal);
	const first = parseEvent(head);
	const last = parseEvent(tail);
	const started = first?.type === 'build/started' ? first : null;
	const finished = last?.type === 'build/finished' ? last : null;
	const runs = started
		? isRunning({pid: started.pid, start: started.processStart ?? null})
		: isBeginning(paths.build, nowMs);
	return {
		build: paths.build,
		folder: paths.folder,
		image: started?.image ?? (await imageOfPlan(paths.plan)),
		status: finished?.status ?? (runs ? 'in progress' : 'interrupted'),
		startedAt: started?.at ?? startOfBuildId(paths.build),
		finishedAt: finished?.at ?? null,
		started,
		finished,
	};
}

/** Finds a build by its ID, a trace ID, an unambiguous beginning of its ID, or an image's name (its newest build). */
export async function findBuild(
	buildsFolder: string,
	wanted: string,
): Promise<{readonly paths: BuildFolder; readonly line: string | null}> {
	const builds = await listBuildIds(buildsFolder);
	const trace = parseTraceId(wanted);
	const id = trace?.build ?? wanted;
	if (builds.includes(id)) return {paths: buildFolderOf(buildsFolder, id), line: trace?.line ?? null};
	const begun = /^\d/u.test(id) ? builds.filter(build => build.startsWith(id)) : [];
	if (begun.length === 1) return {paths: buildFolderOf(buildsFolder, begun[0] ?? id), line: trace?.line ?? null};
	if (begun.length > 1) {
		throw new SlipwayError('usage', `${begun.length} builds begin with “${wanted}”.`, {
			hint: 'Give more of the ID; `slipway builds` lists them.',
		});
	}
	for (const build of builds) {
		const paths = buildFolderOf(buildsFolder, build);
		if ((await outlineOf(paths)).image === wanted) return {paths, line: null};
	}
	throw new SlipwayError('not-found', `There is no build “${wanted}”.`, {hint: '`slipway builds` lists the builds.'});
}

async function endsOf(path: string): Promise<{readonly head: string; readonly tail: string}> {
	let file;
	try {
		file = await open(path, 'r');
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return {head: '', tail: ''};
		throw error;
	}
	try {
		const {size} = await file.stat();
		const length = Math.min(size, endBytes);
		const head = Buffer.alloc(length);
		await file.read(head, 0, length, 0);
		const tail = Buffer.alloc(length);
		await file.read(tail, 0, length, size - length);
		const lines = tail.toString('utf8').split('\n');
		return {head: head.toString('utf8').split('\n', 1)[0] ?? '', tail: lines.at(-2) ?? ''};
	} finally {
		await file.close();
	}
}

async function imageOfPlan(path: string): Promise<string> {
	try {
		const plan: unknown = JSON.parse(await readFile(path, 'utf8'));
		return typeof plan === 'object' && plan !== null && 'image' in plan ? String(plan.image) : '';
	} catch {
		// A build whose folder was torn: it is still listed, as interrupted.
		return '';
	}
}

const startOfBuildId = (build: string) =>
	build.replace(/^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-(\d{3}).*$/u, '$1-$2-$3T$4:$5:$6.$7Z');
