import {createHash} from 'node:crypto';
import {closeSync, createReadStream, createWriteStream, fstatSync, openSync, readSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {createGunzip} from 'node:zlib';
import {stableKeystore} from '../../../src/build/engines/native/stable-keystore.ts';
import {readTar} from '../../../src/image/tar/read-tar.ts';
import {temporaryFolder} from '../../support/temporary-folder.ts';

/** A path as a line that two trees can be compared by: kind, mode, owner, and content or target. */
export type FileTree = Map<string, string>;

/** Applies a tar to a tree: OCI whiteouts remove, hard links count as the file that they name. */
export function applyTar(tree: FileTree, file: string): void {
	const descriptor = openSync(file, 'r');
	const readAt = (offset: number, length: number) => {
		const bytes = Buffer.alloc(length);
		return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
	};
	try {
		for (const entry of readTar(readAt, fstatSync(descriptor).size)) {
			const path = entry.path.replace(/^\.?\/+/u, '').replace(/\/$/u, '');
			if (path === '' || path === '.') continue;
			if (basename(path).startsWith('.wh.')) {
				const gone = join(dirname(path), basename(path).slice(4));
				for (const known of tree.keys()) if (known === gone || known.startsWith(`${gone}/`)) tree.delete(known);
				continue;
			}
			const owner = `${entry.mode.toString(8).padStart(4, '0')} ${entry.uid}:${entry.gid}`;
			if (entry.kind === 'hardlink') {
				tree.set(path, tree.get(entry.link.replace(/^\.?\/+/u, '')) ?? 'a hard link to nothing');
			} else if (entry.kind === 'file') {
				tree.set(
					path,
					`file ${owner} ${hashOf(readAt, entry.offset, entry.size, path)}${capabilityOf(entry.attributes)}`,
				);
			} else if (entry.kind === 'symlink')
				tree.set(path, `link ${entry.uid}:${entry.gid} ${entry.link.replace(/^\/lib\//, '/usr/lib/')}`);
			else tree.set(path, `${entry.kind} ${owner}`);
		}
	} finally {
		closeSync(descriptor);
	}
}

export async function treeOfTar(file: string): Promise<FileTree> {
	const tree: FileTree = new Map();
	applyTar(tree, file);
	return tree;
}

/** The files of an image by its compressed layers, lowest first. */
export async function treeOfLayers(blobs: readonly string[]): Promise<FileTree> {
	const folder = await temporaryFolder('tree');
	try {
		const tree: FileTree = new Map();
		for (const [number, blob] of blobs.entries()) {
			const tar = join(folder, `${number}.tar`);
			await pipeline(createReadStream(blob), createGunzip(), createWriteStream(tar));
			applyTar(tree, tar);
		}
		return tree;
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
}

function hashOf(
	readAt: (offset: number, length: number) => Buffer,
	offset: number,
	size: number,
	path: string,
): string {
	const hash = createHash('sha256');
	if (path === 'etc/shadow') {
		// The third field is the day on which the account was made: shadow(5).
		hash.update(
			readAt(offset, size)
				.toString('latin1')
				.replaceAll(/^([^:\n]*:[^:\n]*:)\d+/gm, '$1DAY'),
		);
	} else if (isUnordered(path)) {
		hash.update(readAt(offset, size).toString('latin1').split('\n').sort().join('\n'));
	} else if (path === 'etc/ssl/certs/java/cacerts') {
		// Times of import, in the order of a hash table.
		hash.update(stableKeystore(readAt(offset, size), 0));
	} else {
		for (let done = 0; done < size; done += 1 << 20) hash.update(readAt(offset + done, Math.min(1 << 20, size - done)));
	}
	return hash.digest('hex').slice(0, 16);
}

/** Lists to which packages add themselves as they are installed; nothing reads an order from them. */
const isUnordered = (path: string) => /^var\/lib\/(?:dpkg\/triggers\/|ucf\/(?:hashfile|registry)$)/.test(path);

const capabilityOf = (attributes: Readonly<Record<string, string>> | undefined) =>
	attributes?.['SCHILY.xattr.security.capability'] === undefined ? '' : ' +capabilities';

export interface Difference {
	readonly path: string;
	readonly ours: string | null;
	readonly theirs: string | null;
}

export function differencesOf(ours: FileTree, theirs: FileTree): readonly Difference[] {
	const paths = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
	return paths
		.map(path => ({path, ours: ours.get(path) ?? null, theirs: theirs.get(path) ?? null}))
		.filter(difference => difference.ours !== difference.theirs);
}
