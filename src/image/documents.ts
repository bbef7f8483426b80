import {encodeJson} from './canonical-json.ts';
import type {ImageStore} from './image-store.ts';
import {
	mediaTypes,
	type Descriptor,
	type Digest,
	type ImageConfigFile,
	type ImageIndex,
	type ImageManifest,
	type Platform,
} from './oci.ts';

/** What an image runs as: the fields of the catalogue's ImageConfig that OCI knows. */
export interface RunConfig {
	readonly user: string;
	readonly workdir: string;
	readonly entrypoint: readonly string[];
	readonly cmd: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	/** `8080/tcp` */
	readonly ports: readonly string[];
	readonly volumes: readonly string[];
	readonly stopSignal: string | null;
	readonly labels: Readonly<Record<string, string>>;
}

export interface ConfigLayer {
	/** SHA-256 of the uncompressed tar. */
	readonly diffId: Digest;
	/** One line of history: what the layer holds. */
	readonly createdBy: string;
}

export interface ImageConfigParts {
	readonly config: RunConfig;
	/** Seconds since the epoch. */
	readonly createdAt: number;
	readonly platform: Platform;
	/** Lowest first. */
	readonly layers: readonly ConfigLayer[];
}

export type Annotations = Readonly<Record<string, string>>;

/** RFC 3339 in whole seconds, as OCI annotations and `created` want it. */
export function rfc3339(seconds: number): string {
	return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** OCI config.md. Empty settings are left out, so that a runtime's own defaults hold. */
export function imageConfigFile({config, createdAt, platform, layers}: ImageConfigParts): ImageConfigFile {
	const created = rfc3339(createdAt);
	const env = Object.entries(config.env)
		.map(([name, value]) => `${name}=${value}`)
		.sort();
	return {
		created,
		architecture: platform.architecture,
		os: platform.os,
		...(platform.variant === undefined ? {} : {variant: platform.variant}),
		config: {
			...(config.user === '' ? {} : {User: config.user}),
			...(config.ports.length === 0 ? {} : {ExposedPorts: emptyObjects(config.ports)}),
			...(env.length === 0 ? {} : {Env: env}),
			...(config.entrypoint.length === 0 ? {} : {Entrypoint: config.entrypoint}),
			...(config.cmd.length === 0 ? {} : {Cmd: config.cmd}),
			...(config.volumes.length === 0 ? {} : {Volumes: emptyObjects(config.volumes)}),
			...(config.workdir === '' ? {} : {WorkingDir: config.workdir}),
			...(Object.keys(config.labels).length === 0 ? {} : {Labels: config.labels}),
			...(config.stopSignal === null ? {} : {StopSignal: config.stopSignal}),
		},
		rootfs: {type: 'layers', diff_ids: layers.map(layer => layer.diffId)},
		history: layers.map(layer => ({created, created_by: layer.createdBy})),
	};
}

function emptyObjects(names: readonly string[]): Readonly<Record<string, object>> {
	return Object.fromEntries(names.map(name => [name, {}]));
}

export interface ImageManifestParts {
	readonly config: Descriptor;
	readonly layers: readonly Descriptor[];
	readonly annotations?: Annotations;
}

/** OCI manifest.md, for an image. */
export function imageManifest({config, layers, annotations}: ImageManifestParts): ImageManifest {
	return {
		schemaVersion: 2,
		mediaType: mediaTypes.manifest,
		config,
		layers,
		...(annotations === undefined ? {} : {annotations}),
	};
}

/** OCI image-index.md: one manifest a platform, each with `platform` set by the caller. */
export function imageIndex(manifests: readonly Descriptor[], annotations?: Annotations): ImageIndex {
	return {
		schemaVersion: 2,
		mediaType: mediaTypes.index,
		manifests,
		...(annotations === undefined ? {} : {annotations}),
	};
}

/** A document that belongs to an image: an SBOM, a provenance statement. */
export interface AttachedDocument {
	readonly artifactType: string;
	readonly mediaType: string;
	readonly content: Uint8Array;
	readonly annotations?: Annotations;
}

/**
 * Stores a document as an OCI 1.1 artefact whose `subject` is the image ("Guidelines for Artifact Usage" in
 * manifest.md), so that the referrers of the image name it. Returns the artefact's manifest.
 */
export async function attachDocument(
	store: ImageStore,
	subject: Descriptor,
	document: AttachedDocument,
): Promise<Descriptor> {
	const [config, layer] = await Promise.all([
		store.put(mediaTypes.empty, new TextEncoder().encode('{}')),
		store.put(document.mediaType, document.content),
	]);
	const manifest: ImageManifest = {
		schemaVersion: 2,
		mediaType: mediaTypes.manifest,
		artifactType: document.artifactType,
		config,
		layers: [layer],
		subject: {mediaType: subject.mediaType, digest: subject.digest, size: subject.size},
		...(document.annotations === undefined ? {} : {annotations: document.annotations}),
	};
	return {
		...(await store.put(mediaTypes.manifest, encodeJson(manifest))),
		artifactType: document.artifactType,
		...(document.annotations === undefined ? {} : {annotations: document.annotations}),
	};
}
