import {closeSync, openSync, readSync} from 'node:fs';
import {join} from 'node:path';
import type {LinePlan} from '../../../plan/plan.ts';
import type {PreparedSegments} from './prepare-segments.ts';
import type {SegmentCache} from './segment-cache.ts';

/** Longer ones are lists of files without end; their licences stand at the beginning. */
const mostBytes = 256 * 1024;

/** The text of /usr/share/doc/PACKAGE/copyright, by package, for the licences of the SBOM. */
export function copyrightsOf(
	prepared: PreparedSegments,
	line: LinePlan,
	segments: SegmentCache,
): ReadonlyMap<string, string> {
	const texts = new Map<string, string>();
	for (const {name, sha256, inImage} of line.packages) {
		if (!inImage) continue;
		const path = `usr/share/doc/${name}/copyright`;
		const entry = prepared.get(sha256)?.entries.find(one => one.path === path && one.kind === 'file');
		if (entry === undefined) continue;
		const descriptor = openSync(join(segments.folderOf(sha256), 'package.deb'), 'r');
		try {
			const bytes = Buffer.alloc(Math.min(entry.size, mostBytes));
			readSync(descriptor, bytes, 0, bytes.length, entry.offset);
			texts.set(name, bytes.toString('utf8'));
		} finally {
			closeSync(descriptor);
		}
	}
	return texts;
}
