/** OCI image-spec 1.1: descriptor.md, manifest.md, config.md, image-index.md. Only the fields that Slipway writes. */

export const mediaTypes = {
	index: 'application/vnd.oci.image.index.v1+json',
	manifest: 'application/vnd.oci.image.manifest.v1+json',
	config: 'application/vnd.oci.image.config.v1+json',
	layerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
	empty: 'application/vnd.oci.empty.v1+json',
	inToto: 'application/vnd.in-toto+json',
	spdx: 'application/spdx+json',
	cyclonedx: 'application/vnd.cyclonedx+json',
} as const;

/** `sha256:` and 64 lowercase hex digits. */
export type Digest = `sha256:${string}`;

export interface Platform {
	readonly architecture: 'amd64' | 'arm64';
	readonly os: 'linux';
	readonly variant?: string;
}

export interface Descriptor {
	readonly mediaType: string;
	readonly digest: Digest;
	/** Bytes. */
	readonly size: number;
	readonly platform?: Platform;
	readonly artifactType?: string;
	readonly annotations?: Readonly<Record<string, string>>;
}

export interface ImageManifest {
	readonly schemaVersion: 2;
	readonly mediaType: typeof mediaTypes.manifest;
	readonly artifactType?: string;
	readonly config: Descriptor;
	readonly layers: readonly Descriptor[];
	readonly subject?: Descriptor;
	readonly annotations?: Readonly<Record<string, string>>;
}

export interface ImageIndex {
	readonly schemaVersion: 2;
	readonly mediaType: typeof mediaTypes.index;
	readonly manifests: readonly Descriptor[];
	readonly annotations?: Readonly<Record<string, string>>;
}

export interface ImageConfigFile {
	readonly created: string;
	readonly architecture: 'amd64' | 'arm64';
	readonly os: 'linux';
	readonly config: {
		readonly User?: string;
		readonly ExposedPorts?: Readonly<Record<string, object>>;
		readonly Env?: readonly string[];
		readonly Entrypoint?: readonly string[];
		readonly Cmd?: readonly string[];
		readonly Volumes?: Readonly<Record<string, object>>;
		readonly WorkingDir?: string;
		readonly Labels?: Readonly<Record<string, string>>;
		readonly StopSignal?: string;
	};
	readonly rootfs: {readonly type: 'layers'; readonly diff_ids: readonly Digest[]};
	readonly history: readonly {readonly created: string; readonly created_by: string; readonly empty_layer?: boolean}[];
}
