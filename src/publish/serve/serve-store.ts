import {once} from 'node:events';
import {createServer as createHttpServer, type RequestListener, type Server} from 'node:http';
import {createServer as createHttpsServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import {isSystemError, messageOf, SlipwayError} from '../../base/errors.ts';
import type {LocalImageStore} from '../../image/local-store.ts';
import {isLoopback} from '../registry/connection.ts';
import {isAllowed, type ServeAuth} from './access.ts';
import {sendError} from './answers.ts';
import {pullCounter, type PulledImage} from './pulls.ts';
import {answerRequest, type ServedImages} from './routes.ts';

export interface ServeOptions {
	readonly store: LocalImageStore;
	/** Images are TENANT/NAME there, and NAME as well. */
	readonly tenant: string | null;
	/** 127.0.0.1 unless said. Beyond loopback, `auth` and `tls` are a must. */
	readonly address?: string;
	/** 5000 unless said; 0 takes a free one. */
	readonly port?: number;
	readonly auth?: ServeAuth | null;
	/** PEM. */
	readonly tls?: {readonly certificate: string; readonly key: string} | null;
	/** One line for each request: method, path, status, bytes. */
	readonly onRequest?: (request: ServedRequest) => void;
	/** Told once of each image that a client pulls. */
	readonly onPulled?: (pulled: PulledImage) => void;
}

export interface ServedRequest {
	readonly client: string;
	readonly method: string;
	readonly path: string;
	readonly status: number;
	readonly durationMs: number;
}

export interface ServedStore {
	/** `127.0.0.1:5000`, for `docker pull`. */
	readonly host: string;
	readonly port: number;
	/** Ends when running answers are sent, or after the limit. */
	close(limitMs?: number): Promise<void>;
}

/**
 * The local store as a registry that can only be read: the pull half of the OCI distribution specification 1.1, with
 * tags, referrers, ranges and entity tags. Throws `usage` if it would listen beyond this host without TLS and credentials.
 */
export async function serveStore(options: ServeOptions): Promise<ServedStore> {
	const {address = '127.0.0.1', port = 5000, auth = null, tls = null} = options;
	if (!isLoopback(address) && (auth === null || tls === null)) {
		throw new SlipwayError(
			'usage',
			`Cannot serve images on ${address}: beyond this host it needs TLS and credentials.`,
			{
				hint: 'Give a certificate with its key and a user or token, or leave the address out to serve this host alone.',
				details: {address},
			},
		);
	}
	const isLocal = isLoopback(address);
	const images: ServedImages = {
		store: options.store,
		tenant: options.tenant,
		...(options.onPulled ? {onPulled: pullCounter(options.onPulled)} : {}),
	};
	const listener: RequestListener = (request, response) => {
		const started = performance.now();
		response.on('close', () =>
			options.onRequest?.({
				client: request.socket.remoteAddress ?? '',
				method: request.method ?? '',
				path: request.url ?? '',
				status: response.statusCode,
				durationMs: performance.now() - started,
			}),
		);
		// A web page that makes a name of its own point to this host must not read the images (DNS rebinding).
		if (isLocal && auth === null && !isLoopback(request.headers.host ?? '')) {
			sendError(response, 403, 'DENIED', 'ask for localhost or 127.0.0.1');
			return;
		}
		if (!isAllowed(request, auth)) {
			response.setHeader('www-authenticate', 'Basic realm="slipway"');
			sendError(response, 401, 'UNAUTHORIZED', 'credentials are needed');
			return;
		}
		answerRequest(images, request, response).catch((error: unknown) => {
			if (response.headersSent) response.destroy();
			else sendError(response, 500, 'UNKNOWN', error instanceof SlipwayError ? error.message : 'internal error');
		});
	};
	const server =
		tls === null ? createHttpServer(listener) : createHttpsServer({cert: tls.certificate, key: tls.key}, listener);
	const bound = await listen(server, address, port);
	return {
		host: `${address.includes(':') && !address.startsWith('[') ? `[${address}]` : address}:${bound}`,
		port: bound,
		async close(limitMs = 5000) {
			const closed = once(server, 'close');
			server.close();
			server.closeIdleConnections();
			const limit = setTimeout(() => server.closeAllConnections(), limitMs);
			await closed;
			clearTimeout(limit);
		},
	};
}

async function listen(server: Server, address: string, port: number): Promise<number> {
	try {
		server.listen(port, address.replace(/^\[|\]$/g, ''));
		await once(server, 'listening');
	} catch (cause) {
		throw new SlipwayError('host', `Cannot listen on ${address}:${port}: ${messageOf(cause)}.`, {
			hint: isSystemError(cause, 'EADDRINUSE')
				? 'Another program does: give another --port.'
				: 'Give another address or port.',
			cause,
		});
	}
	return (server.address() as AddressInfo).port;
}
