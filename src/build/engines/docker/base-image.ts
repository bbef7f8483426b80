import type {Readable} from 'node:stream';
import {SlipwayError, throwIfCancelled} from '../../../base/errors.ts';
import {safeText} from '../../../base/safe-text.ts';
import type {DockerHost} from '../../../docker/connect.ts';

const repository = 'slipway-base';
/** Base images that nobody has made anew for so long are of packages that have been replaced. */
const longestUseSeconds = 14 * 86_400;

/** Whether the daemon has an image of that name. */
export async function hasImage({docker}: DockerHost, reference: string): Promise<boolean> {
	try {
		await docker.getImage(reference).inspect();
		return true;
	} catch (error) {
		if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return false;
		throw error;
	}
}

/** The base image of that name, made now of a root if the daemon has none; those long out of use go. */
export async function ensureImage(
	host: DockerHost,
	reference: string,
	architecture: string,
	root: () => Readable,
	signal: AbortSignal,
): Promise<void> {
	if (await hasImage(host, reference)) return;
	await putRoot(host, root(), architecture, reference, signal);
	const nowSeconds = Date.now() / 1000;
	const known = await host.docker.listImages({filters: {reference: [repository]}});
	for (const {Id: id, Created: created} of known) {
		// One in use cannot be removed, and shall not.
		if (nowSeconds - created > longestUseSeconds)
			await host.docker
				.getImage(id)
				.remove()
				.catch(() => {});
	}
}

/**
 * A root file system as an image of one layer (Docker Engine API, `POST /images/create`, `fromSrc`).
 *
 * @returns its ID, or its name
 */
export async function putRoot(
	{docker}: DockerHost,
	root: Readable,
	architecture: string,
	reference: string | null,
	signal: AbortSignal,
): Promise<string> {
	const answer = await docker.importImage(root, {
		// With its tag: Podman heeds no other.
		...(reference === null ? {} : {repo: reference}),
		platform: `linux/${architecture}`,
		abortSignal: signal,
	});
	let id: string | null = null;
	for (const {status, error} of await messagesOf(answer, () => {})) {
		if (error !== undefined) throw refused(error);
		id = status ?? id;
	}
	throwIfCancelled(signal);
	if (reference !== null) return reference;
	if (id === null) throw refused('it named no image');
	return id.replace(/^sha256:/, '');
}

/** An image by digest: what it is, it is everywhere. */
export async function pullImage(
	host: DockerHost,
	reference: string,
	log: (text: string) => void,
	signal: AbortSignal,
): Promise<void> {
	if (await hasImage(host, reference)) return;
	const answer = await host.docker.pull(reference, {abortSignal: signal});
	for (const {error} of await messagesOf(answer, log)) {
		if (error === undefined) continue;
		throw new SlipwayError('network', `${host.endpoint.name} cannot pull the base image ${reference}: ${error}.`, {
			hint: 'Check the setting `docker.baseImage`, or empty it: Slipway then makes its own base images.',
		});
	}
}

interface Message {
	readonly status?: string;
	readonly error?: string;
}

/** The daemon's JSON messages, one a line. */
async function messagesOf(stream: NodeJS.ReadableStream, log: (text: string) => void): Promise<readonly Message[]> {
	let text = '';
	for await (const chunk of stream) text += String(chunk);
	return text.split('\n').flatMap((line): Message[] => {
		if (line.trim() === '') return [];
		try {
			const value = JSON.parse(line) as Record<string, unknown>;
			const words = (name: string) => {
				const found = value[name];
				return typeof found === 'string' ? {[name]: safeText(found).slice(0, 300)} : {};
			};
			const message: Message = {...words('status'), ...words('error')};
			if (message.status !== undefined && !('progress' in value)) log(message.status);
			return [message];
		} catch {
			return [{error: safeText(line).slice(0, 300)}];
		}
	});
}

function refused(why: string): SlipwayError {
	return new SlipwayError('build', `The Docker daemon did not take the base image: ${why}.`, {
		hint: 'See the daemon’s log, and whether its disk is full.',
	});
}
