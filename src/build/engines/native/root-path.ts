import {lstatSync, mkdirSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';
import {isSystemError} from '../../../base/errors.ts';
import {AgentError} from './agent-error.ts';

/**
 * Paths of a root file system that is not this process's own: links in it are followed as its programs would follow
 * them, and never out of it.
 */
export class RootPaths {
	readonly #root: string;
	/** Folders that were looked at, by path below the root: where they really are. */
	readonly #folders = new Map<string, string>([['', '']]);

	constructor(root: string) {
		this.#root = root;
	}

	/** The place on disk of a path whose last part is taken as it is. Missing folders above it are made, for root, 0755. */
	placeOf(path: string): string {
		const slash = path.lastIndexOf('/');
		return join(this.#root, this.#folderOf(slash === -1 ? '' : path.slice(0, slash), 0), path.slice(slash + 1));
	}

	/** The same, following a link at the end. */
	followed(path: string): string {
		return join(this.#root, this.#folderOf(path, 0));
	}

	#folderOf(path: string, depth: number): string {
		const known = this.#folders.get(path);
		if (known !== undefined) return known;
		if (depth > 40) throw new AgentError('verification', `Too many links lead to /${path}.`);
		const slash = path.lastIndexOf('/');
		const above = this.#folderOf(slash === -1 ? '' : path.slice(0, slash), depth + 1);
		const here = above === '' ? path.slice(slash + 1) : `${above}/${path.slice(slash + 1)}`;
		const real = this.#resolve(here, above, depth);
		this.#folders.set(path, real);
		return real;
	}

	#resolve(here: string, above: string, depth: number): string {
		const place = join(this.#root, here);
		try {
			const status = lstatSync(place);
			if (status.isDirectory()) return here;
			if (!status.isSymbolicLink()) throw new AgentError('verification', `/${here} is not a folder.`);
			return this.#folderOf(joinBelow(above, readlinkSync(place)), depth + 1);
		} catch (error) {
			if (!isSystemError(error, 'ENOENT')) throw error;
			mkdirSync(place, 0o755);
			return here;
		}
	}
}

/** Where a link in a folder leads, below the root: `..` at the root stays there. */
export function joinBelow(folder: string, target: string): string {
	const parts = target.startsWith('/') || folder === '' ? [] : folder.split('/');
	for (const part of target.split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	}
	return parts.join('/');
}
