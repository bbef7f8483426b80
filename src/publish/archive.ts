import {createHash, randomBytes} from 'node:crypto';
import {open, rename, rm} from 'node:fs/promises';
import {createWriteStream} from 'node:fs';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {SlipwayError} from '../base/errors.ts';
import {canonicalJson} from '../image/canonical-json.ts';
import type {ImageStore} from '../image/image-store.ts';
import {mediaTypes, type Descriptor} from '../image/oci.ts';
import {blobsOf, type ImageContent} from './image-content.ts';

/** A file of an archive: bytes, or a blob of the store. */
export type ArchiveEntry =
	| {readonly path: string; readonly kind: 'folder'}
	| {readonly path: string; readonly kind: 'bytes'; readonly content: Uint8Array}
	| {readonly path: string; readonly kind: 'blob'; readonly blob: Descriptor};

export function blobPath({digest}: Pick<Descriptor, 'digest'>): string {
	return `blobs/sha256/${digest.slice('sha256:'.length)}`;
}

/** An OCI image layout with one image under one reference, its referrers included. */
export function layoutEntries(content: ImageContent, annotations: Readonly<Record<string, string>>): ArchiveEntry[] {
	const documents = [
		...content.images.map(image => image.descriptor),
		...content.indexes,
		...content.referrers.map(referrer => referrer.descriptor),
	];
	const blobs = [...documents, ...blobsOf([...content.images, ...content.referrers])];
	const index = {
		schemaVersion: 2,
		mediaType: mediaTypes.index,
		manifests: [
			{...content.root, annotations: {...content.root.annotations, ...annotations}},
			...content.referrers.map(referrer => referrer.descriptor),
		],
	};
	return [
		text('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
		text('index.json', canonicalJson(index)),
		...blobEntries(blobs),
	];
}

/**
 * What `docker load` reads: manifest.json, in a tree that is an OCI image layout as well, as `docker save` makes it
 * since Docker 25.
 *
 * @param withoutLayers layers that the daemon has already: named, but without content
 */
export function dockerArchiveEntries(
	image: ImageContent['images'][number],
	references: readonly string[],
	withoutLayers: ReadonlySet<string> = new Set(),
): ArchiveEntry[] {
	const {descriptor, manifest} = image;
	const docker = [{Config: blobPath(manifest.config), RepoTags: references, Layers: manifest.layers.map(blobPath)}];
	const layers = manifest.layers.filter(layer => !withoutLayers.has(layer.digest));
	if (withoutLayers.size > 0) {
		return [text('manifest.json', JSON.stringify(docker)), ...blobEntries([manifest.config, ...layers])];
	}
	const named = references.map(reference => ({
		...descriptor,
		annotations: {
			...descriptor.annotations,
			'io.containerd.image.name': reference,
			'org.opencontainers.image.ref.name': reference.slice(reference.lastIndexOf(':') + 1),
		},
	}));
	const index = {schemaVersion: 2, mediaType: mediaTypes.index, manifests: named.length === 0 ? [descriptor] : named};
	return [
		text('manifest.json', JSON.stringify(docker)),
		text('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
		text('index.json', canonicalJson(index)),
		...blobEntries([descriptor, manifest.config, ...layers]),
	];
}

function text(path: string, content: string): ArchiveEntry {
	return {path, kind: 'bytes', content: new TextEncoder().encode(content)};
}

function blobEntries(blobs: readonly Descriptor[]): readonly ArchiveEntry[] {
	const unique = [...new Map(blobs.map(blob => [blobPath(blob), blob])).entries()];
	return [
		{path: 'blobs/', kind: 'folder'},
		{path: 'blobs/sha256/', kind: 'folder'},
		...unique.sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, blob]) => ({path, kind: 'blob', blob}) as const),
	];
}

/** Bytes of the entries' content. */
export function contentSize(entries: readonly ArchiveEntry[]): number {
	return entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
}

function sizeOf(entry: ArchiveEntry): number {
	switch (entry.kind) {
		case 'folder':
			return 0;
		case 'bytes':
			return entry.content.byteLength;
		case 'blob':
			return entry.blob.size;
	}
}

/** The archive as a stream, the same bytes for the same entries. Every blob is checked against its digest on the way. */
export function tarStream(
	store: ImageStore,
	entries: readonly ArchiveEntry[],
	onBytes: (bytes: number) => void = () => undefined,
): Readable {
	return Readable.from(tarChunks(store, entries, onBytes), {objectMode: false});
}

async function* tarChunks(
	store: ImageStore,
	entries: readonly ArchiveEntry[],
	onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
	for (const entry of entries) {
		const sizeBytes = sizeOf(entry);
		yield header(entry.path, entry.kind === 'folder', sizeBytes);
		if (entry.kind === 'bytes') yield entry.content;
		if (entry.kind === 'blob') {
			const hash = createHash('sha256');
			for await (const chunk of store.stream(entry.blob.digest) as AsyncIterable<Uint8Array>) {
				hash.update(chunk);
				yield chunk;
				onBytes(chunk.byteLength);
			}
			if (`sha256:${hash.digest('hex')}` !== entry.blob.digest) throw damaged(entry.blob);
		} else onBytes(sizeBytes);
		const padding = (512 - (sizeBytes % 512)) % 512;
		if (padding > 0) yield new Uint8Array(padding);
	}
	yield new Uint8Array(1024);
}

export function damaged({digest}: Descriptor): SlipwayError {
	return new SlipwayError('verification', `The image store's ${digest} was altered on disk.`, {
		hint: 'Remove that blob and build the image again.',
		details: {digest},
	});
}

/** ustar (POSIX.1-1988, pax(1)), mode 0644, owner 0, time 0: nothing of this host is in it. */
function header(path: string, isFolder: boolean, sizeBytes: number): Uint8Array {
	const block = Buffer.alloc(512);
	const octal = (value: number, offset: number, length: number) =>
		block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, 'latin1');
	block.write(path, 0, 100, 'latin1');
	octal(isFolder ? 0o755 : 0o644, 100, 8);
	octal(0, 108, 8);
	octal(0, 116, 8);
	// GNU tar's base-256 form from 8 GiB on, where eleven octal digits end.
	if (sizeBytes < 0o100000000000) octal(sizeBytes, 124, 12);
	else {
		block[124] = 0x80;
		block.writeBigUInt64BE(BigInt(sizeBytes), 128);
	}
	octal(0, 136, 12);
	block.write('        ', 148, 'latin1');
	block.write(isFolder ? '5' : '0', 156, 'latin1');
	block.write('ustar\x0000', 257, 'latin1');
	const sum = block.reduce((total, byte) => total + byte, 0);
	block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
	return block;
}

/** Writes an archive whole or not at all. */
export async function writeArchive(file: string, content: Readable, signal: AbortSignal | undefined): Promise<void> {
	const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
	try {
		await pipeline(content, createWriteStream(temporary, {flags: 'wx'}), {signal});
		const handle = await open(temporary, 'r+');
		try {
			await handle.sync();
		} finally {
			await handle.close();
		}
		await rename(temporary, file);
	} catch (error) {
		await rm(temporary, {force: true});
		throw error;
	}
}
