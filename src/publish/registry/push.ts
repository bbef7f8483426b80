import pLimit from 'p-limit';
import {SlipwayError, throwIfCancelled} from '../../base/errors.ts';
import {encodeJson} from '../../image/canonical-json.ts';
import {digestOf} from '../../image/digest.ts';
import type {ImageStore} from '../../image/image-store.ts';
import {mediaTypes, type Descriptor, type Digest, type ImageManifest} from '../../image/oci.ts';
import {isImageIndex} from '../../image/read-documents.ts';
import {blobsOf, imageContent, type ImageContent} from '../image-content.ts';
import {progressCounter, type OnPublishProgress} from '../progress.ts';
import {RegistryConnection, type ConnectionOptions, type RegistryResponse} from './connection.ts';
import {uploadBlob} from './upload.ts';

export interface PushOptions extends ConnectionOptions {
	readonly onProgress?: OnPublishProgress | undefined;
	/** Repositories of the same registry that may have some of the layers. */
	readonly mountFrom?: readonly string[] | undefined;
	readonly chunkSizeBytes?: number | undefined;
	/** False leaves SBOM and provenance out. */
	readonly withReferrers?: boolean | undefined;
}

export interface PushedTag {
	readonly tag: string;
	/** What the tag shall name: an index or a manifest. */
	readonly descriptor: Descriptor;
}

export interface PushResult {
	readonly uploadedBlobs: number;
	readonly mountedBlobs: number;
	/** Manifests and indexes that were not there. */
	readonly pushedManifests: number;
	/** Tags that were not there, or named something else. */
	readonly movedTags: readonly string[];
}

/**
 * Pushes images into one repository: layers, then manifests, then referrers, and tags last of all, together: whoever
 * pulls a tag meanwhile gets the old image or the new. What is there is not sent: an unchanged image costs a request
 * for each manifest and each tag.
 */
export async function pushImages(
	store: ImageStore,
	host: string,
	repository: string,
	tags: readonly PushedTag[],
	options: PushOptions = {},
): Promise<PushResult> {
	const connection = new RegistryConnection(host, options);
	try {
		return await new Push(connection, store, repository, options).run(tags);
	} finally {
		await connection.close();
	}
}

const acceptedTypes = [mediaTypes.manifest, mediaTypes.index].join(', ');
const parallelUploads = 4;

type Pushable = ImageContent['images'][number];

class Push {
	readonly #connection: RegistryConnection;
	readonly #store: ImageStore;
	readonly #repository: string;
	readonly #options: PushOptions;
	readonly #scopes: readonly string[];
	#uploadedBlobs = 0;
	#mountedBlobs = 0;
	#pushedManifests = 0;
	#lacksReferrers = false;

	constructor(connection: RegistryConnection, store: ImageStore, repository: string, options: PushOptions) {
		this.#connection = connection;
		this.#store = store;
		this.#repository = repository;
		this.#options = options;
		this.#scopes = [`repository:${repository}:pull,push`];
	}

	async run(tags: readonly PushedTag[]): Promise<PushResult> {
		const roots = [...new Map(tags.map(({descriptor}) => [descriptor.digest, descriptor])).values()];
		const contents = await Promise.all(roots.map(root => imageContent(this.#store, root)));
		const images = unique(contents.flatMap(content => content.images));
		const indexes = [
			...new Map(contents.flatMap(content => content.indexes).map(index => [index.digest, index])).values(),
		];
		const referrers =
			this.#options.withReferrers === false ? [] : unique(contents.flatMap(content => content.referrers));

		const missingImages = await this.#missing(images);
		const missingReferrers = await this.#missingReferrers(referrers);
		await this.#pushBlobs(blobsOf([...missingImages, ...missingReferrers]), blobsOf([...images, ...referrers]));
		for (const {descriptor} of missingImages) await this.#putManifest(descriptor, descriptor.digest);
		for (const index of indexes) {
			if (!(await this.#hasManifest(index.digest))) await this.#putManifest(index, index.digest);
		}
		await this.#pushReferrers(missingReferrers);

		const moved: PushedTag[] = [];
		for (const tag of tags) if ((await this.#digestOf(tag.tag)) !== tag.descriptor.digest) moved.push(tag);
		// Everything is there: from here on each tag is one request.
		for (const {tag, descriptor} of moved) await this.#putManifest(descriptor, tag);
		return {
			uploadedBlobs: this.#uploadedBlobs,
			mountedBlobs: this.#mountedBlobs,
			pushedManifests: this.#pushedManifests,
			movedTags: moved.map(({tag}) => tag),
		};
	}

	async #missing<T extends Pushable>(manifests: readonly T[]): Promise<readonly T[]> {
		const missing: T[] = [];
		for (const entry of manifests) if (!(await this.#hasManifest(entry.descriptor.digest))) missing.push(entry);
		return missing;
	}

	async #hasManifest(digest: Digest): Promise<boolean> {
		return (await this.#digestOf(digest)) !== null;
	}

	/** What a tag or a digest names in the registry; null if nothing. */
	async #digestOf(reference: string): Promise<string | null> {
		const answer = await this.#connection.send({
			method: 'HEAD',
			path: `/v2/${this.#repository}/manifests/${reference}`,
			headers: {accept: acceptedTypes},
			scopes: this.#scopes,
			expect: [200, 404],
			what: `look for ${this.#repository}:${reference}`,
		});
		return answer.status === 200 ? (answer.header('docker-content-digest') ?? '') : null;
	}

	/** @param all every blob of the images, so that progress counts what the registry has already */
	async #pushBlobs(missing: readonly Descriptor[], all: readonly Descriptor[]): Promise<void> {
		const sizeOf = (blobs: readonly Descriptor[]) => blobs.reduce((sum, blob) => sum + blob.size, 0);
		const count = progressCounter(sizeOf(all), this.#options.onProgress);
		count(sizeOf(all) - sizeOf(missing));
		const limit = pLimit(parallelUploads);
		const work = missing.map(blob =>
			limit(async () => {
				throwIfCancelled(this.#options.signal);
				let counted = 0;
				const countUpTo = (bytes: number) => {
					if (bytes <= counted) return;
					count(bytes - counted);
					counted = bytes;
				};
				const outcome = await uploadBlob(this.#connection, this.#store, blob, {
					repository: this.#repository,
					scopes: this.#scopes,
					mountFrom: this.#options.mountFrom ?? [],
					chunkSizeBytes: this.#options.chunkSizeBytes,
					signal: this.#options.signal,
					onDone: countUpTo,
				});
				if (outcome === 'uploaded') this.#uploadedBlobs++;
				if (outcome === 'mounted') this.#mountedBlobs++;
				countUpTo(blob.size);
			}),
		);
		try {
			await Promise.all(work);
		} catch (error) {
			limit.clearQueue();
			await Promise.allSettled(work);
			throw error;
		}
	}

	async #putManifest({digest, mediaType}: Descriptor, reference: string): Promise<RegistryResponse> {
		const content = await this.#store.read(digest);
		const answer = await this.#connection.send({
			method: 'PUT',
			path: `/v2/${this.#repository}/manifests/${reference}`,
			headers: {'content-type': mediaType},
			body: () => content,
			scopes: this.#scopes,
			expect: [200, 201, 202],
			what: `push ${this.#repository}:${reference}`,
		});
		const claimed = answer.header('docker-content-digest');
		if (claimed !== null && claimed !== digest) {
			throw new SlipwayError('verification', `The registry stored another manifest than it was sent.`, {
				hint: 'Do not use what is there; tell the people who run the registry.',
				details: {sent: digest, stored: claimed.slice(0, 100)},
			});
		}
		if (reference === digest) this.#pushedManifests++;
		return answer;
	}

	/** One request a subject tells of all its referrers (distribution-spec, "Listing Referrers"). */
	async #missingReferrers(
		referrers: readonly ImageContent['referrers'][number][],
	): Promise<readonly ImageContent['referrers'][number][]> {
		const known = new Set<string>();
		for (const subject of new Set(referrers.map(referrer => referrer.subject.digest))) {
			for (const {digest} of (await this.#listReferrers(subject)).manifests) known.add(digest);
		}
		return referrers.filter(({descriptor}) => !known.has(descriptor.digest));
	}

	async #listReferrers(subject: Digest): Promise<{readonly manifests: readonly Descriptor[]}> {
		if (!this.#lacksReferrers) {
			const listed = await this.#getIndex(`/v2/${this.#repository}/referrers/${subject}`);
			if (listed !== null) return listed;
			// A registry that has the interface answers 200, also where nothing refers to the subject.
			this.#lacksReferrers = true;
		}
		// An index under a tag made of the digest stands for it ("Referrers Tag Schema").
		return (await this.#getIndex(`/v2/${this.#repository}/manifests/${referrersTag(subject)}`)) ?? {manifests: []};
	}

	async #getIndex(path: string): Promise<{readonly manifests: readonly Descriptor[]} | null> {
		const answer = await this.#connection.send({
			method: 'GET',
			path,
			headers: {accept: mediaTypes.index},
			scopes: this.#scopes,
			expect: [200, 400, 404, 405],
			what: `list what belongs to the image in ${this.#repository}`,
		});
		if (answer.status !== 200) return null;
		try {
			const value: unknown = JSON.parse(answer.body.toString());
			return isImageIndex(value) ? value : null;
		} catch {
			// A proxy's page, not the registry's word.
			return null;
		}
	}

	async #pushReferrers(referrers: readonly ImageContent['referrers'][number][]): Promise<void> {
		const withoutInterface = new Map<Digest, Descriptor[]>();
		for (const {descriptor, manifest, subject} of referrers) {
			const answer = await this.#putManifest(descriptor, descriptor.digest);
			// A registry that keeps the list itself says so ("Pushing Manifests with Subject").
			if (answer.header('oci-subject') !== null) continue;
			const entry = {...descriptor, artifactType: artifactTypeOf(manifest)};
			withoutInterface.set(subject.digest, [...(withoutInterface.get(subject.digest) ?? []), entry]);
		}
		for (const [subject, entries] of withoutInterface) {
			const path = `/v2/${this.#repository}/manifests/${referrersTag(subject)}`;
			const before = (await this.#getIndex(path))?.manifests ?? [];
			const added = new Set<string>(entries.map(entry => entry.digest));
			const manifests = [...before.filter(entry => !added.has(entry.digest)), ...entries];
			const content = encodeJson({schemaVersion: 2, mediaType: mediaTypes.index, manifests});
			const answer = await this.#connection.send({
				method: 'PUT',
				path,
				headers: {'content-type': mediaTypes.index},
				body: () => content,
				scopes: this.#scopes,
				expect: [200, 201, 202],
				what: `push the list of SBOM and provenance to ${this.#repository}`,
			});
			const claimed = answer.header('docker-content-digest');
			if (claimed !== null && claimed !== digestOf(content)) {
				throw new SlipwayError('verification', `The registry stored another index than it was sent.`);
			}
		}
	}
}

function unique<T extends Pushable>(manifests: readonly T[]): readonly T[] {
	return [...new Map(manifests.map(entry => [entry.descriptor.digest, entry])).values()];
}

function referrersTag(subject: Digest): string {
	return subject.replace(':', '-');
}

function artifactTypeOf(manifest: ImageManifest): string {
	return manifest.artifactType ?? manifest.config.mediaType;
}
