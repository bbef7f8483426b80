import type {Readable} from 'node:stream';
import type {Descriptor, Digest} from './oci.ts';

/** What the store knows of a tag. */
export interface TaggedImage {
	/** Name of the private image, without tenant. */
	readonly name: string;
	readonly tag: string;
	/** An index or a manifest. */
	readonly descriptor: Descriptor;
}

/**
 * The local image store: an OCI image layout (image-layout.md) in data/images, safe for several processes at once.
 * A tag is `org.opencontainers.image.ref.name` = NAME:TAG on a descriptor in index.json.
 */
export interface ImageStore {
	/** Folder of the layout. */
	readonly folder: string;
	has(digest: Digest): Promise<boolean>;
	/** As `has`, its content read and compared with its digest; an altered or torn blob is removed. */
	hasWhole(digest: Digest): Promise<boolean>;
	/**
	 * The same, but a blob that still has the stamp it bore when it was found whole is not read again. Returns its stamp,
	 * which any change of the file changes; null if it is not whole.
	 */
	stampIfWhole(digest: Digest, before?: string): Promise<string | null>;
	/** Stores bytes under their digest; writing what is there is free. */
	put(mediaType: string, content: Uint8Array): Promise<Descriptor>;
	/** Takes over a finished file by rename (same file system) or copy; its digest and size are the caller's and are not computed anew. */
	adopt(mediaType: string, file: string, digest: Digest, sizeBytes: number): Promise<Descriptor>;
	read(digest: Digest): Promise<Uint8Array>;
	/** All of it, or the bytes from `start` to `end`, both included. */
	stream(digest: Digest, range?: {readonly start: number; readonly end: number}): Readable;
	/** Moves tags of one image together: all or none. */
	tag(name: string, tags: readonly string[], descriptor: Descriptor): Promise<void>;
	/** By `NAME:TAG`; null if there is none. */
	resolve(name: string, tag: string): Promise<Descriptor | null>;
	list(name?: string): Promise<readonly TaggedImage[]>;
	untag(name: string, tags?: readonly string[]): Promise<void>;
	/** Descriptors whose `subject` is that manifest: SBOM, provenance. */
	referrers(digest: Digest): Promise<readonly Descriptor[]>;
	/** Removes blobs that no tag and no `keep` reaches. Returns freed bytes. */
	collectGarbage(keep?: readonly Digest[], options?: GarbageOptions): Promise<number>;
}

export interface GarbageOptions {
	/** Tags that go first: of one name, all or none. */
	readonly untag?: readonly {readonly name: string; readonly tag: string}[];
	/** Blobs that were wanted since are spared: milliseconds since the epoch. An hour ago, unless it is earlier. */
	readonly sparedSinceMs?: number;
	/** Only counts. */
	readonly dryRun?: boolean;
	/** Told of every blob that goes, or would go. */
	readonly onGarbage?: (digest: Digest) => void;
}
