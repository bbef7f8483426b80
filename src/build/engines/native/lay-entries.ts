import {
	chmodSync,
	closeSync,
	lchownSync,
	linkSync,
	lstatSync,
	mkdirSync,
	openSync,
	readSync,
	rmSync,
	symlinkSync,
	lutimesSync,
	utimesSync,
	writeSync,
} from 'node:fs';
import {isSystemError} from '../../../base/errors.ts';
import {AgentError} from './agent-error.ts';
import type {RootPaths} from './root-path.ts';
import type {SegmentEntry} from './segment.ts';

const buffer = Buffer.allocUnsafe(1 << 20);

/** Unpacks entries into a root, as dpkg does: an existing folder stays as it is, a link to a folder stays a link. */
export function layEntries(paths: RootPaths, entries: Iterable<SegmentEntry>, contentFile: string): void {
	const source = openSync(contentFile, 'r');
	try {
		for (const entry of entries) layEntry(paths, entry, source);
	} finally {
		closeSync(source);
	}
}

function layEntry(paths: RootPaths, entry: SegmentEntry, source: number): void {
	const place = paths.placeOf(entry.path);
	switch (entry.kind) {
		case 'directory': {
			if (isThere(place)) return;
			mkdirSync(place, entry.mode);
			break;
		}
		case 'symlink': {
			if (isFolder(place)) return;
			rmSync(place, {force: true});
			symlinkSync(entry.link, place);
			lchownSync(place, entry.uid, entry.gid);
			lutimesSync(place, entry.mtime, entry.mtime);
			return;
		}
		case 'hardlink': {
			rmSync(place, {force: true});
			linkSync(paths.placeOf(entry.link), place);
			return;
		}
		case 'file': {
			if (isThere(place)) rmSync(place);
			copyContent(source, entry, place);
			break;
		}
	}
	lchownSync(place, entry.uid, entry.gid);
	// After chown, which clears set-user-ID (chown(2)).
	chmodSync(place, entry.mode);
	utimesSync(place, entry.mtime, entry.mtime);
}

function copyContent(source: number, entry: SegmentEntry, place: string): void {
	const target = openSync(place, 'wx', 0o600);
	try {
		for (let done = 0; done < entry.size;) {
			const read = readSync(source, buffer, 0, Math.min(buffer.length, entry.size - done), entry.offset + done);
			if (read === 0)
				throw new AgentError('storage', `The cached package of /${entry.path} is cut short.`, 'Build again.');
			writeSync(target, buffer, 0, read);
			done += read;
		}
	} finally {
		closeSync(target);
	}
}

function isThere(place: string): boolean {
	return lstatSync(place, {throwIfNoEntry: false}) !== undefined;
}

function isFolder(place: string): boolean {
	try {
		return lstatSync(place).isDirectory();
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return false;
		throw error;
	}
}
