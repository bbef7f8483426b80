import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {isSystemError, SlipwayError} from '../base/errors.ts';
import {buildFolderOf, listBuildIds, outlineOf, type BuildOutline} from '../build/build-folder.ts';
import {tryCleanCache} from '../build/cache-lock.ts';
import {collectCacheGarbage, type CacheGarbage} from '../build/engines/native/cache-garbage.ts';
import type {TaggedImage} from '../image/image-store.ts';
import type {Plan} from '../plan/plan.ts';
import type {AllServices} from './create-services.ts';
import {openLock} from './lock-files.ts';

export interface CollectedGarbage {
	readonly dryRun: boolean;
	readonly freedBytes: number;
	readonly leftBytes: number;
	readonly parts: readonly {
		readonly what: 'images' | CacheGarbage['what'];
		readonly freedBytes: number;
		readonly leftBytes: number;
	}[];
	/** Tags of older builds that went, as NAME:TAG. */
	readonly untagged: readonly string[];
	/** Builds that run now: because of them, the cache was left alone. */
	readonly running: readonly string[];
}

const hourMs = 60 * 60 * 1000;
/** What was built, or tried, within a day is recent. */
const recentMs = 24 * hourMs;

type Parts = Pick<AllServices, 'store' | 'paths' | 'settings' | 'compositions'>;

/**
 * Frees what no image, no tag and no recent build needs: images of builds older than `retention.builds`, blobs without
 * a tag, and of the cache what the images that stay do not need. Safe beside running builds, and at any end.
 */
export async function collectGarbage(
	{store, paths, settings, compositions}: Parts,
	{dryRun}: {readonly dryRun: boolean},
): Promise<CollectedGarbage> {
	const buildsFolder = join(paths.data, 'builds');
	const ids = await listBuildIds(buildsFolder);
	const builds = await Promise.all(ids.map(id => outlineOf(buildFolderOf(buildsFolder, id))));
	const running = builds.filter(({status}) => status === 'in progress');
	const kept = keptBuilds(builds, settings['retention.builds']);
	const tagged = await store.list();
	const untag = supersededTags(tagged, kept.digests);
	// Blobs that a running build has put or found are needed when it ends.
	const sparedSinceMs = Math.min(...running.map(({startedAt}) => Date.parse(startedAt)));
	const gone = new Set<string>();
	const before = await store.sizeBytes();
	const freedBytes = await store.collectGarbage([], {
		untag,
		sparedSinceMs,
		dryRun,
		onGarbage: digest => gone.add(digest),
	});
	const parts: CollectedGarbage['parts'][number][] = [{what: 'images', freedBytes, leftBytes: before - freedBytes}];
	const release = await tryCleanCache(buildsFolder);
	if (release !== null) {
		try {
			const isRecent = ({startedAt}: BuildOutline) => Date.now() - Date.parse(startedAt) < recentMs;
			const needed = builds.filter(outline => kept.builds.has(outline.build) || isRecent(outline));
			const packages = new Set<string>();
			for (const {folder} of needed) for (const sha256 of await packagesOfPlan(folder)) packages.add(sha256);
			for (const sha256 of await lockedPackages(compositions, paths.data)) packages.add(sha256);
			const isStored = async (digest: `sha256:${string}`) => !gone.has(digest) && (await store.sizeOf(digest)) !== null;
			parts.push(
				...(await collectCacheGarbage({
					cacheFolder: paths.cache,
					packages,
					isStored,
					sparedSinceMs: Date.now() - hourMs,
					dryRun,
				})),
			);
		} finally {
			release();
		}
	}
	return {
		dryRun,
		freedBytes: parts.reduce((sum, part) => sum + part.freedBytes, 0),
		leftBytes: parts.reduce((sum, part) => sum + part.leftBytes, 0),
		parts,
		untagged: untag.map(({name, tag}) => `${name}:${tag}`),
		running: running.map(({build}) => build),
	};
}

/** The newest builds that made an image, of every line of every image: those that `rollback` goes back to. */
function keptBuilds(newestFirst: readonly BuildOutline[], most: number) {
	const counts = new Map<string, number>();
	const digests = new Set<string>();
	const builds = new Set<string>();
	for (const {build, image, finished} of newestFirst) {
		for (const {line, digest} of finished?.lines ?? []) {
			if (digest === null) continue;
			const key = `${image} ${line}`;
			const count = digests.has(digest) ? (counts.get(key) ?? 1) : (counts.get(key) ?? 0) + 1;
			if (most > 0 && count > most) continue;
			counts.set(key, count);
			digests.add(digest);
			builds.add(build);
		}
	}
	return {digests, builds};
}

/** A build's own tag ends with its time; such tags end with their builds, unless another tag names the same image. */
function supersededTags(tagged: readonly TaggedImage[], kept: ReadonlySet<string>): readonly TaggedImage[] {
	const isBuildTag = ({tag}: TaggedImage) => /-\d{14}$/u.test(tag);
	const named = new Set(tagged.filter(image => !isBuildTag(image)).map(({descriptor}) => descriptor.digest));
	return tagged.filter(
		image => isBuildTag(image) && !kept.has(image.descriptor.digest) && !named.has(image.descriptor.digest),
	);
}

async function packagesOfPlan(folder: string): Promise<readonly string[]> {
	try {
		const plan = JSON.parse(await readFile(join(folder, 'plan.json'), 'utf8')) as Plan;
		const lines = [plan, ...(plan.platforms ?? [])].flatMap(one => one.lines);
		return lines.flatMap(line => line.packages.map(({sha256}) => sha256));
	} catch (error) {
		// A build whose folder was torn needs nothing.
		if (isSystemError(error, 'ENOENT') || error instanceof SyntaxError) return [];
		throw error;
	}
}

async function lockedPackages(compositions: Parts['compositions'], dataFolder: string): Promise<readonly string[]> {
	const packages: string[] = [];
	for (const name of await compositions.names()) {
		try {
			const lock = await openLock(join(dataFolder, 'compositions', `${name}.lock`));
			packages.push(...lock.lines.flatMap(line => line.packages.map(({sha256}) => sha256)));
		} catch (error) {
			// No lock, or one that cannot be read: `slipway build --locked` says so.
			if (!(error instanceof SlipwayError)) throw error;
		}
	}
	return packages;
}
