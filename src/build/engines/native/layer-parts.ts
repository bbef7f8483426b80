import {join} from 'node:path';
import type {LayerEntry, LayerPart} from '../../../image/layer.ts';
import {layerEntryOf, memberEntries, type MemberFacts} from './make-member.ts';
import type {Segment} from './segment.ts';
import type {Tree, TreeNode} from './tree.ts';

/** What a layer has to say so that the tree below becomes this one. */
export interface LayerContent {
	/** Sorted by path; folders that hold something of the layer are among them, so that unpackers make none of their own. */
	readonly folders: readonly TreeNode[];
	readonly nodes: readonly TreeNode[];
	/** Paths that are gone. Sorted. */
	readonly gone: readonly string[];
}

export function differenceOf(below: Tree | null, tree: Tree): LayerContent {
	const folders = new Map<string, TreeNode>();
	const nodes: TreeNode[] = [];
	for (const [path, node] of tree.nodes) {
		const known = below?.get(path);
		if (known !== undefined && isSame(known, node)) continue;
		if (node.entry.kind === 'directory') folders.set(path, node);
		else nodes.push(node);
	}
	const gone = below === null ? [] : goneOf(below, tree);
	const paths = [...nodes.map(({entry}) => entry.path), ...folders.keys(), ...gone];
	for (const path of paths) {
		for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
			const folder = tree.get(path.slice(0, slash));
			if (folder?.entry.kind === 'directory') folders.set(folder.entry.path, folder);
		}
	}
	return {folders: [...folders.values()].sort(byPath), nodes: withLinksInside(nodes, tree), gone};
}

function isSame(a: TreeNode, b: TreeNode): boolean {
	if (a === b) return true;
	if (a.owner !== null || b.owner !== null) return a.owner === b.owner;
	const [left, right] = [a.entry, b.entry];
	if (left.kind !== right.kind || left.mode !== right.mode || left.uid !== right.uid || left.gid !== right.gid)
		return false;
	if (left.kind === 'directory') return true;
	if (left.link !== right.link || left.size !== right.size || left.mtime !== right.mtime) return false;
	return hasSameContent(left, right);
}

function hasSameContent({content: left}: LayerEntry, {content: right}: LayerEntry): boolean {
	if (left === null || right === null) return left === right;
	if (left instanceof Uint8Array) return right instanceof Uint8Array && Buffer.compare(left, right) === 0;
	return !(right instanceof Uint8Array) && left.file === right.file && left.offset === right.offset;
}

/** The topmost paths only: a whiteout takes all below it along. */
function goneOf(below: Tree, tree: Tree): readonly string[] {
	const gone = [...below.nodes.keys()].filter(path => !tree.nodes.has(path));
	const all = new Set(gone);
	return gone
		.filter(path => {
			const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
			// Below a file that took a folder's place nothing has to be removed.
			return !all.has(folder) && (folder === '' || tree.get(folder)?.entry.kind === 'directory');
		})
		.sort();
}

/** A hard link can only name a file of its own layer (each may be unpacked alone): any other becomes a copy. */
function withLinksInside(nodes: readonly TreeNode[], tree: Tree): readonly TreeNode[] {
	const inside = new Set(nodes.map(({entry}) => entry.path));
	return nodes.map(node => {
		const {entry} = node;
		if (entry.kind !== 'hardlink' || (inside.has(entry.link) && tree.get(entry.link)?.entry.kind === 'file'))
			return node;
		const target = tree.get(entry.link)?.entry;
		return target?.kind === 'file' ? {entry: {...target, path: entry.path}, owner: null} : node;
	});
}

/** Parts of a layer: folders, whiteouts, then a member a package, then what scripts and the engine made. */
export async function partsOf(
	content: LayerContent,
	segments: readonly Segment[],
	folderOf: (sha256: string) => string,
	memberOf: (sha256: string) => Promise<MemberFacts>,
): Promise<readonly LayerPart[]> {
	const byOwner = Map.groupBy(content.nodes, ({owner}) => owner);
	const head = [
		...content.folders.map(({entry}) => ({...entry, path: `${entry.path}/`})),
		...content.gone.map(whiteoutOf),
	];
	const parts: LayerPart[] = [{entries: head, ready: null}];
	for (const segment of segments) {
		const nodes = byOwner.get(segment.sha256);
		if (nodes === undefined) continue;
		const kept = new Set(nodes.map(({entry}) => entry.path));
		const folder = folderOf(segment.sha256);
		const entries = memberEntries(segment);
		const facts = entries.length === kept.size ? await memberOf(segment.sha256) : null;
		parts.push({
			entries: entries.filter(({path}) => kept.has(path)).map(entry => layerEntryOf(folder, entry)),
			ready: facts === null ? null : {...facts, file: join(folder, 'member.gz')},
		});
	}
	const others = [...(byOwner.get(null) ?? [])].sort(byPath).map(({entry}) => entry);
	parts.push({entries: others.filter(entry => entry.kind !== 'hardlink'), ready: null});
	parts.push({entries: others.filter(entry => entry.kind === 'hardlink'), ready: null});
	return parts.filter(({entries}) => entries.length > 0);
}

function whiteoutOf(path: string): LayerEntry {
	const slash = path.lastIndexOf('/');
	const name = `${path.slice(0, slash + 1)}.wh.${path.slice(slash + 1)}`;
	return {path: name, kind: 'file', mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 0, link: '', content: null};
}

const byPath = (a: TreeNode, b: TreeNode) => (a.entry.path < b.entry.path ? -1 : a.entry.path > b.entry.path ? 1 : 0);
