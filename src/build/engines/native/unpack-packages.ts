import {closeSync, lstatSync, openSync, readSync} from 'node:fs';
import {join} from 'node:path';
import {readTar} from '../../../image/tar/read-tar.ts';
import {DpkgDatabase} from './dpkg-database.ts';
import {layEntries} from './lay-entries.ts';
import {RootPaths} from './root-path.ts';
import type {Segment, SegmentEntry} from './segment.ts';

export interface UnpackOptions {
	readonly root: string;
	/** In the order of installation. */
	readonly segments: readonly Segment[];
	/** Holds `SHA256/package.deb` of each. */
	readonly segmentFolder: string;
	/** Their files are in place already. */
	readonly areExtracted: boolean;
	/** Has dpkg unpack these. */
	readonly runDpkg: (segments: readonly Segment[]) => Promise<void>;
	readonly onUnpacked: (segment: Segment) => void;
}

/**
 * Unpacks packages. dpkg needs a tenth of a second for each, most of it to start programs and to read its database anew;
 * most packages ask for nothing but their files and a note, and get both here. Whoever asks for more is left to dpkg, first,
 * so that diversions are known.
 */
export async function unpackPackages(options: UnpackOptions): Promise<void> {
	const {root, segments, segmentFolder, areExtracted, runDpkg, onUnpacked} = options;
	const shared = pathsOfSeveral(segments);
	const fileOf = ({sha256}: Segment) => join(segmentFolder, sha256, 'package.deb');
	const plain = new Set(
		segments.filter(
			segment =>
				!segment.entries.some(({path}) => shared.has(path)) &&
				asksForFilesOnly(segment) &&
				!isInterested(segment, fileOf(segment)),
		),
	);
	const demanding = segments.filter(segment => !plain.has(segment));
	if (demanding.length > 0) await runDpkg(demanding);
	const paths = new RootPaths(root);
	const database = DpkgDatabase.open(paths);
	const left: Segment[] = [];
	for (const segment of plain) {
		const file = fileOf(segment);
		const list = listOf(file, segment);
		const canLay = areExtracted || segment.entries.every(entry => hasRoom(paths, entry));
		if (database === null || !canLay || list.some(path => database.isSpecial(path))) {
			left.push(segment);
			continue;
		}
		layEntries(paths, areExtracted ? waitingFiles(segment) : asUnpacked(segment), file);
		database.add({segment, list, contentOf: ({offset, size}) => readAt(file, offset, size)});
		onUnpacked(segment);
	}
	database?.close();
	if (left.length > 0) await runDpkg(left);
}

/** Whether dpkg would do no more than lay files and note them. */
function asksForFilesOnly({package: name, control, controlFiles, conffiles, entries}: Segment): boolean {
	const names = new Set(controlFiles.map(file => file.name));
	const files = new Set(entries.filter(({kind}) => kind === 'file').map(({path}) => `/${path}`));
	const linked = new Set(entries.filter(({kind}) => kind === 'hardlink').map(({link}) => `/${link}`));
	return (
		/^[a-z0-9][a-z0-9+.-]+$/u.test(name) &&
		control.startsWith('Package:') &&
		!/\n\s*\n\S/u.test(control) &&
		!/^(?:Status|Conffiles|Config-Version|Triggers-Pending|Triggers-Awaited):/imu.test(control) &&
		// Runs before the files are there.
		!names.has('preinst') &&
		// dpkg reckons them itself.
		names.has('md5sums') &&
		!names.has('list') &&
		!controlFiles.some(file => file.name.includes('.')) &&
		conffiles.every(path => files.has(path) && !linked.has(path)) &&
		// Names of owners are looked up in the root's own accounts.
		entries.every(({uid, gid}) => uid === 0 && gid === 0)
	);
}

/** Whether the files of other packages activate triggers of this one: dpkg notes that in a file for all. */
function isInterested({controlFiles}: Segment, file: string): boolean {
	const triggers = controlFiles.find(({name}) => name === 'triggers');
	if (triggers === undefined) return false;
	return /^[ \t]*interest/mu.test(readAt(file, triggers.offset, triggers.size).toString('utf8'));
}

function pathsOfSeveral(segments: readonly Segment[]): ReadonlySet<string> {
	const seen = new Set<string>();
	const shared = new Set<string>();
	for (const {entries} of segments) {
		for (const {path, kind} of entries) {
			if (kind === 'directory') continue;
			if (seen.has(path)) shared.add(path);
			seen.add(path);
		}
	}
	return shared;
}

/** Whether nothing would be replaced, now or when a configuration file of another package comes to its place. */
function hasRoom(paths: RootPaths, {path, kind}: SegmentEntry): boolean {
	const place = paths.find(path) ?? paths.find(`${path}.dpkg-new`);
	if (place === null) return true;
	if (kind !== 'directory') return false;
	const status = lstatSync(place);
	return status.isDirectory() || status.isSymbolicLink();
}

/** A configuration file waits beside its place until the package is configured. */
function asUnpacked(segment: Segment): readonly SegmentEntry[] {
	const waiting = new Set(segment.conffiles);
	return [...segment.entries.filter(({path}) => !waiting.has(`/${path}`)), ...waitingFiles(segment)];
}

function waitingFiles({entries, conffiles}: Segment): readonly SegmentEntry[] {
	const waiting = new Set(conffiles);
	return entries.filter(({path}) => waiting.has(`/${path}`)).map(entry => ({...entry, path: `${entry.path}.dpkg-new`}));
}

/** As dpkg lists them: in the archive's order, but symbolic links, which it makes when all else is there, last. */
function listOf(file: string, {data}: Segment): readonly string[] {
	const source = openSync(file, 'r');
	try {
		const buffer = Buffer.alloc(1 << 20);
		const members = readTar((offset, length) => {
			const most = Math.min(length, data.sizeBytes - offset);
			return buffer.subarray(0, readSync(source, buffer, 0, most, data.offset + offset));
		}, data.sizeBytes);
		const [others, links] = [[] as string[], [] as string[]];
		for (const {path, kind} of members) {
			const parts = path.split('/').filter(part => part !== '' && part !== '.');
			(kind === 'symlink' ? links : others).push(parts.length === 0 ? '/.' : `/${parts.join('/')}`);
		}
		return [...others, ...links];
	} finally {
		closeSync(source);
	}
}

function readAt(file: string, offset: number, size: number): Buffer {
	const source = openSync(file, 'r');
	try {
		const content = Buffer.alloc(size);
		return content.subarray(0, readSync(source, content, 0, size, offset));
	} finally {
		closeSync(source);
	}
}
