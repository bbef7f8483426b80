import {createHash} from 'node:crypto';
import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {ArchiveTree} from './archive-tree.ts';

/** What a server does wrong. */
export type Fault =
	/** Sends that many bytes of the body, then nothing more, with the connection open. */
	| {readonly kind: 'stall'; readonly afterBytes?: number}
	/** Sends that many bytes of the body, then breaks the connection. */
	| {readonly kind: 'reset'; readonly afterBytes?: number}
	/** Answers in full form with only that many bytes, as a broken proxy does. */
	| {readonly kind: 'truncate'; readonly afterBytes: number}
	/** Sends other bytes of the same length. */
	| {readonly kind: 'corrupt'}
	/** Sends that in place of the file: a captive portal's page. */
	| {readonly kind: 'replace'; readonly body: string | Uint8Array; readonly contentType?: string}
	| {readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>>}
	| {readonly kind: 'redirect'; readonly location: string}
	/** Ignores Range: answers 200 with everything. */
	| {readonly kind: 'no-range'}
	/** Runs before the file is looked up: publish a new state there and the client meets a repository that moved. */
	| {readonly kind: 'before'; readonly run: (request: LoggedRequest) => unknown};

export interface LoggedRequest {
	readonly method: string;
	/** Without a leading slash: `debian/dists/trixie/InRelease`. */
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	/** 0 until answered. */
	status: number;
	/** Bytes of the body that were handed to the connection. */
	sentBytes: number;
}

/** A part of a path, or a pattern for it. */
export type PathMatch = string | RegExp;

export interface FaultOptions {
	/** How many requests meet the fault; default: every one until it is lifted. */
	readonly times?: number;
}

export interface ArchiveServer {
	/** `http://127.0.0.1:PORT` */
	readonly origin: string;
	readonly requests: readonly LoggedRequest[];
	requestsFor(match: PathMatch): readonly LoggedRequest[];
	forgetRequests(): void;
	/** Returns a function that lifts the fault. */
	fault(match: PathMatch, fault: Fault, options?: FaultOptions): () => void;
	close(): Promise<void>;
}

interface ActiveFault {
	readonly match: PathMatch;
	readonly fault: Fault;
	left: number;
}

/** Serves a tree on loopback as a mirror does: ETag, Last-Modified, conditional requests, ranges. */
export async function serveArchive(tree: () => ArchiveTree, lastModified: () => Date): Promise<ArchiveServer> {
	const requests: LoggedRequest[] = [];
	const faults: ActiveFault[] = [];

	const takeFault = (path: string): Fault | null => {
		const found = faults.find(({match, left}) => left > 0 && matches(path, match));
		if (!found) return null;
		found.left -= 1;
		return found.fault;
	};

	const answer = async (request: IncomingMessage, response: ServerResponse) => {
		const path = decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname).slice(1);
		const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
		const log: LoggedRequest = {method: request.method ?? 'GET', path, headers, status: 0, sentBytes: 0};
		requests.push(log);
		const fault = takeFault(path);
		if (fault?.kind === 'before') await fault.run(log);
		respond(log, tree().get(path), lastModified(), fault, response);
	};

	const server = createServer((request, response) => {
		answer(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const {port} = server.address() as AddressInfo;

	return {
		origin: `http://127.0.0.1:${port}`,
		requests,
		requestsFor: match => requests.filter(({path}) => matches(path, match)),
		forgetRequests: () => void requests.splice(0),
		fault(match, fault, {times = Number.POSITIVE_INFINITY} = {}) {
			const active: ActiveFault = {match, fault, left: times};
			faults.unshift(active);
			return () => {
				active.left = 0;
			};
		},
		async close() {
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}

function matches(path: string, match: PathMatch): boolean {
	return typeof match === 'string' ? path.includes(match) : match.test(path);
}

function respond(
	log: LoggedRequest,
	content: Uint8Array | undefined,
	lastModified: Date,
	fault: Fault | null,
	response: ServerResponse,
): void {
	const finish = (status: number, headers: Record<string, string | number>, body: Uint8Array = Buffer.alloc(0)) => {
		log.status = status;
		response.writeHead(status, {...headers, 'content-length': body.length});
		if (log.method === 'HEAD') response.end();
		else send(log, body, fault, response);
	};
	if (fault?.kind === 'status') return finish(fault.status, fault.headers ?? {});
	if (fault?.kind === 'redirect') return finish(302, {location: fault.location});
	if (fault?.kind === 'replace') {
		return finish(200, {'content-type': fault.contentType ?? 'text/html'}, Buffer.from(fault.body as string));
	}
	if (!content) return finish(404, {});

	const etag = `"${createHash('sha256').update(content).digest('hex').slice(0, 20)}"`;
	const modified = lastModified.toUTCString();
	const validators = {etag, 'last-modified': modified, 'accept-ranges': 'bytes'};
	if (isUnchanged(log, etag, modified)) return finish(304, validators);
	const body = fault?.kind === 'corrupt' ? content.map(byte => byte ^ 0x55) : content;
	const from = fault?.kind === 'no-range' ? null : rangeStart(log, etag, modified);
	if (from === null) return finish(200, validators, body);
	if (from >= body.length) return finish(416, {'content-range': `bytes */${body.length}`});
	const range = `bytes ${from}-${body.length - 1}/${body.length}`;
	return finish(206, {...validators, 'content-range': range}, body.subarray(from));
}

function isUnchanged({headers}: LoggedRequest, etag: string, modified: string): boolean {
	// If-None-Match wins over If-Modified-Since (RFC 9110, 13.2.2).
	if (headers['if-none-match'] !== undefined) return headers['if-none-match'].includes(etag);
	const since = headers['if-modified-since'];
	return since !== undefined && Date.parse(since) >= Date.parse(modified);
}

/** First byte of `Range: bytes=N-`, the one form that a resumed download needs; null for everything. */
function rangeStart({headers}: LoggedRequest, etag: string, modified: string): number | null {
	const condition = headers['if-range'];
	if (condition !== undefined && condition !== etag && condition !== modified) return null;
	const start = /^bytes=(\d+)-$/.exec(headers['range'] ?? '')?.[1];
	return start === undefined ? null : Number(start);
}

function send(log: LoggedRequest, body: Uint8Array, fault: Fault | null, response: ServerResponse): void {
	if (fault?.kind === 'truncate') {
		// With the full Content-Length the client sees a connection that ended early.
		const part = body.subarray(0, fault.afterBytes);
		log.sentBytes = part.length;
		response.write(part, () => response.socket?.end());
	} else if (fault?.kind === 'stall' || fault?.kind === 'reset') {
		const part = body.subarray(0, fault.afterBytes ?? 0);
		log.sentBytes = part.length;
		response.flushHeaders();
		const then = () => {
			if (fault.kind === 'reset') response.socket?.resetAndDestroy();
		};
		if (part.length > 0) response.write(part, then);
		else then();
	} else {
		log.sentBytes = body.length;
		response.end(body);
	}
}
