import {lstatSync, readdirSync, readFileSync, readlinkSync} from 'node:fs';
import type {Stats} from 'node:fs';
import {join} from 'node:path';
import {fileCapabilities} from './file-capabilities.ts';
import {isLeftover} from './leftovers.ts';
import type {StageJob} from './sandbox-job.ts';
import type {Segment} from './segment.ts';
import {treeFingerprint} from './tree-fingerprint.ts';
import {writeStageResult, type FoundEntry} from './write-stage-result.ts';

type Job = StageJob & {readonly root: string};

/**
 * Compares what is on disk with what the packages said, and writes `result.json` and `changes.data`. Looks only at the
 * folder that holds this stage's own files, so that its cost follows the stage, not the root.
 */
export function scanStage(job: Job, segments: readonly Segment[]): void {
	const found = new Map<string, FoundEntry>();
	const folders = new Map<string, FoundEntry>();
	const removed: string[] = [];
	walk(job, '', found, folders, removed);
	const placeOf = (path: string) => join(job.folder, 'diff', path);
	writeStageResult({
		folder: job.folder,
		fingerprint: treeFingerprint(join(job.folder, 'diff')),
		epoch: job.epoch,
		segments,
		found,
		folders: [...folders.values()],
		removed,
		isAsBelow: entry => isAsBelow(job, entry),
		read: ({path}) => readFileSync(placeOf(path)),
		capabilitiesOf: ({path, mode}) => ((mode & 0o111) === 0 ? null : fileCapabilities(placeOf(path))),
	});
}

function walk(
	job: Job,
	path: string,
	found: Map<string, FoundEntry>,
	folders: Map<string, FoundEntry>,
	removed: string[],
): void {
	const names = readdirSync(join(job.folder, 'diff', path));
	removed.push(...goneFrom(job, path));
	for (const name of names) {
		const inner = path === '' ? name : `${path}/${name}`;
		if (isLeftover(inner)) continue;
		const place = join(job.folder, 'diff', inner);
		const status = lstatSync(place);
		if (status.isDirectory()) {
			folders.set(inner, foundEntry(inner, 'directory', status));
			walk(job, inner, found, folders, removed);
		} else if (inner.startsWith('run/')) {
			continue; // Files of running systems; the folders are asked for by servers.
		} else if (status.isFile()) found.set(inner, foundEntry(inner, 'file', status));
		else if (status.isSymbolicLink()) found.set(inner, foundEntry(inner, 'symlink', status, readlinkSync(place)));
		// Whiteouts are found by goneFrom; sockets, pipes and devices belong to running systems.
	}
}

const foundEntry = (path: string, kind: FoundEntry['kind'], status: Stats, link = ''): FoundEntry => ({
	path,
	kind,
	mode: status.mode & 0o7777,
	uid: status.uid,
	gid: status.gid,
	size: status.size,
	mtimeMs: status.mtimeMs,
	link,
	inode: status.nlink > 1 ? status.ino : null,
});

/** Names of a folder that a stage below has and the whole has not: whiteouts, and folders made anew (overlayfs.rst). */
function goneFrom(job: Job, path: string): readonly string[] {
	const below = new Set<string>();
	for (const lower of job.lowers) {
		const names = namesIn(join(lower, path));
		if (names === null) break; // A file hides what is deeper.
		for (const name of names) below.add(name);
	}
	if (below.size === 0) return [];
	const gone: string[] = [];
	const now = new Set(readdirSync(join(job.root, path)));
	for (const name of below) {
		const inner = path === '' ? name : `${path}/${name}`;
		if (!now.has(name) && !isLeftover(inner) && lowerStatus(job, inner) !== undefined) gone.push(inner);
	}
	return gone;
}

function namesIn(folder: string): readonly string[] | null {
	const status = lstatSync(folder, {throwIfNoEntry: false});
	if (status === undefined) return [];
	return status.isDirectory() ? readdirSync(folder) : null;
}

/** The same path in the stages below; undefined if it was not there, or removed by one of them. */
function lowerStatus(job: Job, path: string): (Stats & {readonly place: string}) | undefined {
	for (const lower of job.lowers) {
		const place = join(lower, path);
		let status: Stats | undefined;
		try {
			status = lstatSync(place, {throwIfNoEntry: false});
		} catch {
			return undefined; // ENOTDIR: a file where a folder was.
		}
		if (status !== undefined) return status.isCharacterDevice() ? undefined : Object.assign(status, {place});
	}
	return undefined;
}

/** Copied up by overlayfs, for a change that was taken back or never came. */
function isAsBelow(job: Job, {path, kind, mode, uid, gid, size, mtimeMs, link}: FoundEntry): boolean {
	const below = lowerStatus(job, path);
	if (below === undefined || below.isSymbolicLink() !== (kind === 'symlink')) return false;
	if ((below.mode & 0o7777) !== mode || below.uid !== uid || below.gid !== gid) return false;
	if (kind === 'symlink') return readlinkSync(below.place) === link;
	return below.isFile() && below.size === size && below.mtimeMs === mtimeMs;
}
