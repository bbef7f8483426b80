import {SlipwayError} from '../../../base/errors.ts';
import {safeText} from '../../../base/safe-text.ts';
import type {PlacedEntry} from '../../../image/tar/read-tar.ts';
import type {SegmentEntry} from './segment.ts';

const largestFileBytes = 8 * 2 ** 30;
const mostEntries = 1_000_000;
/** Ids of Debian's packages (Debian policy 9.2.2), and those that a sandbox has. */
const highestId = 65_534;

/** Folders of the root that are links into /usr in every release that Slipway builds (Debian policy 10.1, usrmerge). */
export const mergedFolders: readonly string[] = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'libo32'];

/**
 * A package's members as entries of an image, sorted. Refuses whatever could be written outside of its own place:
 * absolute paths, `..`, members below a link, devices, control characters. Throws `verification`.
 */
export function safeEntries(members: Iterable<PlacedEntry>, contentOffset: number): readonly SegmentEntry[] {
	const entries = new Map<string, SegmentEntry>();
	let count = 0;
	for (const member of members) {
		if (++count > mostEntries) throw refused(member.path, 'is one of more than a million members');
		const path = mergedPath(cleanPath(member.path), member.kind === 'symlink');
		if (path === '') continue;
		const {kind} = member;
		if (kind === 'fifo' || kind === 'character-device' || kind === 'block-device') {
			throw refused(member.path, `is a ${kind.replace('-', ' ')}`);
		}
		if ([member.uid, member.gid].some(id => id < 0 || id > highestId))
			throw refused(member.path, 'has an owner of absurd number');
		if (member.size > largestFileBytes) throw refused(member.path, 'is of absurd size');
		if (/[\u0000-\u001f\u007f]/u.test(member.link))
			throw refused(member.path, 'links to a name with control characters');
		const link = kind === 'hardlink' ? mergedPath(cleanPath(member.link), false) : member.link;
		if (kind === 'hardlink' && entries.get(link)?.kind !== 'file') {
			throw refused(member.path, 'is a hard link to something that is not a file of the package before it');
		}
		if (kind === 'symlink' && link === '') throw refused(member.path, 'is a link without a target');
		const known = entries.get(path);
		if (known !== undefined && (known.kind !== 'directory' || kind !== 'directory')) {
			throw refused(member.path, 'is in the package twice');
		}
		if (known !== undefined) continue;
		const {mode, uid, gid, size, mtime} = member;
		entries.set(path, {path, kind, mode, uid, gid, size, mtime, link, offset: member.offset + contentOffset});
	}
	for (const {path} of entries.values()) refuseBelowNonFolder(path, entries);
	return sorted([...entries.values()]);
}

function cleanPath(raw: string): string {
	if (/[\u0000-\u001f\u007f]/u.test(raw)) throw refused(raw, 'has control characters in its name');
	// A name that is not UTF-8 was read with replacement characters, and could not be written again as it was.
	if (raw.includes('\ufffd')) throw refused(raw, 'has a name that is not UTF-8');
	if (raw.startsWith('/')) throw refused(raw, 'has an absolute path');
	const parts = raw.split('/').filter(part => part !== '' && part !== '.');
	if (parts.includes('..')) throw refused(raw, 'has a path that goes up');
	if (raw.length > 4000 || parts.some(part => Buffer.byteLength(part) > 255)) throw refused(raw, 'has too long a name');
	return parts.join('/');
}

/** /lib/x86_64-linux-gnu/libc.so.6 is installed as /usr/lib/… . The links /bin, /lib … themselves stay. */
export function mergedPath(path: string, isLink: boolean): string {
	const slash = path.indexOf('/');
	const first = slash === -1 ? path : path.slice(0, slash);
	return mergedFolders.includes(first) && !(isLink && slash === -1) ? `usr/${path}` : path;
}

function refuseBelowNonFolder(path: string, entries: ReadonlyMap<string, SegmentEntry>): void {
	for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
		const above = entries.get(path.slice(0, slash));
		if (above !== undefined && above.kind !== 'directory') {
			throw refused(path, `lies below the ${above.kind === 'symlink' ? 'link' : 'file'} ${above.path}`);
		}
	}
}

/** By UTF-16 units; hard links behind all files, since what they name has to be there when they are unpacked. */
function sorted(entries: SegmentEntry[]): readonly SegmentEntry[] {
	const rank = (entry: SegmentEntry) => (entry.kind === 'hardlink' ? 1 : 0);
	return entries.sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function refused(path: string, what: string): SlipwayError {
	return new SlipwayError(
		'verification',
		`The package was refused: its member ${safeText(path).slice(0, 200)} ${what}.`,
		{
			hint: 'Packages like this one are not made by Debian. Check the mirror.',
		},
	);
}
