import type {IncomingMessage, ServerResponse} from 'node:http';
import {pipeline} from 'node:stream/promises';
import type {Readable} from 'node:stream';

/** OCI distribution-spec, "Error Codes". */
export type RegistryErrorCode =
	| 'BLOB_UNKNOWN'
	| 'MANIFEST_UNKNOWN'
	| 'NAME_INVALID'
	| 'NAME_UNKNOWN'
	| 'DIGEST_INVALID'
	| 'UNAUTHORIZED'
	| 'DENIED'
	| 'UNSUPPORTED'
	| 'UNKNOWN';

export function sendError(response: ServerResponse, status: number, code: RegistryErrorCode, message: string): void {
	const body = JSON.stringify({errors: [{code, message}]});
	response.writeHead(status, {'content-type': 'application/json', 'content-length': Buffer.byteLength(body)});
	// To HEAD, Node sends the head alone.
	response.end(body);
}

export function sendJson(
	request: IncomingMessage,
	response: ServerResponse,
	value: unknown,
	headers: Readonly<Record<string, string>> = {},
): void {
	const body = Buffer.from(JSON.stringify(value));
	response.writeHead(200, {'content-type': 'application/json', ...headers, 'content-length': body.byteLength});
	response.end(request.method === 'HEAD' ? undefined : body);
}

/** Content that its digest names, so that a client's copy is good as long as its entity tag is this digest. */
export interface NamedContent {
	readonly digest: string;
	readonly mediaType: string;
	readonly sizeBytes: number;
	/** May change, as a tag may: to be asked for anew each time. */
	readonly isMutable: boolean;
	stream(range?: {readonly start: number; readonly end: number}): Readable;
}

export async function sendContent(
	request: IncomingMessage,
	response: ServerResponse,
	content: NamedContent,
): Promise<void> {
	const {digest, mediaType, sizeBytes} = content;
	const etag = `"${digest}"`;
	const headers = {
		'docker-content-digest': digest,
		etag,
		'accept-ranges': 'bytes',
		'cache-control': content.isMutable ? 'no-cache' : 'private, max-age=31536000, immutable',
	};
	if (matches(request.headers['if-none-match'], etag)) {
		response.writeHead(304, headers).end();
		return;
	}
	const range =
		request.headers['if-range'] === undefined || request.headers['if-range'] === etag
			? parseRange(request.headers.range, sizeBytes)
			: null;
	if (range === 'impossible') {
		response.writeHead(416, {...headers, 'content-range': `bytes */${sizeBytes}`}).end();
		return;
	}
	const {start, end} = range ?? {start: 0, end: sizeBytes - 1};
	response.writeHead(range === null ? 200 : 206, {
		...headers,
		'content-type': mediaType,
		'content-length': end - start + 1,
		...(range === null ? {} : {'content-range': `bytes ${start}-${end}/${sizeBytes}`}),
	});
	if (request.method === 'HEAD' || sizeBytes === 0) {
		response.end();
		return;
	}
	await pipeline(content.stream({start, end}), response);
}

/** RFC 9110, 13.1.2: a list of entity tags, weak ones alike. */
function matches(header: string | undefined, etag: string): boolean {
	return header !== undefined && header.split(',').some(tag => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}

/** One range (RFC 9110, 14.1.2). Several, or another unit, are as good as none: the whole is a valid answer. */
export function parseRange(
	header: string | undefined,
	sizeBytes: number,
): {readonly start: number; readonly end: number} | null | 'impossible' {
	const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
	if (from === undefined || to === undefined || (from === '' && to === '')) return null;
	if (from === '') {
		const count = Math.min(Number(to), sizeBytes);
		return count === 0 ? 'impossible' : {start: sizeBytes - count, end: sizeBytes - 1};
	}
	const start = Number(from);
	const end = to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
	if (to !== '' && Number(to) < start) return null;
	return start >= sizeBytes ? 'impossible' : {start, end};
}
