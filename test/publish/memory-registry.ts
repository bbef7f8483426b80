import {createHash} from 'node:crypto';
import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';

/** What a fault does with a request: answers it itself (true), or lets it pass. */
export type Fault = (request: IncomingMessage, response: ServerResponse, count: number) => boolean;

export interface MemoryRegistry {
	readonly host: string;
	readonly requests: string[];
	readonly blobs: Map<string, Buffer>;
	/** Wishes for blobs of other repositories; granted where the blob is there. */
	readonly mounts: {readonly digest: string; readonly from: string}[];
	/** By digest and by tag. */
	readonly manifests: Map<string, {readonly type: string; readonly content: Buffer}>;
	fault: Fault | null;
	/** Keeps a request waiting before it is answered; null lets it pass. */
	delay: ((request: IncomingMessage) => Promise<void> | null) | null;
	/** Answers with this digest in place of the true one. */
	lie: string | null;
	/** False: as registries before OCI distribution 1.1. */
	hasReferrers: boolean;
	tags(): readonly string[];
	stop(): Promise<void>;
}

/** A registry of OCI distribution 1.1 in memory, with referrers, whose every answer a test may spoil. */
export async function startMemoryRegistry(): Promise<MemoryRegistry> {
	const uploads = new Map<string, Buffer>();
	const state = {
		requests: [] as string[],
		blobs: new Map<string, Buffer>(),
		mounts: [] as {readonly digest: string; readonly from: string}[],
		manifests: new Map<string, {readonly type: string; readonly content: Buffer}>(),
		fault: null as Fault | null,
		delay: null as MemoryRegistry['delay'],
		lie: null as string | null,
		hasReferrers: true,
	};
	const server = createServer((request, response) => {
		answer(request, response).catch(() => response.destroy());
	});

	async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = new URL(request.url ?? '/', 'http://registry');
		state.requests.push(`${request.method} ${url.pathname}`);
		const end = (status: number, headers: Record<string, string> = {}, body: Buffer | string = '') => {
			response.writeHead(status, headers);
			response.end(request.method === 'HEAD' ? undefined : body);
		};
		if (state.fault?.(request, response, state.requests.length)) return;
		await state.delay?.(request);
		const [, kind = '', rest = ''] =
			/^\/v2\/.+?\/(blobs\/uploads|blobs|manifests|referrers)\/(.*)$/.exec(url.pathname) ?? [];
		const location = (id: string) => ({location: `/v2/x/blobs/uploads/${id}`});
		if (kind === 'blobs/uploads' && request.method === 'POST') {
			const digest = url.searchParams.get('mount');
			if (digest !== null) {
				state.mounts.push({digest, from: url.searchParams.get('from') ?? ''});
				if (state.blobs.has(digest)) return end(201);
			}
			const id = String(uploads.size);
			uploads.set(id, Buffer.alloc(0));
			return end(202, location(id));
		}
		if (kind === 'blobs/uploads') {
			const before = uploads.get(rest);
			if (before === undefined) return end(404);
			if (request.method === 'GET') return end(204, {...location(rest), range: `0-${Math.max(0, before.length - 1)}`});
			const parts: Buffer[] = [before];
			// What came before the connection broke stays, as in a real registry.
			try {
				for await (const chunk of request) parts.push(chunk as Buffer);
			} finally {
				uploads.set(rest, Buffer.concat(parts));
			}
			const now = Buffer.concat(parts);
			if (request.method === 'PATCH') return end(202, {...location(rest), range: `0-${now.length - 1}`});
			const digest = url.searchParams.get('digest') ?? '';
			if (digest !== digestOf(now)) return end(400, {}, '{"errors":[{"code":"DIGEST_INVALID"}]}');
			state.blobs.set(digest, now);
			return end(201, {'docker-content-digest': state.lie ?? digest});
		}
		if (kind === 'blobs') return end(state.blobs.has(rest) ? 200 : 404);
		if (kind === 'manifests' && request.method === 'PUT') {
			const parts: Buffer[] = [];
			for await (const chunk of request) parts.push(chunk as Buffer);
			const content = Buffer.concat(parts);
			const entry = {type: request.headers['content-type'] ?? '', content};
			state.manifests.set(digestOf(content), entry);
			state.manifests.set(rest, entry);
			const {subject} = JSON.parse(content.toString()) as {subject?: {digest: string}};
			const headers = subject && state.hasReferrers ? {'oci-subject': subject.digest} : {};
			return end(201, {'docker-content-digest': state.lie ?? digestOf(content), ...headers});
		}
		if (kind === 'manifests') {
			const found = state.manifests.get(rest);
			if (found === undefined) return end(404);
			return end(200, {'content-type': found.type, 'docker-content-digest': digestOf(found.content)}, found.content);
		}
		if (kind === 'referrers' && state.hasReferrers) {
			const manifests = [...state.manifests].flatMap(([key, {type, content}]) => {
				const {subject} = JSON.parse(content.toString()) as {subject?: {digest: string}};
				const isReferrer = key.startsWith('sha256:') && subject?.digest === rest;
				return isReferrer ? [{mediaType: type, digest: key, size: content.length}] : [];
			});
			return end(200, {}, JSON.stringify({schemaVersion: 2, manifests}));
		}
		return end(404);
	}

	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return Object.assign(state, {
		host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
		tags: () => [...state.manifests.keys()].filter(key => !key.startsWith('sha256:')),
		async stop() {
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	});
}

export function digestOf(content: Uint8Array): string {
	return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
