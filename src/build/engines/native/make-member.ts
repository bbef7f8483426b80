import {createHash} from 'node:crypto';
import {open, readFile, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {writeFileAtomic} from '../../../base/atomic-file.ts';
import {SlipwayError} from '../../../base/errors.ts';
import {sealJson} from '../../../base/sealed-json.ts';
import {gzipMember, renderEntries, type LayerEntry} from '../../../image/layer.ts';
import {decodeSegment, type Segment, type SegmentEntry} from './segment.ts';

/** What is known of a segment's gzip member: `member.json`. */
export interface MemberFacts {
	readonly format: number;
	readonly sizeBytes: number;
	readonly gzipSha256: string;
	readonly tarSha256: string;
}

/** Changes whenever the bytes of a member would change for the same package. */
export const memberFormat = 2;

/** An entry of a package as an entry of a layer. */
export const layerEntryOf = (segmentFolder: string, entry: SegmentEntry): LayerEntry => ({
	path: entry.path,
	kind: entry.kind,
	mode: entry.mode,
	uid: entry.uid,
	gid: entry.gid,
	size: entry.size,
	mtime: entry.mtime,
	link: entry.link,
	content: entry.kind === 'file' ? {file: join(segmentFolder, 'package.deb'), offset: entry.offset} : null,
});

/** Folders are not in it: a layer has each folder once, whichever package brings it. */
export const memberEntries = (segment: Segment): readonly SegmentEntry[] =>
	segment.entries.filter(entry => entry.kind !== 'directory');

/** Compresses the files of a segment, once. */
export async function makeMember(segmentFolder: string): Promise<MemberFacts> {
	const segment = decodeSegment(await readFile(join(segmentFolder, 'segment.json'), 'utf8'));
	if (segment === null) throw new SlipwayError('storage', `The cached package ${segmentFolder} cannot be read.`);
	const [tar, gzip] = [createHash('sha256'), createHash('sha256')];
	const entries = memberEntries(segment).map(entry => layerEntryOf(segmentFolder, entry));
	const hashed = function* () {
		for (const chunk of renderEntries(entries)) {
			tar.update(chunk);
			yield chunk;
		}
	};
	const temporary = join(segmentFolder, `member.gz.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`);
	let sizeBytes = 0;
	try {
		const output = await open(temporary, 'wx');
		try {
			for await (const bytes of gzipMember(hashed())) {
				gzip.update(bytes);
				sizeBytes += bytes.length;
				await output.write(bytes);
			}
		} finally {
			await output.close();
		}
		await rename(temporary, join(segmentFolder, 'member.gz'));
	} finally {
		await rm(temporary, {force: true});
	}
	const facts = {format: memberFormat, sizeBytes, gzipSha256: gzip.digest('hex'), tarSha256: tar.digest('hex')};
	await writeFileAtomic(join(segmentFolder, 'member.json'), sealJson(facts));
	return facts;
}
