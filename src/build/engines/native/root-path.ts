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
		return join(this.#root, this.#madeFolder(folderOf(path)), lastPartOf(path));
	}

	/** The same of a path that is there; null of any other: nothing is made. */
	find(path: string): string | null {
		const folder = this.#lookUp(folderOf(path), 0, false);
		if (folder === null) return null;
		const place = join(this.#root, folder, lastPartOf(path));
		return lstatSync(place, {throwIfNoEntry: false}) === undefined ? null : place;
	}

	/** As placeOf, following a link at the end. */
	followed(path: string): string {
		return join(this.#root, this.#madeFolder(path));
	}

	#madeFolder(path: string): string {
		const folder = this.#lookUp(path, 0, true);
		if (folder === null) throw new AgentError('internal', `The folder /${path} was not made.`);
		return folder;
	}

	/** Where a folder really is; null if it is not there, and is not to be made. */
	#lookUp(path: string, depth: number, makes: boolean): string | null {
		const known = this.#folders.get(path);
		if (known !== undefined) return known;
		if (depth > 40) throw new AgentError('verification', `Too many links lead to /${path}.`);
		const above = this.#lookUp(folderOf(path), depth + 1, makes);
		if (above === null) return null;
		const here = above === '' ? lastPartOf(path) : `${above}/${lastPartOf(path)}`;
		const real = this.#resolve(here, above, depth, makes);
		if (real !== null) this.#folders.set(path, real);
		return real;
	}

	#resolve(here: string, above: string, depth: number, makes: boolean): string | null {
		const place = join(this.#root, here);
		try {
			const status = lstatSync(place);
			if (status.isDirectory()) return here;
			if (!status.isSymbolicLink()) throw new AgentError('verification', `/${here} is not a folder.`);
			return this.#lookUp(joinBelow(above, readlinkSync(place)), depth + 1, makes);
		} catch (error) {
			if (!isSystemError(error, 'ENOENT')) throw error;
			if (!makes) return null;
			mkdirSync(place, 0o755);
			return here;
		}
	}
}

const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const lastPartOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** Where a link in a folder leads, below the root: `..` at the root stays there. */
export function joinBelow(folder: string, target: string): string {
	const parts = target.startsWith('/') || folder === '' ? [] : folder.split('/');
	for (const part of target.split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	}
	return parts.join('/');
}
