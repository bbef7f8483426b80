import type {Segment} from './segment.ts';
import {isOfBuildOnly} from './build-only-traces.ts';
import {Tree, type TreeNode} from './tree.ts';

/** Folders where scripts of any package put things, whichever package brings the folder itself. */
const sharedFolders: readonly string[] = ['', 'etc/alternatives', 'usr/bin', 'usr/sbin'];

export interface ImageTreeInput {
	/** The whole root. */
	readonly configured: Tree;
	/** Every package that was configured. */
	readonly segments: readonly Segment[];
	/** SHA-256 of those whose files the image has. */
	readonly inImage: ReadonlySet<string>;
}

/**
 * What of the configured root belongs to the image: the files of its packages, and of what scripts made all that is not
 * the trace of a package that is only there for building. With every package in the image that is the whole root.
 */
export function imageTree({configured, segments, inImage}: ImageTreeInput): Tree {
	if (segments.every(({sha256}) => inImage.has(sha256))) return new Tree(configured.nodes);
	const claims = claimsOf(segments, inImage);
	const tree = new Tree();
	const folders = new Map<string, boolean>(sharedFolders.map(path => [path, true]));
	const keepsFolder = (path: string): boolean => {
		const known = folders.get(path);
		if (known !== undefined) return known;
		const claim = claims.get(path);
		// A folder that a script made stands where its own folder stands.
		const keeps =
			claim === undefined ? keepsFolder(path.slice(0, Math.max(0, path.lastIndexOf('/')))) : claim === 'in image';
		folders.set(path, keeps && !isOfBuildOnly(path, inImageNames));
		return folders.get(path) ?? false;
	};
	const inImageNames = new Set(segments.filter(({sha256}) => inImage.has(sha256)).map(segment => segment.package));
	for (const [path, node] of configured.nodes) {
		if (keeps(node, path)) tree.set(node);
	}
	keepLinkTargets(tree, configured);
	dropDanglingLinks(tree, configured);
	addFolders(tree, configured);
	return tree;

	function keeps({entry, owner}: TreeNode, path: string): boolean {
		if (entry.kind === 'directory') return keepsFolder(path);
		if (owner !== null) return inImage.has(owner);
		const claim = claims.get(path);
		if (claim !== undefined) return claim === 'in image';
		return keepsFolder(path.slice(0, Math.max(0, path.lastIndexOf('/')))) && !isOfBuildOnly(path, inImageNames);
	}
}

type Claim = 'in image' | 'build-only';

function claimsOf(segments: readonly Segment[], inImage: ReadonlySet<string>): ReadonlyMap<string, Claim> {
	const claims = new Map<string, Claim>();
	for (const {sha256, entries} of segments) {
		const claim = inImage.has(sha256) ? 'in image' : 'build-only';
		for (const {path} of entries) if (claim === 'in image' || !claims.has(path)) claims.set(path, claim);
	}
	return claims;
}

/**
 * What scripts made where a package of the image has a link to: Java's trust store, made by a package that is only there
 * for building.
 */
function keepLinkTargets(tree: Tree, configured: Tree): void {
	for (const [path, {entry, owner}] of tree.nodes) {
		if (entry.kind !== 'symlink' || owner === null) continue;
		const place = configured.resolve(path);
		const target = place === null ? undefined : configured.get(place);
		if (target?.owner === null && target.entry.kind === 'file' && !tree.nodes.has(target.entry.path)) tree.set(target);
	}
}

/** Links that scripts made to files that the image has not: alternatives, enabled units. Links of packages stay. */
function dropDanglingLinks(tree: Tree, configured: Tree): void {
	for (let dropped = true; dropped;) {
		dropped = false;
		for (const [path, {entry, owner}] of tree.nodes) {
			if (entry.kind !== 'symlink' || owner !== null) continue;
			const target = tree.resolve(path);
			if (target === null || target === '' || tree.nodes.has(target)) continue;
			// A link into /proc or /run dangled from the beginning, and means something to a running system.
			const before = configured.resolve(path);
			if (before === null || !configured.nodes.has(before)) continue;
			tree.nodes.delete(path);
			dropped = true;
		}
	}
}

/** Folders that hold something are there, whoever brought them. */
function addFolders(tree: Tree, configured: Tree): void {
	for (const path of Array.from(tree.nodes.keys())) {
		for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
			const folder = path.slice(0, slash);
			const node = configured.get(folder);
			if (tree.nodes.has(folder) || node === undefined) continue;
			tree.set(node);
		}
	}
}
