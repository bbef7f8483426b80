import type {LayerEntry} from '../../../image/layer.ts';
import {joinBelow} from './root-path.ts';

/** A path of an image: what it is, and which package brought it. */
export interface TreeNode {
	readonly entry: LayerEntry;
	/** SHA-256 of the package whose file this is, unchanged; null for folders and what scripts or the engine made. */
	readonly owner: string | null;
}

/** The files of an image by path, without a slash at either end. */
export class Tree {
	readonly nodes: Map<string, TreeNode>;

	constructor(nodes: Iterable<readonly [string, TreeNode]> = []) {
		this.nodes = new Map(nodes);
	}

	get(path: string): TreeNode | undefined {
		return this.nodes.get(path);
	}

	set(node: TreeNode): void {
		const {path, kind} = node.entry;
		const known = this.nodes.get(path);
		if (known?.entry.kind === 'directory' && kind !== 'directory') this.remove(path);
		this.nodes.set(path, node);
	}

	/** The path, with all below it. */
	remove(path: string): void {
		const isFolder = this.nodes.get(path)?.entry.kind === 'directory';
		this.nodes.delete(path);
		if (!isFolder) return;
		const prefix = `${path}/`;
		for (const inner of this.nodes.keys()) if (inner.startsWith(prefix)) this.nodes.delete(inner);
	}

	/** Where a path really is, links on the way followed; the last part too unless `keepLast`. Null behind too many links. */
	resolve(path: string, {keepLast = false}: {readonly keepLast?: boolean} = {}): string | null {
		let rest = path.split('/').filter(part => part !== '' && part !== '.');
		let here = '';
		for (let links = 0; rest.length > 0;) {
			const [part = '', ...after] = rest;
			const next = joinBelow(here, part);
			const node = this.nodes.get(next);
			rest = after;
			if (node?.entry.kind === 'symlink' && !(keepLast && rest.length === 0)) {
				if (++links > 40) return null;
				rest = [...joinBelow(here, node.entry.link).split('/').filter(Boolean), ...rest];
				here = '';
			} else here = next;
		}
		return here;
	}

	/** A folder, with those above it, unless there is one. Returns its path, links followed. */
	makeFolder(path: string, mtime: number): string {
		const place = this.resolve(path) ?? path;
		const parts = place === '' ? [] : place.split('/');
		for (let count = 1; count <= parts.length; count++) {
			const folder = parts.slice(0, count).join('/');
			if (this.nodes.has(folder)) continue;
			this.set({entry: folderEntry(folder, mtime), owner: null});
		}
		return place;
	}
}

export const folderEntry = (path: string, mtime: number, mode = 0o755, uid = 0, gid = 0): LayerEntry => ({
	path,
	kind: 'directory',
	mode,
	uid,
	gid,
	size: 0,
	mtime,
	link: '',
	content: null,
});

export const fileEntry = (
	path: string,
	content: Uint8Array,
	facts: {readonly mtime: number; readonly mode?: number; readonly uid?: number; readonly gid?: number},
): LayerEntry => ({
	path,
	kind: 'file',
	mode: facts.mode ?? 0o644,
	uid: facts.uid ?? 0,
	gid: facts.gid ?? 0,
	size: content.length,
	mtime: facts.mtime,
	link: '',
	content,
});
