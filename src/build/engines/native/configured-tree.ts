import {join} from 'node:path';
import type {LayerEntry} from '../../../image/layer.ts';
import {layerEntryOf} from './make-member.ts';
import type {Segment} from './segment.ts';
import type {ChangedEntry} from './stage-result.ts';
import type {Stage} from './stages.ts';
import {Tree} from './tree.ts';

export interface ConfiguredStage {
	readonly stage: Stage;
	/** In the order of installation. */
	readonly segments: readonly Segment[];
	/** Seconds: no time in the tree is later. */
	readonly epoch: number;
}

/** The whole root after its stages, as data: nothing on disk but results and segments is looked at. */
export function configuredTree(stages: readonly ConfiguredStage[], segmentFolder: (sha256: string) => string): Tree {
	const tree = new Tree();
	for (const {stage, segments, epoch} of stages) {
		const {result, folder} = stage;
		for (const path of result.removed) tree.remove(path);
		for (const changed of result.folders) {
			tree.set({entry: {...changedEntry(folder, changed), mtime: epoch}, owner: null});
		}
		for (const segment of segments) {
			const missing = new Set(result.missing[segment.sha256]);
			const home = segmentFolder(segment.sha256);
			for (const entry of segment.entries) {
				if (entry.kind === 'directory' || missing.has(entry.path)) continue;
				const late = entry.mtime > epoch;
				const placed = layerEntryOf(home, entry);
				tree.set(late ? {entry: {...placed, mtime: epoch}, owner: null} : {entry: placed, owner: segment.sha256});
			}
		}
		for (const changed of result.changes) {
			const entry = changedEntry(folder, changed);
			tree.set({entry: {...entry, mtime: Math.min(entry.mtime, epoch)}, owner: null});
		}
	}
	return tree;
}

const changedEntry = (stageFolder: string, {offset, ...entry}: ChangedEntry): LayerEntry => ({
	...entry,
	content: entry.kind === 'file' ? {file: join(stageFolder, 'changes.data'), offset} : null,
});
