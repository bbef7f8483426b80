import {messageOf} from '../base/errors.ts';
import type {Environment} from '../base/paths.ts';
import type {LocalImageStore} from '../image/local-store.ts';
import {formatDestination, parseDestination} from '../publish/destination.ts';
import type {ExportResult} from '../publish/export-image.ts';
import type {OnPublishProgress} from '../publish/progress.ts';
import {mutableTags} from '../publish/mutable-tags.ts';
import type {Whereabouts} from '../publish/whereabouts.ts';
import type {PublishTarget, PublishTargets} from './publish-targets.ts';
import type {MovedImage} from './tell-of-image.ts';

export interface PublishWishes {
	readonly name: string;
	/** In the transport notation. */
	readonly destination: string;
	/** Without any: all that builds move. */
	readonly tags?: readonly string[];
	readonly architecture?: string;
	/** The registry may be spoken to without TLS. */
	readonly isPlainHttp?: boolean;
	readonly signal?: AbortSignal;
	readonly onProgress?: OnPublishProgress;
}

export interface PublishService {
	/** Brings an image to a destination, remembers it, and makes the actions that the rules have for a push. */
	publish(wishes: PublishWishes): Promise<readonly ExportResult[]>;
	/** Where an image was published before, newest first. */
	targets(name: string): Promise<readonly PublishTarget[]>;
	/** What the Docker daemon and the remembered registries have of an image now. */
	whereabouts(name: string, signal?: AbortSignal): Promise<readonly Whereabouts[]>;
}

export interface PublishParts {
	readonly store: LocalImageStore;
	readonly targets: PublishTargets;
	readonly tenant: string;
	readonly env: Environment;
	readonly tell: (moved: MovedImage) => Promise<void>;
	readonly onProblem: (text: string) => void;
	readonly now?: () => Date;
}

const daemon = 'docker-daemon:';

export function createPublishService(parts: PublishParts): PublishService {
	const {store, targets, tenant, env, now = () => new Date()} = parts;

	async function remember({name, destination, isPlainHttp = false}: PublishWishes, tags: readonly string[]) {
		const parsed = parseDestination(destination);
		if (parsed.kind !== 'registry' && parsed.kind !== 'docker-daemon') return;
		const place = parsed.kind === 'registry' ? {...parsed, tag: null} : {...parsed, reference: null};
		const digests: Record<string, string> = {};
		for (const tag of tags) {
			const descriptor = await store.resolve(name, tag);
			if (descriptor !== null) digests[tag] = descriptor.digest;
		}
		await targets
			.remember(name, {destination: formatDestination(place), publishedAt: now().toISOString(), digests, isPlainHttp})
			.catch((error: unknown) => parts.onProblem(`The destination cannot be remembered: ${messageOf(error)}`));
	}

	return {
		async publish(wishes) {
			const {name, destination, tags, architecture, isPlainHttp, signal, onProgress} = wishes;
			const host = /^docker:\/\/([^/]+)/u.exec(destination)?.[1];
			// What speaks to registries is not read before it is needed: the first screen waits for this module.
			const {publishTags} = await import('../publish/publish-tags.ts');
			const results = await publishTags({
				store,
				name,
				tenant,
				destination,
				env,
				...(tags === undefined ? {} : {tags}),
				...(architecture === undefined ? {} : {architecture}),
				...(isPlainHttp && host ? {plainHttpHosts: [host]} : {}),
				...(host ? {mountFrom: await otherRepositories(host, destination)} : {}),
				...(signal ? {signal} : {}),
				...(onProgress ? {onProgress} : {}),
			});
			const published = tags ?? mutableTags(await store.list(name));
			await remember(wishes, published);
			if (host) {
				for (const result of results) {
					if (result.unchanged) continue;
					for (const [digest, references] of await byDigest(name, published, result)) {
						const [reference = result.destination] = references;
						const moved = references.map(text => text.slice(text.lastIndexOf(':') + 1));
						await parts.tell({
							kind: 'image/pushed',
							image: name,
							tags: moved,
							digest,
							reference,
							...(signal ? {signal} : {}),
						});
					}
				}
			}
			return results;
		},
		targets: name => targets.read(name),
		async whereabouts(name, signal) {
			const known = (await targets.read(name)).filter(({destination}) => destination !== daemon);
			const tags = mutableTags(await store.list(name));
			const plainHttpHosts = known
				.filter(({isPlainHttp}) => isPlainHttp)
				.flatMap(({destination}) => /^docker:\/\/([^/]+)/u.exec(destination)?.[1] ?? []);
			const {whereaboutsAt} = await import('../publish/whereabouts.ts');
			const look = {store, name, tenant, tags, env, plainHttpHosts, ...(signal ? {signal} : {})};
			return Promise.all(
				[daemon, ...known.map(({destination}) => destination)].map(place => whereaboutsAt(place, look)),
			);
		},
	};

	/** Layers that another image of ours has in the same registry are mounted, not sent. */
	async function otherRepositories(host: string, destination: string): Promise<readonly string[]> {
		const names = new Set((await store.list()).map(image => image.name));
		const known = (await Promise.all([...names].map(name => targets.read(name)))).flat();
		const repositories = known.flatMap(target => {
			const parsed = parseDestination(target.destination);
			return parsed.kind === 'registry' && parsed.host === host ? [parsed.repository] : [];
		});
		const own = parseDestination(destination);
		const others = new Set(repositories.filter(repository => own.kind === 'registry' && repository !== own.repository));
		return [...others].slice(0, 3);
	}

	/** References of a push by the image that they name. */
	async function byDigest(name: string, tags: readonly string[], result: ExportResult) {
		const groups = new Map<string, string[]>();
		for (const [place, reference] of result.references.entries()) {
			const digest = (await store.resolve(name, tags[place] ?? ''))?.digest ?? result.digest;
			groups.set(digest, [...(groups.get(digest) ?? []), reference]);
		}
		return groups;
	}
}
