import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import {SlipwayError} from '../../../base/errors.ts';
import {readTar, type PlacedEntry} from '../../../image/tar/read-tar.ts';
import {isLeftover} from '../native/leftovers.ts';
import type {Segment} from '../native/segment.ts';
import type {Tree} from '../native/tree.ts';
import {writeStageResult, type FoundEntry} from '../native/write-stage-result.ts';
import {hostsPlace} from './stage-script.ts';

export interface ExportScan {
	/** `docker export` of the container in which the stage was configured. */
	readonly archive: string;
	/** What the container began with. */
	readonly lower: Tree;
	readonly segments: readonly Segment[];
	/** Where `result.json` and `changes.data` go. */
	readonly folder: string;
	readonly epoch: number;
}

const runtimeFiles: readonly string[] = ['etc/hosts', 'etc/hostname', 'etc/resolv.conf'];
const capability = 'SCHILY.xattr.security.capability';

/** Compares a container's files with what it began with and what the packages said: the same findings as on disk. */
export function scanExport({archive, lower, segments, folder, epoch}: ExportScan): void {
	const descriptor = openSync(archive, 'r');
	const readAt = (offset: number, length: number) => {
		const bytes = Buffer.alloc(length);
		return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
	};
	try {
		const placed = new Map<string, PlacedEntry>();
		const after = new Map<string, FoundEntry>();
		for (const entry of readTar(readAt, fstatSync(descriptor).size)) {
			const own = entry.path.replace(/^\.?\/+/u, '').replace(/\/+$/u, '');
			const path = own === hostsPlace ? 'etc/hosts' : own;
			if (path === '' || path.split('/').includes('..') || isOfRuntime(own, entry, lower)) continue;
			place(path, entry, placed, after);
		}
		// An empty one of the runtime hides the image's own: that stays as it was.
		for (const path of runtimeFiles) {
			const entry = lower.get(path)?.entry;
			if (entry?.kind !== 'file' || after.has(path)) continue;
			const {mode, uid, gid, size, mtime, link} = entry;
			after.set(path, {path, kind: 'file', mode, uid, gid, size, mtimeMs: mtime * 1000, link, inode: null});
		}
		const changed = [...after.values()].filter(entry => !isAsBelow(entry, lower));
		const removed = goneFrom(lower, after);
		const touched = foldersOf([...changed.map(({path}) => path), ...removed]);
		for (const {path, kind} of changed) if (kind === 'directory') touched.add(path);
		const found = changed.filter(
			({path, kind}) => kind !== 'directory' && !isLeftover(path) && !path.startsWith('run/'),
		);
		writeStageResult({
			folder,
			fingerprint: null,
			epoch,
			segments,
			found: new Map(found.map(entry => [entry.path, entry])),
			folders: [...touched].flatMap(path => {
				const entry = after.get(path);
				return entry?.kind === 'directory' && !isLeftover(path) ? [entry] : [];
			}),
			removed: removed.filter(path => !isLeftover(path)),
			isAsBelow: entry => isAsBelow(entry, lower),
			read({path}) {
				const entry = placed.get(path);
				if (entry === undefined) throw new SlipwayError('internal', `The container's /${path} is not in its export.`);
				return readAt(entry.offset, entry.size);
			},
			capabilitiesOf({path}) {
				const value = placed.get(path)?.attributes?.[capability];
				return value === undefined ? null : {[capability]: value};
			},
		});
	} finally {
		closeSync(descriptor);
	}
}

function place(
	path: string,
	entry: PlacedEntry,
	placed: Map<string, PlacedEntry>,
	after: Map<string, FoundEntry>,
): void {
	const {mode, uid, gid, size, mtime, link} = entry;
	switch (entry.kind) {
		case 'hardlink': {
			const target = link.replace(/^\.?\/+/u, '');
			const first = after.get(target);
			const content = placed.get(target);
			if (first === undefined || content === undefined) return;
			const inode = first.inode ?? target;
			after.set(target, {...first, inode});
			after.set(path, {...first, path, inode});
			placed.set(path, content);
			return;
		}
		case 'file':
		case 'directory':
		case 'symlink':
			placed.set(path, entry);
			after.set(path, {path, kind: entry.kind, mode, uid, gid, size, mtimeMs: mtime * 1000, link, inode: null});
			return;
		default:
			return; // Sockets, pipes and devices belong to running systems.
	}
}

/** Docker and Podman lay these into every container; an image that has them of its own keeps them. */
function isOfRuntime(path: string, {kind, size, link}: PlacedEntry, lower: Tree): boolean {
	if (path === '.dockerenv' || path === 'run/.containerenv') return true;
	if (path === 'etc/mtab') return !lower.nodes.has(path) && kind === 'symlink' && link === '/proc/mounts';
	return runtimeFiles.includes(path) && kind === 'file' && size === 0;
}

/** Times are whole seconds in an export, and those of the root that the container began with were, too. */
function isAsBelow({path, kind, mode, uid, gid, size, mtimeMs, link, inode}: FoundEntry, lower: Tree): boolean {
	const below = lower.get(path)?.entry;
	if (below === undefined) return false;
	const same = below.uid === uid && below.gid === gid;
	if (below.kind === 'hardlink') {
		const target = lower.get(below.link)?.entry;
		return inode !== null && target?.kind === 'file' && target.size === size && target.mtime * 1000 === mtimeMs;
	}
	if (below.kind !== kind || !same) return false;
	if (kind === 'symlink') return below.link === link;
	if (below.mode !== mode) return false;
	return kind === 'directory' || (below.size === size && below.mtime * 1000 === mtimeMs);
}

/** The topmost paths only: what is below them goes along. */
function goneFrom(lower: Tree, after: ReadonlyMap<string, FoundEntry>): readonly string[] {
	const gone = new Set([...lower.nodes.keys()].filter(path => !after.has(path)));
	return [...gone].filter(path => !gone.has(path.slice(0, Math.max(0, path.lastIndexOf('/')))));
}

function foldersOf(paths: readonly string[]): Set<string> {
	const folders = new Set<string>();
	for (const path of paths) {
		for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
			folders.add(path.slice(0, slash));
		}
	}
	return folders;
}
