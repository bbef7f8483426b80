import {Readable} from 'node:stream';
import {renderEntries, type LayerEntry} from '../../../image/layer.ts';
import {tarEnd} from '../../../image/tar/write-header.ts';
import {layerEntryOf} from '../native/make-member.ts';
import type {StageStep} from '../native/sandbox-job.ts';
import type {Segment} from '../native/segment.ts';
import {fileEntry, folderEntry, Tree} from '../native/tree.ts';

/** Entries as a tar archive, in an order in which everything comes after what it needs: folders, files, hard links. */
export function tarOf(entries: Iterable<LayerEntry>): Readable {
	const sorted = [...entries].sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
	const named = sorted.map(entry => (entry.kind === 'directory' ? {...entry, path: `${entry.path}/`} : entry));
	return Readable.from(chunks(named), {objectMode: false});
}

function* chunks(entries: readonly LayerEntry[]): Generator<Buffer> {
	yield* renderEntries(entries);
	yield tarEnd();
}

const rank = ({kind}: LayerEntry) => (kind === 'directory' ? 0 : kind === 'hardlink' ? 2 : 1);

/**
 * The root that the first stage begins with: its steps up to the first program, carried out on data, since there is no
 * shell yet to carry them out.
 *
 * @param epoch time of what no package brings, seconds
 */
export function firstRoot(
	steps: readonly StageStep[],
	segments: readonly Segment[],
	folderOf: (sha256: string) => string,
	epoch: number,
): Tree {
	const tree = new Tree();
	for (const step of steps) {
		switch (step.kind) {
			case 'run':
			case 'unpack':
				return tree;
			case 'folder':
				tree.set({entry: folderEntry(step.path, epoch, step.mode, step.uid, step.gid), owner: null});
				break;
			case 'link':
				tree.set({entry: {...folderEntry(step.path, epoch, 0o777), kind: 'symlink', link: step.target}, owner: null});
				break;
			case 'file': {
				tree.makeFolder(step.path.slice(0, Math.max(0, step.path.lastIndexOf('/'))), epoch);
				const {mode, uid, gid} = step;
				const content = Buffer.from(step.content, 'base64');
				tree.set({entry: fileEntry(step.path, content, {mtime: epoch, mode, uid, gid}), owner: null});
				break;
			}
			case 'remove':
				tree.remove(step.path);
				break;
			case 'extract':
				for (const sha256 of step.packages) {
					for (const entry of segments.find(segment => segment.sha256 === sha256)?.entries ?? []) {
						// As dpkg has it: a folder that is there stays as it is.
						if (entry.kind === 'directory' && tree.nodes.has(entry.path)) continue;
						tree.set({entry: layerEntryOf(folderOf(sha256), entry), owner: null});
					}
				}
		}
	}
	return tree;
}
