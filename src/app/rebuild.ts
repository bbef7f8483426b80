import pLimit from 'p-limit';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {SlipwayError, throwIfCancelled} from '../base/errors.ts';
import {tryProcessLock} from '../base/process-lock.ts';
import {buildFolderOf, outlineOf} from '../build/build-folder.ts';
import type {BuildStatus} from '../build/journal-event.ts';
import {needsBuild} from '../freshness/line-freshness.ts';
import {readBuildHistory} from './build-history.ts';
import {buildsFolderOf, changelogOf, type Changelog} from './changelog.ts';
import type {AllServices} from './create-services.ts';
import type {ImageFreshness} from './freshness.ts';
import {lockFileOf, saveLock} from './lock-files.ts';
import {lookAtFreshness} from './look-at-freshness.ts';

export interface RebuiltImage {
	readonly image: string;
	/** Null where nothing was built. */
	readonly build: string | null;
	readonly status: BuildStatus | 'up to date' | 'not built' | 'cannot be planned';
	/** Lines that were built. */
	readonly lines: readonly string[];
	/** Lines that cannot be planned any more, and keep their image. */
	readonly conflicts: readonly string[];
	readonly problem: string | null;
	/** What the build changed; null where nothing was built. */
	readonly changelog: Changelog | null;
}

export interface RebuildWishes {
	readonly names: readonly string[];
	/** Images that were never built are left alone. */
	readonly onlyBuilt: boolean;
	/** Images that are built at a time. */
	readonly parallel: number;
	readonly signal: AbortSignal;
	readonly report: (text: string) => void;
	/** Told of each build as it begins. */
	readonly onStarted?: (image: string, build: string, lines: readonly string[]) => void;
	/** Told of each image as it is done. */
	readonly onDone?: (rebuilt: RebuiltImage) => void;
}

/** Builds the lines that a rebuild would change, and nothing else. Throws only `cancelled`. */
export async function rebuildImages(services: AllServices, wishes: RebuildWishes): Promise<readonly RebuiltImage[]> {
	const {names, onlyBuilt, signal, report, onDone} = wishes;
	const limit = pLimit(wishes.parallel);
	const history = await readBuildHistory(buildsFolderOf(services.paths));
	const done: Promise<RebuiltImage>[] = [];
	const tell = (rebuilt: RebuiltImage) => {
		onDone?.(rebuilt);
		return rebuilt;
	};
	await lookAtFreshness(services, {
		names,
		history,
		signal,
		report,
		onFound: freshness => {
			const stale = staleLines(freshness, onlyBuilt);
			if (stale.length === 0) done.push(Promise.resolve(tell(leftAlone(freshness))));
			else done.push(limit(async () => tell(await rebuild(services, freshness, stale, wishes))));
		},
	});
	const rebuilt = await Promise.all(done);
	const built = rebuilt.filter(({build}) => build !== null).map(({image}) => image);
	if (built.length > 0 && !signal.aborted) {
		const now = await readBuildHistory(buildsFolderOf(services.paths));
		await lookAtFreshness(services, {names: built, history: now, signal, report});
	}
	return rebuilt;
}

/** Lines that a rebuild builds. */
export function staleLines({lines}: ImageFreshness, onlyBuilt: boolean): readonly string[] {
	if (onlyBuilt && lines.every(({build}) => build === null)) return [];
	return lines.filter(needsBuild).map(({line}) => line);
}

const conflictsOf = ({lines}: ImageFreshness) => lines.filter(({state}) => state === 'conflict').map(({line}) => line);

function leftAlone(freshness: ImageFreshness): RebuiltImage {
	const {image, problem, lines} = freshness;
	const status = problem !== null ? 'cannot be planned' : lines.some(needsBuild) ? 'not built' : 'up to date';
	return {image, build: null, status, lines: [], conflicts: conflictsOf(freshness), problem, changelog: null};
}

async function rebuild(
	{builds, compositions, planning, paths, store}: AllServices,
	freshness: ImageFreshness,
	stale: readonly string[],
	{signal, report, onStarted}: RebuildWishes,
): Promise<RebuiltImage> {
	throwIfCancelled(signal);
	const {image} = freshness;
	// Planned again rather than kept: a thousand plans are a gigabyte.
	const opened = await compositions.open(image);
	const plan = await planning.plan(opened.composition, signal, opened.locate);
	await saveLock(lockFileOf(opened, compositions.folder), await planning.lockOf(plan, opened.composition), report);
	const build = await builds.start(plan, {lines: stale});
	onStarted?.(image, build, stale);
	const cancel = () => void builds.cancel(build).catch(() => undefined);
	signal.addEventListener('abort', cancel);
	try {
		let status: BuildStatus = 'interrupted';
		for await (const event of builds.follow(build)) if (event.type === 'build/finished') status = event.status;
		const buildsFolder = buildsFolderOf(paths);
		const outline = await outlineOf(buildFolderOf(buildsFolder, build));
		const own = (await readBuildHistory(buildsFolder)).get(image) ?? [];
		const changelog = await changelogOf({buildsFolder, store}, outline, own);
		return {image, build, status, lines: stale, conflicts: conflictsOf(freshness), problem: null, changelog};
	} finally {
		signal.removeEventListener('abort', cancel);
	}
}

const pollMs = 500;

/**
 * Waits until no other rebuild runs, and keeps others waiting until the returned function is called or this process
 * ends. Null if another runs and this one is to leave.
 */
export async function lockRebuilds(
	{data}: AllServices['paths'],
	overlap: 'wait' | 'leave',
	{signal, onWait}: {readonly signal: AbortSignal; readonly onWait: () => void},
): Promise<(() => void) | null> {
	await mkdir(data, {recursive: true});
	for (let hasWaited = false; ; hasWaited = true) {
		if (signal.aborted) throw new SlipwayError('cancelled', 'The rebuild was cancelled.');
		const release = tryProcessLock(join(data, 'rebuild.lock.sqlite'));
		if (release || overlap === 'leave') return release;
		if (!hasWaited) onWait();
		await delay(pollMs);
	}
}
