import type {ImageFile} from '../../src/image/image-files.ts';
import {matchesFilter} from '../lists/filter.ts';

/** The files of an image, or of one of its layers, by the folder they are in. */
export interface FileTree {
	/** In the order of their paths. */
	readonly files: readonly ImageFile[];
	/** By the folder's path without slashes around it; the top is ''. Folders first, by name. */
	readonly children: ReadonlyMap<string, readonly FileNode[]>;
}

export interface FileNode {
	readonly path: string;
	readonly name: string;
	/** Null for a folder that has no entry of its own. */
	readonly file: ImageFile | null;
	readonly isFolder: boolean;
	/** Of a file its own; of a folder those of all files below it. */
	readonly sizeBytes: number;
}

export interface FileRow extends FileNode {
	readonly depth: number;
	readonly isOpen: boolean;
}

export function fileTree(files: readonly ImageFile[]): FileTree {
	const nodes = new Map<
		string,
		{path: string; name: string; file: ImageFile | null; isFolder: boolean; sizeBytes: number}
	>();
	const below = new Map<string, Set<string>>();
	const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')));
	const nodeOf = (path: string) => {
		const known = nodes.get(path);
		if (known) return known;
		const node = {path, name: path.slice(path.lastIndexOf('/') + 1), file: null, isFolder: true, sizeBytes: 0};
		nodes.set(path, node);
		if (path === '') return node;
		const parent = parentOf(path);
		nodeOf(parent);
		const siblings = below.get(parent) ?? new Set();
		below.set(parent, siblings.add(path));
		return node;
	};
	for (const file of files) {
		if (file.path === '' || file.path === '.') continue;
		const node = nodeOf(file.path);
		node.file = file;
		node.isFolder = file.kind === 'folder';
		if (file.kind === 'file') {
			node.sizeBytes = file.sizeBytes;
			for (let up = file.path; up !== '';) {
				up = parentOf(up);
				nodeOf(up).sizeBytes += file.sizeBytes;
			}
		}
	}
	const byName = (a: FileNode, b: FileNode) =>
		Number(b.isFolder) - Number(a.isFolder) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
	const children = new Map([...below].map(([folder, paths]) => [folder, [...paths].map(nodeOf).sort(byName)] as const));
	return {files: files.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)), children};
}

/** The tree as far as it is unfolded; with a filter every file whose path matches, without the tree. */
export function fileRows(tree: FileTree, openFolders: ReadonlySet<string>, filter: string): readonly FileRow[] {
	if (filter.trim() !== '') {
		return tree.files
			.filter(({path}) => matchesFilter(filter, path))
			.map(file => ({
				path: file.path,
				name: file.path,
				file,
				isFolder: file.kind === 'folder',
				sizeBytes: file.kind === 'file' ? file.sizeBytes : 0,
				depth: 0,
				isOpen: false,
			}));
	}
	const rows: FileRow[] = [];
	const walk = (folder: string, depth: number) => {
		for (const node of tree.children.get(folder) ?? []) {
			const isOpen = node.isFolder && openFolders.has(node.path);
			rows.push({...node, depth, isOpen});
			if (isOpen) walk(node.path, depth + 1);
		}
	};
	walk('', 0);
	return rows;
}

/** `drwxr-xr-x`, as `ls -l` says it (with setuid, setgid and sticky bits). */
export function modeText({kind, mode}: ImageFile): string {
	const type = {file: '-', folder: 'd', link: 'l', 'hard-link': '-', device: 'c', whiteout: 'w'}[kind];
	const three = (shift: number, special: boolean, letter: string) => {
		const bits = (mode >> shift) & 7;
		const execute = bits & 1 ? (special ? letter : 'x') : special ? letter.toUpperCase() : '-';
		return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${execute}`;
	};
	return `${type}${three(6, (mode & 0o4000) !== 0, 's')}${three(3, (mode & 0o2000) !== 0, 's')}${three(0, (mode & 0o1000) !== 0, 't')}`;
}
