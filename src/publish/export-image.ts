import {messageOf, SlipwayError, throwIfCancelled} from '../base/errors.ts';
import type {Environment} from '../base/paths.ts';
import type {LocalImageStore} from '../image/local-store.ts';
import type {Descriptor} from '../image/oci.ts';
import {
	contentSize,
	dockerArchiveEntries,
	layoutEntries,
	tarStream,
	writeArchive,
	type ArchiveEntry,
} from './archive.ts';
import {formatDestination, parseDestination, type Destination} from './destination.ts';
import {connectForLoad, loadIntoDocker} from './docker-load.ts';
import {imageContent, imageForArchitecture} from './image-content.ts';
import {exportToFolder} from './oci-folder.ts';
import {progressCounter, type OnPublishProgress} from './progress.ts';
import {pushImages} from './registry/push.ts';

export interface ExportInput {
	readonly store: LocalImageStore;
	/** Name of the private image, without tenant. */
	readonly name: string;
	readonly tag: string;
	/** Further tags of the same image that go along under their own names, where the destination names none. */
	readonly moreTags?: readonly string[];
	/** First part of the name that a daemon or an archive gives the image. */
	readonly tenant?: string | null;
	readonly destination: string | Destination;
	/** For destinations that hold one platform; the only one, or the daemon's, unless said. */
	readonly architecture?: string;
	/** A docker context or address for `docker-daemon:`. */
	readonly dockerEndpoint?: string | null;
	/** Repositories of the same registry that may have some of the layers. */
	readonly mountFrom?: readonly string[];
	readonly plainHttpHosts?: readonly string[];
	readonly env?: Environment;
	readonly signal?: AbortSignal;
	readonly onProgress?: OnPublishProgress;
}

export interface ExportResult {
	/** The destination in its notation, with the tag that it got. */
	readonly destination: string;
	readonly digest: string;
	/** Names under which it is there: TENANT/NAME:TAG, or HOST/REPOSITORY:TAG. */
	readonly references: readonly string[];
	/** True if the destination had all of it already. */
	readonly unchanged: boolean;
}

/** Brings an image of the local store to a destination, whole or not at all. */
export async function exportImage(input: ExportInput): Promise<ExportResult> {
	const destination = typeof input.destination === 'string' ? parseDestination(input.destination) : input.destination;
	throwIfCancelled(input.signal);
	const root = await resolveTag(input, input.tag);
	try {
		return await exportTo(input, destination, root);
	} catch (error) {
		throwIfCancelled(input.signal);
		if (error instanceof SlipwayError) throw error;
		throw new SlipwayError('storage', `Cannot export to ${formatDestination(destination)}: ${messageOf(error)}.`, {
			hint: 'Check that the place is there, can be written, and has room.',
			cause: error,
		});
	}
}

async function exportTo(input: ExportInput, destination: Destination, root: Descriptor): Promise<ExportResult> {
	const {store, signal, onProgress} = input;
	const fullName = input.tenant ? `${input.tenant}/${input.name}` : input.name;
	const tags = [...new Set([input.tag, ...(input.moreTags ?? [])])];
	const result = (references: readonly string[], final: Destination, unchanged = false): ExportResult => ({
		destination: formatDestination(final),
		digest: root.digest,
		references,
		unchanged,
	});
	switch (destination.kind) {
		case 'oci': {
			const tag = destination.tag ?? input.tag;
			await exportToFolder(store, await imageContent(store, root), destination.folder, tag, {signal, onProgress});
			return result([], {...destination, tag});
		}
		case 'oci-archive': {
			const tag = destination.tag ?? input.tag;
			const entries = layoutEntries(await imageContent(store, root), {'org.opencontainers.image.ref.name': tag});
			await writeEntries(input, destination.file, entries);
			return result([], {...destination, tag});
		}
		case 'docker-archive': {
			const references =
				destination.reference === null ? tags.map(tag => `${fullName}:${tag}`) : [destination.reference];
			const image = await imageForArchitecture(store, root, input.architecture ?? null);
			await writeEntries(input, destination.file, dockerArchiveEntries(image, references));
			return result(references, {...destination, reference: references[0] ?? null});
		}
		case 'docker-daemon': {
			const references =
				destination.reference === null ? tags.map(tag => `${fullName}:${tag}`) : [destination.reference];
			const options = {env: input.env, endpoint: input.dockerEndpoint, signal, onProgress};
			const host = await connectForLoad(options);
			const image = await imageForArchitecture(store, root, input.architecture ?? host.architecture);
			await loadIntoDocker(host, store, image, references, options);
			return result(references, {...destination, reference: references[0] ?? null});
		}
		case 'registry': {
			const {host, repository} = destination;
			const pushed =
				destination.tag === null
					? await Promise.all(tags.map(async tag => ({tag, descriptor: await resolveTag(input, tag)})))
					: [{tag: destination.tag, descriptor: root}];
			const outcome = await pushImages(store, host, repository, pushed, {
				env: input.env,
				signal,
				onProgress,
				mountFrom: input.mountFrom,
				plainHttpHosts: input.plainHttpHosts,
			});
			const references = pushed.map(({tag}) => `${host}/${repository}:${tag}`);
			const isUnchanged = outcome.movedTags.length === 0 && outcome.pushedManifests === 0;
			return result(references, {...destination, tag: pushed[0]?.tag ?? null}, isUnchanged);
		}
	}
}

async function writeEntries(input: ExportInput, file: string, entries: readonly ArchiveEntry[]): Promise<void> {
	const count = progressCounter(contentSize(entries), input.onProgress);
	await writeArchive(file, tarStream(input.store, entries, count), input.signal);
}

async function resolveTag({store, name}: ExportInput, tag: string): Promise<Descriptor> {
	const descriptor = await store.resolve(name, tag);
	if (descriptor !== null) return descriptor;
	const tags = (await store.list(name)).map(image => image.tag);
	throw new SlipwayError('not-found', `There is no image ${name}:${tag} in the local store.`, {
		hint: tags.length === 0 ? `Build it: slipway build ${name}` : `Its tags are ${tags.slice(0, 20).join(', ')}.`,
		details: {image: name, tag},
	});
}
