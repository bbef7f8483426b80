import type {Environment} from '../base/paths.ts';
import {messageOf, SlipwayError, throwIfCancelled} from '../base/errors.ts';
import {connectDefaultDocker} from '../docker/connect.ts';
import type {LocalImageStore} from '../image/local-store.ts';
import type {Descriptor} from '../image/oci.ts';
import {parseDestination, type Destination} from './destination.ts';
import {imageContent} from './image-content.ts';
import {digestInRegistry} from './registry/digest-in-registry.ts';

/** How a tag stands at a destination, compared with the local store. */
export type TagState = 'current' | 'outdated' | 'missing';

export interface Whereabouts {
	/** In the transport notation. */
	readonly destination: string;
	/** By tag of the store. Empty if the place could not be asked. */
	readonly tags: Readonly<Record<string, TagState>>;
	/** Why it could not be asked. */
	readonly problem: string | null;
}

export interface LookInput {
	readonly store: LocalImageStore;
	readonly name: string;
	readonly tenant: string;
	readonly tags: readonly string[];
	readonly env?: Environment;
	readonly plainHttpHosts?: readonly string[];
	readonly signal?: AbortSignal;
}

/** Asks a daemon or a registry what it has of an image. Never throws but when cancelled: a place that is away says so. */
export async function whereaboutsAt(destination: string, input: LookInput): Promise<Whereabouts> {
	try {
		const lookup = await openLookup(parseDestination(destination), input);
		const tags: Record<string, TagState> = {};
		for (const tag of input.tags) {
			const own = await input.store.resolve(input.name, tag);
			if (own !== null) tags[tag] = await lookup(tag, own);
		}
		return {destination, tags, problem: null};
	} catch (error) {
		throwIfCancelled(input.signal);
		return {destination, tags: {}, problem: messageOf(error)};
	}
}

type Lookup = (tag: string, own: Descriptor) => Promise<TagState>;

async function openLookup(destination: Destination, input: LookInput): Promise<Lookup> {
	const {store, name, tenant, env, signal} = input;
	switch (destination.kind) {
		case 'registry': {
			const {host, repository} = destination;
			return async (tag, own) => {
				const digest = await digestInRegistry(host, repository, destination.tag ?? tag, {
					env,
					signal,
					plainHttpHosts: input.plainHttpHosts,
				});
				return digest === null ? 'missing' : digest === own.digest ? 'current' : 'outdated';
			};
		}
		case 'docker-daemon': {
			const {docker} = await connectDefaultDocker(null, env);
			return async (tag, own) => {
				const reference = destination.reference ?? `${tenant}/${name}:${tag}`;
				const id = await docker
					.getImage(reference)
					.inspect()
					.then(image => image.Id)
					.catch((error: unknown) => {
						if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return null;
						throw error;
					});
				if (id === null) return 'missing';
				// A configuration's digest, or with containerd's image store a manifest's.
				const {images} = await imageContent(store, own);
				const known = images.flatMap(({descriptor, manifest}) => [descriptor.digest, manifest.config.digest]);
				return known.some(digest => digest === id || digest === `sha256:${id}`) ? 'current' : 'outdated';
			};
		}
		case 'oci':
		case 'oci-archive':
		case 'docker-archive':
			throw new SlipwayError('usage', 'Files are not looked into.');
	}
}
