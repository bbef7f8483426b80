import {createHash} from 'node:crypto';
import {closeSync, openSync, writeFileSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {sealJson} from '../../../base/sealed-json.ts';
import type {Segment, SegmentEntry} from './segment.ts';
import {hasStableForm, stableContent} from './stable-content.ts';
import {stageFormat, type ChangedEntry, type StageResult} from './stage-result.ts';

/** A path of a stage after its packages were configured. */
export interface FoundEntry {
	readonly path: string;
	readonly kind: 'file' | 'directory' | 'symlink';
	/** Permission bits with set-uid, set-gid and sticky. */
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	readonly size: number;
	readonly mtimeMs: number;
	/** Target of a symbolic link. */
	readonly link: string;
	/** The same for all names of one file; null for a file of one name. */
	readonly inode: number | string | null;
}

export interface StageFindings {
	/** Where `result.json` and `changes.data` go. */
	readonly folder: string;
	/** As in the result. */
	readonly fingerprint: string | null;
	/** Seconds: dates that scripts wrote into files become this one. */
	readonly epoch: number;
	/** In the order of installation. */
	readonly segments: readonly Segment[];
	/** Files and symbolic links that the stage made or touched. */
	readonly found: ReadonlyMap<string, FoundEntry>;
	readonly folders: readonly FoundEntry[];
	/** Paths of the stages below that are gone, topmost only. */
	readonly removed: readonly string[];
	/** Whether a path is as the stages below had it. */
	readonly isAsBelow: (entry: FoundEntry) => boolean;
	readonly read: (entry: FoundEntry) => Buffer;
	/** Capabilities of a file as PAX records; null without any. */
	readonly capabilitiesOf: (entry: FoundEntry) => Readonly<Record<string, string>> | null;
}

/** Tells what scripts changed from what is as its package has it, and writes both down. */
export function writeStageResult(findings: StageFindings): void {
	const {folder, fingerprint, found, folders, removed} = findings;
	const {missing, owned} = compare(findings);
	const changed = [...found.values()].filter(entry => !owned.has(entry.path) && !findings.isAsBelow(entry));
	const {changes, changesSha256} = writeChanges(findings, changed, owned);
	const result: StageResult = {
		format: stageFormat,
		changesSha256,
		fingerprint,
		missing,
		changes,
		folders: folders.map(entry => entryOf(entry, 'directory')).sort(byPath),
		removed: removed.toSorted(),
	};
	writeFileSync(join(folder, 'result.json'), sealJson(result));
}

interface Comparison {
	readonly missing: Record<string, readonly string[]>;
	/** Paths that are as a package has them. */
	readonly owned: ReadonlySet<string>;
}

function compare({segments, found, capabilitiesOf}: StageFindings): Comparison {
	const owner = new Map<string, string>();
	for (const {sha256, entries} of segments) {
		// The last package that has a file won it by Replaces, or it was equal.
		for (const entry of entries) if (isAsPackaged(entry, found)) owner.set(entry.path, sha256);
	}
	for (const {setsCapabilities, entries} of segments) {
		if (!setsCapabilities) continue;
		for (const {path} of entries) {
			const here = owner.has(path) ? found.get(path) : undefined;
			if (here?.kind === 'file' && capabilitiesOf(here) !== null) owner.delete(path);
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

function isAsPackaged(entry: SegmentEntry, found: ReadonlyMap<string, FoundEntry>): boolean {
	const here = found.get(entry.path);
	if (here === undefined) return false;
	switch (entry.kind) {
		case 'directory':
			return false;
		case 'symlink':
			return here.kind === 'symlink' && here.link === entry.link && here.uid === entry.uid && here.gid === entry.gid;
		case 'hardlink':
			return here.inode !== null && found.get(entry.link)?.inode === here.inode;
		case 'file':
			return (
				here.kind === 'file' &&
				here.size === entry.size &&
				here.mtimeMs === entry.mtime * 1000 &&
				here.mode === entry.mode &&
				here.uid === entry.uid &&
				here.gid === entry.gid
			);
	}
}

function writeChanges(
	{folder, epoch, found, read, capabilitiesOf}: StageFindings,
	changed: readonly FoundEntry[],
	owned: ReadonlySet<string>,
): Pick<StageResult, 'changes' | 'changesSha256'> {
	const byInode = new Map<number | string, string>();
	for (const path of owned) {
		const entry = found.get(path);
		if (entry?.kind === 'file' && entry.inode !== null) byInode.set(entry.inode, path);
	}
	const hash = createHash('sha256');
	const output = openSync(join(folder, 'changes.data'), 'w');
	const entries: ChangedEntry[] = [];
	let offset = 0;
	try {
		for (const entry of changed.toSorted(byPath)) {
			const {path, kind, inode} = entry;
			if (kind === 'symlink') {
				entries.push(entryOf(entry, 'symlink'));
				continue;
			}
			const first = inode === null ? undefined : byInode.get(inode);
			if (first !== undefined) {
				entries.push({...entryOf(entry, 'hardlink'), size: 0, link: first});
				continue;
			}
			if (inode !== null) byInode.set(inode, path);
			const content = read(entry);
			const kept = hasStableForm(path) ? stableContent(path, content, epoch) : content;
			const size = write(output, kept);
			hash.update(kept);
			const attributes = capabilitiesOf(entry);
			entries.push({...entryOf(entry, 'file'), size, offset, ...(attributes === null ? {} : {attributes})});
			offset += size;
		}
	} finally {
		closeSync(output);
	}
	entries.sort((a, b) => Number(a.kind === 'hardlink') - Number(b.kind === 'hardlink') || byPath(a, b));
	return {changes: entries, changesSha256: hash.digest('hex')};
}

function write(output: number, content: Buffer): number {
	for (let done = 0; done < content.length;) done += writeSync(output, content, done);
	return content.length;
}

function entryOf({path, mode, uid, gid, mtimeMs, link}: FoundEntry, kind: ChangedEntry['kind']): ChangedEntry {
	return {
		path,
		kind,
		mode: kind === 'symlink' ? 0o777 : mode,
		uid,
		gid,
		size: 0,
		mtime: kind === 'directory' ? 0 : Math.floor(mtimeMs / 1000),
		link,
		offset: 0,
	};
}

const byPath = (a: {readonly path: string}, b: {readonly path: string}) =>
	a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
