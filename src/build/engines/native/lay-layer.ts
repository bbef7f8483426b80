import {chmodSync, closeSync, fstatSync, lchownSync, lstatSync, openSync, readdirSync, readSync, rmSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {readTar, type PlacedEntry} from '../../../image/tar/read-tar.ts';
import {layEntries} from './lay-entries.ts';
import {RootPaths} from './root-path.ts';
import type {SegmentEntry} from './segment.ts';

const whiteout = '.wh.';

/** Applies an uncompressed layer to a root: OCI layer.md, whiteouts included. */
export function layLayer(root: string, tar: string): void {
	const descriptor = openSync(tar, 'r');
	try {
		const entries = [
			...readTar((offset, length) => {
				const bytes = Buffer.alloc(length);
				return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
			}, fstatSync(descriptor).size),
		];
		const paths = new RootPaths(root);
		for (const entry of entries) if (basename(entry.path).startsWith(whiteout)) remove(root, entry);
		for (const entry of entries) {
			if (basename(entry.path).startsWith(whiteout)) continue;
			const placed = toEntry(entry);
			if (placed === null) continue;
			// A layer sets its folders' modes, where a package leaves them.
			const place = paths.placeOf(placed.path);
			const known = lstatSync(place, {throwIfNoEntry: false});
			if (known !== undefined && known.isDirectory() !== (placed.kind === 'directory'))
				rmSync(place, {recursive: true});
			layEntries(paths, [placed], tar);
			if (placed.kind === 'directory' && known?.isDirectory()) setOwner(place, placed);
		}
	} finally {
		closeSync(descriptor);
	}
}

function setOwner(place: string, entry: SegmentEntry): void {
	lchownSync(place, entry.uid, entry.gid);
	chmodSync(place, entry.mode);
}

function toEntry(entry: PlacedEntry): SegmentEntry | null {
	const {kind} = entry;
	if (kind !== 'file' && kind !== 'directory' && kind !== 'symlink' && kind !== 'hardlink') return null;
	return {...entry, kind, path: entry.path.replace(/\/$/u, '')};
}

function remove(root: string, entry: PlacedEntry): void {
	const folder = join(root, dirname(entry.path));
	const name = basename(entry.path).slice(whiteout.length);
	if (name === '.wh..opq') for (const inner of readdirSync(folder)) rmSync(join(folder, inner), {recursive: true});
	else rmSync(join(folder, name), {recursive: true, force: true});
}
