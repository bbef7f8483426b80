import {
	closeSync,
	lstatSync,
	openSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import type {Stats} from 'node:fs';
import {join} from 'node:path';
import {fileCapabilities} from './file-capabilities.ts';
import {isLeftover} from './leftovers.ts';
import type {StageJob} from './sandbox-job.ts';
import type {Segment, SegmentEntry} from './segment.ts';
import {hasStableForm, stableContent} from './stable-content.ts';
import {stageFormat, type ChangedEntry, type StageResult} from './stage-result.ts';

type Job = StageJob & {readonly root: string};

interface Found {
	readonly path: string;
	readonly status: Stats;
	readonly link: string;
}

/**
 * Compares what is on disk with what the packages said, and writes `result.json` and `changes.data`. Looks only at the
 * folder that holds this stage's own files, so that its cost follows the stage, not the root.
 */
export function scanStage(job: Job, segments: readonly Segment[]): void {
	const found = new Map<string, Found>();
	const folders = new Map<string, Found>();
	const removed: string[] = [];
	walk(job, '', found, folders, removed);
	const {missing, owned} = compare(job, segments, found);
	const changed = [...found.values()].filter(({path}) => !owned.has(path)).filter(entry => !isAsBelow(job, entry));
	const changes = writeChanges(job, changed, found, owned);
	const result: StageResult = {
		format: stageFormat,
		missing,
		changes,
		folders: [...folders.values()].map(entry => entryOf(entry, 'directory')).sort(byPath),
		removed: removed.sort(),
	};
	writeFileSync(join(job.folder, 'result.json'), JSON.stringify(result));
}

function walk(job: Job, path: string, found: Map<string, Found>, folders: Map<string, Found>, removed: string[]): void {
	const names = readdirSync(join(job.folder, 'diff', path));
	removed.push(...goneFrom(job, path));
	for (const name of names) {
		const inner = path === '' ? name : `${path}/${name}`;
		if (isLeftover(inner)) continue;
		const place = join(job.folder, 'diff', inner);
		const status = lstatSync(place);
		if (status.isDirectory()) {
			folders.set(inner, {path: inner, status, link: ''});
			walk(job, inner, found, folders, removed);
		} else if (inner.startsWith('run/')) {
			continue; // Files of running systems; the folders are asked for by servers.
		} else if (status.isFile()) found.set(inner, {path: inner, status, link: ''});
		else if (status.isSymbolicLink()) found.set(inner, {path: inner, status, link: readlinkSync(place)});
		// Whiteouts are found by goneFrom; sockets, pipes and devices belong to running systems.
	}
}

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
function isAsBelow(job: Job, {path, status, link}: Found): boolean {
	const below = lowerStatus(job, path);
	if (below === undefined || below.mode !== status.mode || below.uid !== status.uid || below.gid !== status.gid)
		return false;
	if (status.isSymbolicLink()) return readlinkSync(below.place) === link;
	return below.size === status.size && below.mtimeMs === status.mtimeMs;
}

interface Comparison {
	readonly missing: Record<string, readonly string[]>;
	/** Paths that are as a package has them. */
	readonly owned: ReadonlySet<string>;
}

function compare(job: Job, segments: readonly Segment[], found: ReadonlyMap<string, Found>): Comparison {
	const owner = new Map<string, string>();
	for (const {sha256, entries} of segments) {
		// The last package that has a file won it by Replaces, or it was equal.
		for (const entry of entries) if (isAsPackaged(entry, found)) owner.set(entry.path, sha256);
	}
	for (const {setsCapabilities, entries} of segments) {
		if (!setsCapabilities) continue;
		for (const {path} of entries) {
			const here = owner.has(path) ? found.get(path) : undefined;
			if (here !== undefined && fileCapabilities(join(job.folder, 'diff', path), here.status) !== null)
				owner.delete(path);
		}
	}
	// A hard link to a file that came out differently is a file of its own.
	for (const {sha256, entries} of segments) {
		for (const entry of entries) {
			if (entry.kind !== 'hardlink' || owner.get(entry.path) !== sha256) continue;
			if (owner.get(entry.link) !== sha256) owner.delete(entry.path);
		}
	}
	const missing: Record<string, readonly string[]> = {};
	for (const {sha256, entries} of segments) {
		const paths = entries
			.filter(entry => entry.kind !== 'directory' && owner.get(entry.path) !== sha256)
			.map(entry => entry.path);
		if (paths.length > 0) missing[sha256] = paths;
	}
	return {missing, owned: new Set(owner.keys())};
}

function isAsPackaged(entry: SegmentEntry, found: ReadonlyMap<string, Found>): boolean {
	const here = found.get(entry.path);
	if (here === undefined) return false;
	const {status, link} = here;
	switch (entry.kind) {
		case 'directory':
			return false;
		case 'symlink':
			return status.isSymbolicLink() && link === entry.link && status.uid === entry.uid && status.gid === entry.gid;
		case 'hardlink':
			return found.get(entry.link)?.status.ino === status.ino;
		case 'file':
			return (
				status.isFile() &&
				status.size === entry.size &&
				status.mtimeMs === entry.mtime * 1000 &&
				(status.mode & 0o7777) === entry.mode &&
				status.uid === entry.uid &&
				status.gid === entry.gid
			);
	}
}

function writeChanges(
	job: Job,
	changed: readonly Found[],
	found: ReadonlyMap<string, Found>,
	owned: ReadonlySet<string>,
): readonly ChangedEntry[] {
	const byInode = new Map<number, string>();
	for (const path of owned) {
		const status = found.get(path)?.status;
		if (status?.isFile() && status.nlink > 1) byInode.set(status.ino, path);
	}
	const output = openSync(join(job.folder, 'changes.data'), 'w');
	const entries: ChangedEntry[] = [];
	let offset = 0;
	try {
		for (const entry of [...changed].sort(byPath)) {
			const {path, status} = entry;
			if (status.isSymbolicLink()) {
				entries.push(entryOf(entry, 'symlink'));
				continue;
			}
			const first = status.nlink > 1 ? byInode.get(status.ino) : undefined;
			if (first !== undefined) {
				entries.push({...entryOf(entry, 'hardlink'), size: 0, link: first});
				continue;
			}
			if (status.nlink > 1) byInode.set(status.ino, path);
			const place = join(job.folder, 'diff', path);
			const size = hasStableForm(path)
				? write(output, stableContent(path, readFileSync(place), job.epoch))
				: copy(output, place);
			const attributes = fileCapabilities(place, status);
			entries.push({...entryOf(entry, 'file'), size, offset, ...(attributes === null ? {} : {attributes})});
			offset += size;
		}
	} finally {
		closeSync(output);
	}
	return entries.sort((a, b) => Number(a.kind === 'hardlink') - Number(b.kind === 'hardlink') || byPath(a, b));
}

function copy(output: number, place: string): number {
	const content = readFileSync(place);
	return write(output, content);
}

function write(output: number, content: Buffer): number {
	for (let done = 0; done < content.length;) done += writeSync(output, content, done);
	return content.length;
}

function entryOf({path, status, link}: Found, kind: ChangedEntry['kind']): ChangedEntry {
	return {
		path,
		kind,
		mode: kind === 'symlink' ? 0o777 : status.mode & 0o7777,
		uid: status.uid,
		gid: status.gid,
		size: 0,
		mtime: kind === 'directory' ? 0 : Math.floor(status.mtimeMs / 1000),
		link,
		offset: 0,
	};
}

const byPath = (a: {readonly path: string}, b: {readonly path: string}) =>
	a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
