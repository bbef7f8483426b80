import {createHash} from 'node:crypto';
import {lstatSync, readdirSync} from 'node:fs';
import {join} from 'node:path';

/**
 * Names what a kept stage's folder holds, by names, kinds, sizes, modes and times, without reading contents: a stage that
 * was altered, or lost files, is made again before another is configured over it.
 */
export function treeFingerprint(folder: string): string {
	const hash = createHash('sha256');
	walk(folder, '', hash);
	return hash.digest('hex');
}

function walk(folder: string, path: string, hash: ReturnType<typeof createHash>): void {
	for (const name of readdirSync(join(folder, path)).sort()) {
		const inner = path === '' ? name : `${path}/${name}`;
		const status = lstatSync(join(folder, inner));
		const isFolder = status.isDirectory();
		// A folder's size and time depend on the file system, and follow from what is in it.
		const facts = isFolder ? [status.mode] : [status.mode, status.size, Math.floor(status.mtimeMs / 1000)];
		hash.update(`${inner}\0${[...facts, status.uid, status.gid].join(' ')}\n`);
		if (isFolder) walk(folder, inner, hash);
	}
}
