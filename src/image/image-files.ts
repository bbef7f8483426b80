import {createHash} from 'node:crypto';
import type {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {createGunzip} from 'node:zlib';
import {messageOf, SlipwayError} from '../base/errors.ts';
import type {ImageStore} from './image-store.ts';
import type {Descriptor} from './oci.ts';
import {parseTarStream, type TarHeader} from './read-archive.ts';

/** An entry of a layer, or of the tree that layers make together. */
export interface ImageFile {
	/** Without a leading slash: `usr/bin/env`. */
	readonly path: string;
	readonly kind: 'file' | 'folder' | 'link' | 'hard-link' | 'device' | 'whiteout';
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	readonly sizeBytes: number;
	/** Seconds since the epoch. */
	readonly modifiedAt: number;
	/** Of a link; a hard link names another path of the tree. */
	readonly target: string | null;
	/** SHA-256 of the content, for files, where it was asked for. */
	readonly sha256: string | null;
}

export interface ReadLayerOptions {
	readonly withHashes?: boolean;
	readonly signal?: AbortSignal | undefined;
}

/** What one layer holds, in its order. A whiteout tells by its path what it takes away; `.wh..wh..opq` empties a folder. */
export async function listLayerFiles(
	store: Pick<ImageStore, 'stream'>,
	layer: Descriptor,
	options: ReadLayerOptions = {},
): Promise<readonly ImageFile[]> {
	const files: ImageFile[] = [];
	try {
		await pipeline(
			uncompressed(store.stream(layer.digest), layer.mediaType),
			async source => {
				for await (const {header, content} of parseTarStream(source)) {
					const hash = options.withHashes && header.type === 'file' ? createHash('sha256') : null;
					for await (const chunk of content) hash?.update(chunk);
					files.push(toImageFile(header, hash?.digest('hex') ?? null));
				}
			},
			{signal: options.signal},
		);
	} catch (cause) {
		if (options.signal?.aborted) throw new SlipwayError('cancelled', 'The work was cancelled.');
		if (cause instanceof SlipwayError) throw cause;
		throw new SlipwayError('storage', `Cannot read the layer ${layer.digest}: ${messageOf(cause)}.`, {
			hint: 'Build the image again.',
			details: {digest: layer.digest},
			cause,
		});
	}
	return files;
}

/** A layer's tar, whatever it is packed in. */
export function uncompressed(stream: Readable, mediaType: string): Readable {
	if (!mediaType.endsWith('gzip')) return stream;
	const gunzip = createGunzip();
	stream.on('error', error => gunzip.destroy(error));
	return stream.pipe(gunzip);
}

/** As `ImageFile.path`. */
export const pathInLayer = (path: string): string => path.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');

function toImageFile(header: TarHeader, sha256: string | null): ImageFile {
	const path = pathInLayer(header.path);
	const name = path.slice(path.lastIndexOf('/') + 1);
	return {
		path,
		kind: name.startsWith('.wh.') ? 'whiteout' : header.type,
		mode: header.mode,
		uid: header.uid,
		gid: header.gid,
		sizeBytes: header.sizeBytes,
		modifiedAt: header.modifiedAt,
		target: header.target,
		sha256,
	};
}

/** The tree that layers make, lowest first: later entries hide earlier ones (OCI layer.md, "Applying Changesets"). */
export function mergeLayers(layers: readonly (readonly ImageFile[])[]): ReadonlyMap<string, ImageFile> {
	const tree = new Map<string, ImageFile>();
	const removeBelow = (folder: string) => {
		const prefix = folder === '' ? '' : `${folder}/`;
		for (const path of tree.keys()) if (path.startsWith(prefix)) tree.delete(path);
	};
	for (const layer of layers) {
		// A whiteout is about lower layers, wherever it stands in its own.
		for (const {path} of layer.filter(file => file.kind === 'whiteout')) {
			const slash = path.lastIndexOf('/');
			const folder = path.slice(0, Math.max(0, slash));
			const name = path.slice(slash + 1);
			if (name === '.wh..wh..opq') removeBelow(folder);
			else {
				const hidden = `${folder === '' ? '' : `${folder}/`}${name.slice('.wh.'.length)}`;
				tree.delete(hidden);
				removeBelow(hidden);
			}
		}
		for (const file of layer) {
			if (file.kind === 'whiteout') continue;
			if (file.kind !== 'folder' && tree.get(file.path)?.kind === 'folder') removeBelow(file.path);
			tree.set(file.path, file);
		}
	}
	return tree;
}
