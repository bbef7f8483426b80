import {SlipwayError} from '../base/errors.ts';
import {hostArchitecture} from '../base/host.ts';
import type {ImageStore} from '../image/image-store.ts';
import type {Descriptor, ImageManifest} from '../image/oci.ts';
import {isIndexType, readIndex, readManifest} from '../image/read-documents.ts';

/** Everything that belongs to one image, in an order in which each part comes after what it names. */
export interface ImageContent {
	/** An index or a manifest. */
	readonly root: Descriptor;
	/** Image manifests under the root. */
	readonly images: readonly {readonly descriptor: Descriptor; readonly manifest: ImageManifest}[];
	/** Indexes, inner ones first. */
	readonly indexes: readonly Descriptor[];
	/** Artefacts whose subject is one of these images or indexes. */
	readonly referrers: readonly {
		readonly descriptor: Descriptor;
		readonly manifest: ImageManifest;
		readonly subject: Descriptor;
	}[];
}

export async function imageContent(store: ImageStore, root: Descriptor): Promise<ImageContent> {
	const images: ImageContent['images'][number][] = [];
	const indexes: Descriptor[] = [];
	const seen = new Set<string>();

	async function visit(descriptor: Descriptor): Promise<void> {
		if (seen.has(descriptor.digest)) return;
		seen.add(descriptor.digest);
		if (isIndexType(descriptor.mediaType)) {
			for (const child of (await readIndex(store, descriptor)).manifests) await visit(child);
			indexes.push(descriptor);
		} else images.push({descriptor, manifest: await readManifest(store, descriptor)});
	}

	await visit(root);
	const referrers: ImageContent['referrers'][number][] = [];
	for (const subject of [...images.map(image => image.descriptor), ...indexes]) {
		for (const descriptor of await store.referrers(subject.digest)) {
			referrers.push({descriptor, manifest: await readManifest(store, descriptor), subject});
		}
	}
	return {root, images, indexes, referrers};
}

/** Configurations, layers and documents, each once. */
export function blobsOf(manifests: readonly {readonly manifest: ImageManifest}[]): readonly Descriptor[] {
	const blobs = manifests.flatMap(({manifest}) => [manifest.config, ...manifest.layers]);
	return [...new Map(blobs.map(blob => [blob.digest, blob])).values()];
}

/** The image for one architecture, this host's unless said: formats of Docker hold no index. */
export async function imageForArchitecture(
	store: ImageStore,
	root: Descriptor,
	architecture: string | null,
): Promise<ImageContent['images'][number]> {
	const {images} = await imageContent(store, root);
	const wanted =
		images.find(image => image.descriptor.platform?.architecture === (architecture ?? hostArchitecture())) ??
		(images.length === 1 || architecture === null ? images[0] : undefined);
	if (wanted !== undefined) return wanted;
	const platforms = images.map(image => image.descriptor.platform?.architecture ?? 'unknown').join(', ');
	throw new SlipwayError('not-found', `The image is not there for ${architecture}, only for ${platforms}.`, {
		hint: 'Export it as oci: or to a registry, which hold every platform.',
	});
}
