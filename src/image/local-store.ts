/**
 * src/image owns what an image is: OCI documents, layers, and the local image store (an OCI image layout).
 * Words: blob (content by digest), descriptor, manifest, index, tag, referrer (an artefact whose subject is an image).
 * It knows nothing of packages, plans or builds, and talks to no daemon or registry: that is src/publish.
 */
import {SlipwayError} from '../base/errors.ts';
import {openBlobs} from './blobs.ts';
import {digestOf} from './digest.ts';
import type {ImageStore, TaggedImage} from './image-store.ts';
import {openLayoutIndex, referenceOf, refNameKey, subjectKey, subjectOf} from './layout-index.ts';
import type {Descriptor, Digest} from './oci.ts';
import {isImageManifest, isIndexType, isManifestType, readIndex, readManifest} from './read-documents.ts';

/** A builder puts blobs before it tags them: blobs younger than this are never garbage. */
const youngMs = 60 * 60 * 1000;

export interface ImageStoreOptions {
	/** Told, in a sentence, of a damaged file that was moved aside. */
	readonly onProblem?: (text: string) => void;
	/** How long an unreachable blob is spared, for builds that run now. An hour unless said. */
	readonly graceMs?: number;
}

export interface LocalImageStore extends ImageStore {
	/** Path of a blob's file, for readers that seek. */
	blobPath(digest: Digest): string;
	/** Bytes of one blob; null if it is not there. */
	sizeOf(digest: Digest): Promise<number | null>;
	/** Bytes on disk of all blobs. */
	sizeBytes(): Promise<number>;
}

/** Opens or makes the image layout in a folder. Safe for several processes at once. */
export async function openImageStore(folder: string, options: ImageStoreOptions = {}): Promise<LocalImageStore> {
	const {onProblem = text => process.emitWarning(text), graceMs = youngMs} = options;
	const blobs = await openBlobs(folder);
	const index = await openLayoutIndex(folder, onProblem, {keepsSecond: true});

	const store: LocalImageStore = {
		folder,
		blobPath: digest => blobs.path(digest),
		sizeOf: digest => blobs.sizeOf(digest),
		async has(digest) {
			return (await blobs.touch(digest)) !== null;
		},
		hasWhole: digest => blobs.verify(digest),
		stampIfWhole: (digest, before) => blobs.stampIfWhole(digest, before),
		async put(mediaType, content) {
			const digest = digestOf(content);
			await blobs.put(digest, content);
			const descriptor = {mediaType, digest, size: content.byteLength};
			if (isManifestType(mediaType)) await rememberReferrer(descriptor, content);
			return descriptor;
		},
		async adopt(mediaType, file, digest, sizeBytes) {
			await blobs.adopt(digest, file, sizeBytes);
			return {mediaType, digest, size: sizeBytes};
		},
		read: digest => blobs.read(digest),
		stream: (digest, range) => blobs.stream(digest, range),
		async tag(name, tags, descriptor) {
			const references = new Set(tags.map(tag => referenceFor(name, tag)));
			if ((await blobs.touch(descriptor.digest)) === null) {
				throw new SlipwayError('internal', `Cannot tag ${name}: the image store has no ${descriptor.digest}.`);
			}
			const added = [...references].map(reference => ({
				...descriptor,
				annotations: {...descriptor.annotations, [refNameKey]: reference},
			}));
			await index.change(entries => [...entries.filter(entry => !references.has(referenceOf(entry) ?? '')), ...added]);
		},
		async resolve(name, tag) {
			const reference = referenceFor(name, tag);
			const entry = (await index.read()).find(entry => referenceOf(entry) === reference);
			return entry === undefined ? null : withoutOwnAnnotations(entry);
		},
		async list(name) {
			const tagged = (await index.read()).flatMap(toTaggedImage);
			return name === undefined ? tagged : tagged.filter(image => image.name === name);
		},
		async untag(name, tags) {
			const references = tags === undefined ? null : new Set(tags.map(tag => referenceFor(name, tag)));
			await index.change(entries => {
				const kept = entries.filter(entry => {
					const [image] = toTaggedImage(entry);
					if (image === undefined) return true;
					return references === null ? image.name !== name : !references.has(referenceOf(entry) ?? '');
				});
				return kept.length === entries.length ? entries : kept;
			});
		},
		async referrers(digest) {
			return (await index.read()).filter(entry => subjectOf(entry) === digest).map(withoutOwnAnnotations);
		},
		async collectGarbage(keep = [], {untag = [], sparedSinceMs = Infinity, dryRun = false, onGarbage} = {}) {
			const ageMs = Math.max(graceMs, Date.now() - sparedSinceMs);
			let freed = dryRun ? 0 : await blobs.removeLeftovers(ageMs);
			const dropped = new Set(untag.map(({name, tag}) => referenceFor(name, tag)));
			await index.change(async before => {
				const entries = before.filter(entry => !dropped.has(referenceOf(entry) ?? ''));
				const all = await blobs.list();
				const isOld = new Map(all.map(blob => [blob.digest, Date.now() - blob.modifiedMs >= ageMs]));
				const reached = new Set<Digest>();
				const roots = entries.filter(entry => subjectOf(entry) === null);
				for (const root of roots) await reach(root, reached);
				for (const digest of keep) await reachUnknown(digest, reached);
				for (const digest of isOld.keys()) if (isOld.get(digest) === false) await reachUnknown(digest, reached);
				const kept = await keepReferrers(entries, reached);
				const garbage = all.filter(blob => !reached.has(blob.digest));
				for (const {digest} of garbage) onGarbage?.(digest);
				if (dryRun) {
					freed += garbage.reduce((sum, {sizeBytes}) => sum + sizeBytes, 0);
					return before;
				}
				for (const {digest} of garbage) freed += await blobs.removeOlderThan(digest, ageMs);
				return kept.length === before.length ? before : kept;
			});
			return freed;
		},
		async sizeBytes() {
			return (await blobs.list()).reduce((sum, blob) => sum + blob.sizeBytes, 0);
		},
	};

	async function rememberReferrer(descriptor: Descriptor, content: Uint8Array): Promise<void> {
		const manifest: unknown = JSON.parse(new TextDecoder().decode(content));
		if (!isImageManifest(manifest) || manifest.subject === undefined) return;
		const subject = manifest.subject.digest;
		const entry: Descriptor = {
			...descriptor,
			artifactType: manifest.artifactType ?? manifest.config.mediaType,
			annotations: {...manifest.annotations, [subjectKey]: subject},
		};
		await index.change(entries =>
			entries.some(known => known.digest === entry.digest && subjectOf(known) === subject)
				? entries
				: [...entries, entry],
		);
	}

	/** Adds what a descriptor leads to. A blob that is missing leads to nothing. */
	async function reach(descriptor: Descriptor, reached: Set<Digest>): Promise<void> {
		if (reached.has(descriptor.digest)) return;
		reached.add(descriptor.digest);
		if (!isIndexType(descriptor.mediaType) && !isManifestType(descriptor.mediaType)) return;
		try {
			if (isIndexType(descriptor.mediaType)) {
				for (const manifest of (await readIndex(store, descriptor)).manifests) await reach(manifest, reached);
			} else {
				const manifest = await readManifest(store, descriptor);
				for (const blob of [manifest.config, ...manifest.layers]) reached.add(blob.digest);
			}
		} catch (error) {
			if (!(error instanceof SlipwayError)) throw error;
			onProblem(error.message);
		}
	}

	/** The same for a digest of unknown kind: documents are small and say what they are. */
	async function reachUnknown(digest: Digest, reached: Set<Digest>): Promise<void> {
		if (reached.has(digest)) return;
		const size = await blobs.sizeOf(digest);
		const mediaType = size === null || size > 4 << 20 ? null : documentType(await blobs.read(digest).catch(() => null));
		if (mediaType === null) reached.add(digest);
		else await reach({mediaType, digest, size: size ?? 0}, reached);
	}

	/** Referrers live as long as their subject; they may have referrers of their own. */
	async function keepReferrers(entries: readonly Descriptor[], reached: Set<Digest>): Promise<readonly Descriptor[]> {
		for (let before = -1; before !== reached.size;) {
			before = reached.size;
			for (const entry of entries) {
				const subject = subjectOf(entry);
				if (subject !== null && reached.has(subject)) await reach(entry, reached);
			}
		}
		return entries.filter(entry => subjectOf(entry) === null || reached.has(entry.digest));
	}

	return store;
}

function documentType(content: Uint8Array | null): string | null {
	if (content === null || content[0] !== 0x7b) return null;
	try {
		const {mediaType} = JSON.parse(new TextDecoder().decode(content)) as {readonly mediaType?: unknown};
		return typeof mediaType === 'string' && (isIndexType(mediaType) || isManifestType(mediaType)) ? mediaType : null;
	} catch {
		return null;
	}
}

/** NAME:TAG. Names and tags as OCI distribution-spec allows them. */
function referenceFor(name: string, tag: string): string {
	if (!/^[a-z0-9]+(?:(?:\.|__?|-+|\/)[a-z0-9]+)*$/.test(name)) {
		throw new SlipwayError('bad-input', `${JSON.stringify(name)} is not a name for an image.`);
	}
	if (!/^\w[\w.-]{0,127}$/.test(tag)) {
		throw new SlipwayError('bad-input', `${JSON.stringify(tag)} is not a tag.`, {
			hint: 'A tag has at most 128 letters, digits, "_", "." and "-".',
		});
	}
	return `${name}:${tag}`;
}

function toTaggedImage(entry: Descriptor): readonly TaggedImage[] {
	const reference = referenceOf(entry);
	const colon = reference?.lastIndexOf(':') ?? -1;
	if (reference === null || colon <= 0) return [];
	return [{name: reference.slice(0, colon), tag: reference.slice(colon + 1), descriptor: withoutOwnAnnotations(entry)}];
}

function withoutOwnAnnotations(entry: Descriptor): Descriptor {
	const {annotations, ...rest} = entry;
	const kept = Object.entries(annotations ?? {}).filter(([key]) => key !== refNameKey && key !== subjectKey);
	return kept.length === 0 ? rest : {...rest, annotations: Object.fromEntries(kept)};
}
