import {connectDefaultDocker, type DockerHost} from '../docker/connect.ts';
import type {Environment} from '../base/paths.ts';
import {messageOf, SlipwayError, throwIfCancelled} from '../base/errors.ts';
import {safeText} from '../base/safe-text.ts';
import type {ImageStore} from '../image/image-store.ts';
import {readConfig} from '../image/read-documents.ts';
import {contentSize, dockerArchiveEntries, tarStream} from './archive.ts';
import type {ImageContent} from './image-content.ts';
import {progressCounter, type OnPublishProgress} from './progress.ts';

export interface DockerLoadOptions {
	readonly env?: Environment | undefined;
	/** A docker context or an address; the docker command's own choice unless said. */
	readonly endpoint?: string | null | undefined;
	readonly signal?: AbortSignal | undefined;
	readonly onProgress?: OnPublishProgress | undefined;
}

export async function connectForLoad(options: DockerLoadOptions): Promise<DockerHost> {
	return connectDefaultDocker(options.endpoint ?? null, options.env);
}

type Image = ImageContent['images'][number];

/**
 * Loads an image into a daemon under its references. Layers that the daemon has, from the bottom up as far as another
 * image of it has the same ones, are named but not sent: `docker load` looks for a layer by its chain of diff IDs before
 * it opens the archive's file. A daemon that wants the file nevertheless gets the whole archive.
 */
export async function loadIntoDocker(
	host: DockerHost,
	store: ImageStore,
	image: Image,
	references: readonly string[],
	options: DockerLoadOptions,
): Promise<{readonly sentBytes: number}> {
	const known = await layersOfDaemon(host, store, image);
	if (known.size > 0) {
		try {
			return await load(host, store, image, references, known, options);
		} catch (error) {
			throwIfCancelled(options.signal);
			if (!(error instanceof SlipwayError) || error.code !== 'network') throw error;
		}
	}
	return load(host, store, image, references, new Set(), options);
}

async function load(
	host: DockerHost,
	store: ImageStore,
	image: Image,
	references: readonly string[],
	withoutLayers: ReadonlySet<string>,
	options: DockerLoadOptions,
): Promise<{readonly sentBytes: number}> {
	const entries = dockerArchiveEntries(image, references, withoutLayers);
	const sentBytes = contentSize(entries);
	const count = progressCounter(sentBytes, options.onProgress);
	const archive = tarStream(store, entries, count);
	let own: unknown;
	archive.on('error', error => (own = error));
	try {
		const answer = await host.docker.loadImage(archive, {
			quiet: true,
			...(options.signal ? {abortSignal: options.signal} : {}),
		});
		const problem = daemonError(await readAll(answer));
		if (problem !== null) throw new Error(problem);
		await confirm(host, image, references);
		return {sentBytes};
	} catch (cause) {
		archive.destroy();
		throwIfCancelled(options.signal);
		if (own instanceof SlipwayError) throw own;
		if (cause instanceof SlipwayError) throw cause;
		throw new SlipwayError('network', `Docker at ${host.endpoint.name} did not load the image: ${messageOf(cause)}.`, {
			hint: 'See the daemon’s log, and whether its disk is full.',
			cause,
		});
	}
}

/** The daemon's tags have to name this image: an answer without an error is not a proof. */
async function confirm(host: DockerHost, {descriptor, manifest}: Image, references: readonly string[]): Promise<void> {
	for (const reference of references) {
		const {Id: id} = await host.docker.getImage(reference).inspect();
		const plain = `sha256:${id.replace(/^sha256:/, '')}`;
		// The ID is the configuration's digest, or the manifest's in a daemon with containerd's image store.
		if (plain !== manifest.config.digest && plain !== descriptor.digest) {
			throw new Error(`${reference} is ${plain} there, not ${manifest.config.digest}`);
		}
	}
}

/** Layers of the image, by the digest of the layer, that one of the daemon's images has at the same place. */
async function layersOfDaemon(host: DockerHost, store: ImageStore, {manifest}: Image): Promise<ReadonlySet<string>> {
	const {rootfs} = await readConfig(store, manifest);
	let shared = 0;
	for (const {Id: id} of (await host.docker.listImages()).slice(0, 200)) {
		const layers = await layersOf(host, id);
		let same = 0;
		while (same < rootfs.diff_ids.length && layers[same] === rootfs.diff_ids[same]) same++;
		shared = Math.max(shared, same);
		if (shared === rootfs.diff_ids.length) break;
	}
	const known = manifest.layers.slice(0, shared).map(layer => layer.digest);
	// A layer that stands twice is left out only if neither place needs it.
	const needed = new Set<string>(manifest.layers.slice(shared).map(layer => layer.digest));
	return new Set(known.filter(digest => !needed.has(digest)));
}

async function layersOf(host: DockerHost, id: string): Promise<readonly string[]> {
	try {
		// Without layers in the type: an image made by `FROM scratch` alone has none.
		const {RootFS: root} = (await host.docker.getImage(id).inspect()) as {RootFS?: {Layers?: string[]}};
		return root?.Layers ?? [];
	} catch {
		// Removed since it was listed: it shares nothing.
		return [];
	}
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
	let text = '';
	for await (const chunk of stream) text += String(chunk);
	return text;
}

/** JSON messages, one a line; a failed load still answers 200. */
function daemonError(answer: string): string | null {
	for (const line of answer.split('\n')) {
		if (!line.includes('"error"')) continue;
		try {
			const {error} = JSON.parse(line) as {readonly error?: unknown};
			if (typeof error === 'string') return safeText(error).slice(0, 300);
		} catch {
			return safeText(line).slice(0, 300);
		}
	}
	return null;
}
