import {lstat, opendir, readdir, readFile, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {isSystemError} from '../../../base/errors.ts';
import type {Digest} from '../../../image/oci.ts';
import type {RememberedLine} from './line-memo.ts';
import {openSealed} from '../../../base/sealed-json.ts';
import {segmentFormat} from './segment.ts';
import {Stages} from './stages.ts';

/** What is kept of the engine's cache. Nothing may be built meanwhile: `tryCleanCache`. */
export interface CacheGarbageInput {
	readonly cacheFolder: string;
	/** SHA-256 of packages that are needed. */
	readonly packages: ReadonlySet<string>;
	readonly isStored: (digest: Digest) => Promise<boolean>;
	/** Younger than that, milliseconds since the epoch, is spared. */
	readonly sparedSinceMs: number;
	readonly dryRun: boolean;
}

export interface CacheGarbage {
	readonly what: 'packages' | 'segments' | 'configured packages';
	readonly freedBytes: number;
	readonly leftBytes: number;
}

/**
 * Removes packages, segments and stages that nothing needs. Whatever is half removed when the process ends is taken for
 * missing by the next build: marks that say `complete` go first.
 */
export async function collectCacheGarbage(input: CacheGarbageInput): Promise<readonly CacheGarbage[]> {
	const {cacheFolder, packages} = input;
	const isPackage = (name: string) => packages.has(name.slice(0, 64));
	const stages = await neededStages(input);
	const rootfs = new Stages(join(cacheFolder, 'rootfs'));
	const segments: Swept[] = [];
	for (const version of await namesIn(join(cacheFolder, 'segments'))) {
		const isKept = (name: string) => version === `v${segmentFormat}` && isPackage(name);
		segments.push(await sweep(join(cacheFolder, 'segments', version), isKept, removeSegment, input));
	}
	const others = (name: string) => name === 'partial';
	return [
		{
			what: 'packages',
			...(await sweep(join(cacheFolder, 'packages'), name => others(name) || isPackage(name), removeAll, input)),
		},
		{what: 'segments', freedBytes: sum(segments, 'freedBytes'), leftBytes: sum(segments, 'leftBytes')},
		{
			what: 'configured packages',
			...(await sweep(
				join(cacheFolder, 'rootfs'),
				name => name.startsWith('.') || stages.has(name),
				path => removeStage(path, rootfs),
				input,
			)),
		},
	];
}

/** Stages of lines whose image is still there. Records of others go. */
async function neededStages({cacheFolder, isStored, dryRun}: CacheGarbageInput): Promise<ReadonlySet<string>> {
	const needed = new Set<string>();
	const folder = join(cacheFolder, 'lines');
	for (const name of await namesIn(folder)) {
		const path = join(folder, name);
		const record = await readRecord(path);
		if (record !== null && (await isStored(record.manifest.digest))) for (const key of record.stages) needed.add(key);
		else if (!dryRun) await rm(path, {force: true});
	}
	return needed;
}

async function readRecord(path: string): Promise<RememberedLine | null> {
	try {
		const record = openSealed(await readFile(path, 'utf8')) as Partial<RememberedLine> | null;
		// One of an older format names no stages.
		return record?.manifest === undefined ? null : {...(record as RememberedLine), stages: record.stages ?? []};
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return null;
		throw error;
	}
}

interface Swept {
	readonly freedBytes: number;
	readonly leftBytes: number;
}

async function sweep(
	folder: string,
	isKept: (name: string) => boolean,
	remove: (path: string) => Promise<void>,
	{sparedSinceMs, dryRun}: CacheGarbageInput,
): Promise<Swept> {
	let [freedBytes, leftBytes] = [0, 0];
	for (const name of await namesIn(folder)) {
		const path = join(folder, name);
		const bytes = await sizeOf(path);
		const status = await lstat(path).catch(() => null);
		if (status === null) continue;
		if (isKept(name) || status.mtimeMs >= sparedSinceMs) {
			leftBytes += bytes;
			continue;
		}
		if (!dryRun) await remove(path);
		freedBytes += bytes;
	}
	return {freedBytes, leftBytes};
}

const removeAll = (path: string) => rm(path, {recursive: true, force: true});

async function removeSegment(path: string): Promise<void> {
	await rm(join(path, 'segment.json'), {force: true});
	await removeAll(path);
}

/** Under a name that the engine sweeps if this process ends in the middle. */
async function removeStage(path: string, stages: Stages): Promise<void> {
	const doomed = path.endsWith('.tmp') ? path : `${path}.${process.pid}.0.tmp`;
	if (doomed !== path) await rename(path, doomed);
	await stages.remove([doomed]);
}

/** Bytes on disk; what an ordinary user may not look into counts nothing. */
async function sizeOf(path: string): Promise<number> {
	const status = await lstat(path).catch(() => null);
	if (status === null) return 0;
	if (!status.isDirectory()) return status.blocks * 512;
	let bytes = status.blocks * 512;
	const folder = await opendir(path).catch(() => null);
	if (folder === null) return bytes;
	for await (const {name} of folder) bytes += await sizeOf(join(path, name));
	return bytes;
}

async function namesIn(folder: string): Promise<readonly string[]> {
	try {
		return await readdir(folder);
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return [];
		throw error;
	}
}

const sum = (swept: readonly Swept[], key: keyof Swept) => swept.reduce((total, one) => total + one[key], 0);
