import {createHash} from 'node:crypto';
import {closeSync, openSync, readSync} from 'node:fs';
import {open, rm} from 'node:fs/promises';
import {setImmediate} from 'node:timers/promises';
import {createGzip} from 'node:zlib';
import {SlipwayError} from '../base/errors.ts';
import {readFileChunks} from './layer-source.ts';
import type {Digest} from './oci.ts';
import {paddingOf, type TarEntry} from './tar/tar-entry.ts';
import {tarEnd, tarHeader} from './tar/write-header.ts';

/** An entry of a layer with the place of its content, if it is a file. */
export interface LayerEntry extends TarEntry {
	readonly content: Uint8Array | {readonly file: string; readonly offset: number} | null;
}

/** A gzip member made before: equal to what the part's entries would compress to. */
export interface ReadyMember {
	readonly file: string;
	readonly sizeBytes: number;
	readonly gzipSha256: string;
	readonly tarSha256: string;
}

/** Entries that become one gzip member. A layer blob is a concatenation of members (RFC 1952, section 2.2). */
export interface LayerPart {
	readonly entries: readonly LayerEntry[];
	readonly ready: ReadyMember | null;
}

export interface WrittenLayer {
	/** SHA-256 of the file. */
	readonly digest: Digest;
	/** SHA-256 of the tar. */
	readonly diffId: Digest;
	readonly sizeBytes: number;
	/** Of the tar. */
	readonly tarBytes: number;
}

/** zlib's default: level 9 makes Debian's packages 0.4 % smaller in twice the time. */
const gzipLevel = 6;

/** A ready member, or what it was made of, is not as it was: the cache was damaged. `details.file` names it. */
export class DamagedMember extends SlipwayError {
	readonly file: string;

	constructor(file: string) {
		super('storage', `The cached file ${file} was altered.`, {hint: 'Build again: it is made anew.', details: {file}});
		this.file = file;
	}
}

/** Writes a layer to a new file. A layer without entries is an empty archive. */
export async function writeLayer(
	parts: readonly LayerPart[],
	file: string,
	signal?: AbortSignal,
): Promise<WrittenLayer> {
	const [digest, diffId] = [createHash('sha256'), createHash('sha256')];
	let sizeBytes = 0;
	let tarBytes = 0;
	const output = await open(file, 'wx', 0o644);
	try {
		const put = async (bytes: Uint8Array) => {
			digest.update(bytes);
			sizeBytes += bytes.length;
			await output.write(bytes);
		};
		for (const part of [...parts, {entries: 'end' as const, ready: null}]) {
			signal?.throwIfAborted();
			const tar = createHash('sha256');
			const counted = function* () {
				for (const chunk of part.entries === 'end' ? [tarEnd()] : renderEntries(part.entries)) {
					diffId.update(chunk);
					if (part.ready !== null) tar.update(chunk);
					tarBytes += chunk.length;
					yield chunk;
				}
			};
			if (part.ready === null) {
				for await (const bytes of gzipMember(counted())) await put(bytes);
				continue;
			}
			for (const _ of counted()) void _;
			if (tar.digest('hex') !== part.ready.tarSha256) throw new DamagedMember(part.ready.file);
			const member = createHash('sha256');
			for (const bytes of readFileChunks(part.ready.file, 0, part.ready.sizeBytes)) {
				member.update(bytes);
				await put(bytes);
			}
			if (member.digest('hex') !== part.ready.gzipSha256) throw new DamagedMember(part.ready.file);
			await setImmediate();
		}
	} catch (error) {
		await output.close();
		await rm(file, {force: true});
		throw error;
	}
	await output.close();
	return {digest: `sha256:${digest.digest('hex')}`, diffId: `sha256:${diffId.digest('hex')}`, sizeBytes, tarBytes};
}

/** Compresses on zlib's own threads. The result depends only on the bytes, not on how they are cut. */
export async function* gzipMember(chunks: Iterable<Buffer>): AsyncGenerator<Buffer> {
	const gzip = createGzip({level: gzipLevel});
	const feed = (async () => {
		for (const chunk of gathered(chunks)) {
			if (!gzip.write(chunk)) await new Promise<void>(resolve => gzip.once('drain', resolve));
		}
		gzip.end();
	})();
	feed.catch((error: unknown) => gzip.destroy(error as Error));
	for await (const bytes of gzip) yield bytes as Buffer;
	await feed;
}

/** The tar form of entries: headers, contents, padding. */
export function* renderEntries(entries: Iterable<LayerEntry>): Generator<Buffer> {
	const files = new OpenFile();
	try {
		for (const entry of entries) {
			yield tarHeader(entry);
			if (entry.kind !== 'file' || entry.size === 0) continue;
			yield* contentOf(entry, files);
			const padding = paddingOf(entry.size);
			if (padding > 0) yield Buffer.alloc(padding);
		}
	} finally {
		files.close();
	}
}

function* contentOf(entry: LayerEntry, files: OpenFile): Generator<Buffer> {
	if (entry.content === null) throw new SlipwayError('internal', `The file ${entry.path} has no content.`);
	if (entry.content instanceof Uint8Array) {
		yield Buffer.from(entry.content);
		return;
	}
	const {file, offset} = entry.content;
	for (let done = 0; done < entry.size;) {
		const bytes = Buffer.allocUnsafe(Math.min(1 << 20, entry.size - done));
		const read = readSync(files.descriptorOf(file), bytes, 0, bytes.length, offset + done);
		if (read === 0) throw new DamagedMember(file);
		yield bytes.subarray(0, read);
		done += read;
	}
}

/** Entries of one part mostly lie in one file: it stays open. */
class OpenFile {
	#file: string | null = null;
	#descriptor = -1;

	descriptorOf(file: string): number {
		if (this.#file !== file) {
			this.close();
			this.#descriptor = openSync(file, 'r');
			this.#file = file;
		}
		return this.#descriptor;
	}

	close(): void {
		if (this.#descriptor !== -1) closeSync(this.#descriptor);
		this.#descriptor = -1;
		this.#file = null;
	}
}

/** Small chunks put together: a call into zlib costs more than copying. */
function* gathered(chunks: Iterable<Buffer>): Generator<Buffer> {
	let pending: Buffer[] = [];
	let size = 0;
	for (const chunk of chunks) {
		pending.push(chunk);
		size += chunk.length;
		if (size < 1 << 18) continue;
		yield Buffer.concat(pending, size);
		pending = [];
		size = 0;
	}
	if (size > 0) yield Buffer.concat(pending, size);
}
