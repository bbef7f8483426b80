import {encodeJson} from '../image/canonical-json.ts';
import {attachDocument, imageConfigFile, imageIndex, imageManifest, rfc3339} from '../image/documents.ts';
import {mediaTypes, type Descriptor, type Digest} from '../image/oci.ts';
import type {ImageStore} from '../image/image-store.ts';
import type {BuiltLine, LineBuildInput, PhaseReporter} from './engine.ts';

export interface StoredLayer {
	readonly descriptor: Descriptor;
	/** SHA-256 of the uncompressed tar. */
	readonly diffId: Digest;
	/** What the layer holds, for the image's history. */
	readonly createdBy: string;
}

export interface FinishedImage {
	/** Lowest first. */
	readonly layers: readonly StoredLayer[];
	/** Seconds since the epoch. */
	readonly createdAt: number;
	readonly engine: 'native' | 'docker';
	/** Text of copyright files by package, as far as they are known. */
	readonly copyrights?: ReadonlyMap<string, string>;
}

/**
 * Puts configuration, manifest and index of a line's image into the store and attaches its SBOM and provenance: the
 * phase `sbom`. The same layers and plan give the same digests.
 */
export async function storeImage(
	store: ImageStore,
	input: LineBuildInput,
	image: FinishedImage,
	reporter: PhaseReporter,
): Promise<BuiltLine> {
	const {plan, line, architecture} = input;
	const {layers, createdAt} = image;
	const platform = {architecture, os: 'linux'} as const;
	const config = await store.put(
		mediaTypes.config,
		encodeJson(imageConfigFile({config: line.config, createdAt, platform, layers})),
	);
	const annotations = {
		'org.opencontainers.image.created': rfc3339(createdAt),
		'org.opencontainers.image.title': plan.image,
		'org.opencontainers.image.version': line.version,
		...(plan.description === '' ? {} : {'org.opencontainers.image.description': plan.description}),
	};
	const manifest = await store.put(
		mediaTypes.manifest,
		encodeJson(imageManifest({config, layers: layers.map(layer => layer.descriptor), annotations})),
	);
	await reporter.phase('sbom', async () => {
		// The formats' libraries are many files, and a build that has nothing to do reads none of them.
		const {attachedDocuments} = await import('../sbom/attached-documents.ts');
		const documents = attachedDocuments({
			image: plan.image,
			starter: plan.starter,
			variant: plan.variant,
			architecture,
			line,
			createdAt,
			manifestDigest: manifest.digest,
			bundles: input.bundles,
			engine: image.engine,
			...(image.copyrights === undefined ? {} : {copyrights: image.copyrights}),
		});
		for (const document of documents) await attachDocument(store, manifest, document);
	});
	const index = await store.put(mediaTypes.index, encodeJson(imageIndex([{...manifest, platform}], annotations)));
	return {
		manifest: index,
		sizeBytes: layers.reduce((sum, layer) => sum + layer.descriptor.size, 0),
		createdAt,
	};
}
