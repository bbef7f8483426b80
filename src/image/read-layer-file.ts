import {pipeline} from 'node:stream/promises';
import type {ImageStore} from './image-store.ts';
import {pathInLayer, uncompressed} from './image-files.ts';
import type {Descriptor} from './oci.ts';
import {parseTarStream} from './read-archive.ts';

export interface LayerFile {
	/** Its beginning, if it is larger than was asked for. */
	readonly content: Buffer;
	readonly sizeBytes: number;
}

export interface ReadLayerFileOptions {
	readonly mostBytes: number;
	readonly signal?: AbortSignal | undefined;
}

/** A file's content as that layer has it, the last entry of its path; null if the layer has none. Hard links are not followed. */
export async function readLayerFile(
	store: Pick<ImageStore, 'stream'>,
	layer: Descriptor,
	path: string,
	{mostBytes, signal}: ReadLayerFileOptions,
): Promise<LayerFile | null> {
	let found: LayerFile | null = null;
	await pipeline(
		uncompressed(store.stream(layer.digest), layer.mediaType),
		async source => {
			for await (const {header, content} of parseTarStream(source)) {
				const isWanted = header.type === 'file' && pathInLayer(header.path) === path;
				const kept: Buffer[] = [];
				let length = 0;
				for await (const chunk of content) {
					if (!isWanted || length >= mostBytes) continue;
					kept.push(Buffer.from(chunk));
					length += chunk.length;
				}
				if (isWanted) found = {content: Buffer.concat(kept).subarray(0, mostBytes), sizeBytes: header.sizeBytes};
			}
		},
		{signal},
	);
	return found;
}
