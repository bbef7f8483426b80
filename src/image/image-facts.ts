import type {ImageStore} from './image-store.ts';
import {mediaTypes, type Descriptor, type ImageConfigFile, type ImageManifest} from './oci.ts';
import {imageManifestsOf, readConfig, readManifest} from './read-documents.ts';

export interface LayerFacts {
	readonly descriptor: Descriptor;
	/** From the image's history. */
	readonly createdBy: string;
}

/** What an image card shows of one platform's image. */
export interface ImageFacts {
	readonly descriptor: Descriptor;
	readonly manifest: ImageManifest;
	readonly config: ImageConfigFile;
	/** Lowest first. */
	readonly layers: readonly LayerFacts[];
	/** Compressed bytes of all layers. */
	readonly sizeBytes: number;
}

/** One for each platform under a manifest or an index. */
export async function imageFacts(store: ImageStore, root: Descriptor): Promise<readonly ImageFacts[]> {
	const descriptors = await imageManifestsOf(store, root);
	return Promise.all(
		descriptors.map(async descriptor => {
			const manifest = await readManifest(store, descriptor);
			const config = await readConfig(store, manifest);
			const history = (config.history ?? []).filter(entry => entry.empty_layer !== true);
			return {
				descriptor,
				manifest,
				config,
				layers: manifest.layers.map((layer, index) => ({
					descriptor: layer,
					createdBy: history[index]?.created_by ?? '',
				})),
				sizeBytes: manifest.layers.reduce((sum, layer) => sum + layer.size, 0),
			};
		}),
	);
}

/** The newest document of a type that is attached to an image: its SBOM. Null if there is none. */
export async function readAttached(
	store: ImageStore,
	image: Pick<Descriptor, 'digest'>,
	artifactType: string = mediaTypes.spdx,
): Promise<Uint8Array | null> {
	const found = (await store.referrers(image.digest)).filter(referrer => referrer.artifactType === artifactType);
	const createdOf = (referrer: Descriptor) => referrer.annotations?.['org.opencontainers.image.created'] ?? '';
	const [newest] = found.sort((a, b) => (createdOf(a) < createdOf(b) ? 1 : -1));
	const [document] = newest === undefined ? [] : (await readManifest(store, newest)).layers;
	return document === undefined ? null : store.read(document.digest);
}
