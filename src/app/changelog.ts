import {join} from 'node:path';
import {buildFolderOf, readBuildInput, type BuildOutline} from '../build/build-folder.ts';
import type {BuildStatus, FinishedLine, LineOutcome} from '../build/journal-event.ts';
import {securityUpdates} from '../freshness/line-freshness.ts';
import {isDigest} from '../image/digest.ts';
import {diffImages, type FileChange} from '../image/diff-images.ts';
import {mediaTypes, type Descriptor} from '../image/oci.ts';
import type {LocalImageStore} from '../image/local-store.ts';
import {diffLines, type ConfigChange, type PackageChange} from '../plan/diff-plans.ts';
import {linesWithPlatforms} from '../plan/join-platforms.ts';
import type {LinePlan} from '../plan/plan.ts';
import {madeLines, type MadeLine} from './build-history.ts';

/** What a build changed against the images that its lines had before: data for `--json`, text for people. */
export interface Changelog {
	readonly build: string;
	readonly image: string;
	readonly status: BuildStatus;
	readonly startedAt: string;
	readonly finishedAt: string | null;
	readonly lines: readonly LineChangelog[];
}

export interface LineChangelog {
	readonly line: string;
	readonly status: LineOutcome;
	readonly digest: string | null;
	readonly tags: readonly string[];
	readonly error: string | null;
	/** The line's image before; a line that failed keeps it. Null for a first one. */
	readonly before: {readonly build: string; readonly digest: string | null} | null;
	readonly versions: {readonly before: string | null; readonly after: string | null};
	/** Of the image; what only building needs is left out. */
	readonly packages: readonly PackageChange[];
	/** Names of packages whose newer version came from the security suite. */
	readonly securityUpdates: readonly string[];
	readonly config: readonly ConfigChange[];
	/** Null where files were not compared, or one of the images is no longer in the store. */
	readonly files: readonly FileChange[] | null;
	/** Compressed bytes of all layers. */
	readonly sizeBytes: {readonly before: number | null; readonly after: number | null};
}

export interface ChangelogParts {
	readonly buildsFolder: string;
	readonly store: LocalImageStore;
}

/**
 * @param builds of the same image, newest first
 * @param withFiles reads every layer of both images: seconds
 */
export async function changelogOf(
	{buildsFolder, store}: ChangelogParts,
	build: BuildOutline,
	builds: readonly BuildOutline[],
	{withFiles = false, signal}: {readonly withFiles?: boolean; readonly signal?: AbortSignal} = {},
): Promise<Changelog> {
	const older = madeLines(builds.filter(other => other.build < build.build));
	const planOf = plansIn(buildsFolder);
	const lines: LineChangelog[] = [];
	for (const finished of build.finished?.lines ?? []) {
		const before = older.get(finished.line)?.[0] ?? null;
		const [old, now] = [
			before && (await planOf(before.build, finished.line)),
			await planOf(build.build, finished.line),
		];
		const files = withFiles ? await filesBetween(store, before, finished, signal) : null;
		lines.push({...lineChangelog(finished, before, old, now), files});
	}
	const {image, status, startedAt, finishedAt} = build;
	return {build: build.build, image, status, startedAt, finishedAt, lines};
}

export function lineChangelog(
	finished: FinishedLine,
	before: MadeLine | null,
	old: LinePlan | null,
	now: LinePlan | null,
): LineChangelog {
	const {line, status, digest, tags, error, size} = finished;
	const isMade = status === 'created' || status === 'up to date';
	const diff = isMade && old && now ? diffLines(old, now, line) : null;
	return {
		line,
		status,
		digest,
		tags,
		error: error?.message ?? null,
		before: before && {build: before.build, digest: before.line.digest},
		versions: {before: old?.version ?? null, after: isMade ? (now?.version ?? null) : null},
		packages: diff?.packages.filter(({inImage}) => inImage) ?? [],
		securityUpdates: diff && now ? securityUpdates(diff, now) : [],
		config: diff?.config ?? [],
		files: null,
		sizeBytes: {before: before?.line.size ?? null, after: size},
	};
}

/** Plans of lines, each file read once. */
function plansIn(buildsFolder: string) {
	const read = new Map<string, ReturnType<typeof readBuildInput>>();
	return async (build: string, line: string): Promise<LinePlan | null> => {
		const reading = read.get(build) ?? readBuildInput(buildFolderOf(buildsFolder, build));
		read.set(build, reading);
		return linesWithPlatforms((await reading).plan).find(candidate => candidate.line === line) ?? null;
	};
}

async function filesBetween(
	store: LocalImageStore,
	before: MadeLine | null,
	after: FinishedLine,
	signal: AbortSignal | undefined,
): Promise<readonly FileChange[] | null> {
	const [old, now] = [await descriptorOf(store, before?.line.digest), await descriptorOf(store, after.digest)];
	if (!old || !now) return null;
	return (await diffImages(store, old, now, signal ? {signal} : {})).files;
}

/** Null if the store no longer has it. */
export async function descriptorOf(
	store: LocalImageStore,
	digest: string | null | undefined,
): Promise<Descriptor | null> {
	const size = digest && isDigest(digest) ? await store.sizeOf(digest) : null;
	return digest && isDigest(digest) && size !== null ? {mediaType: mediaTypes.index, digest, size} : null;
}

export const buildsFolderOf = ({data}: {readonly data: string}): string => join(data, 'builds');
