import type {IncomingMessage, ServerResponse} from 'node:http';
import {Readable} from 'node:stream';
import {isDigest} from '../../image/digest.ts';
import type {LocalImageStore} from '../../image/local-store.ts';
import {mediaTypes, type Digest} from '../../image/oci.ts';
import {isIndexType, isJsonObject, isManifestType} from '../../image/read-documents.ts';
import {sendContent, sendError, sendJson} from './answers.ts';
import type {PulledImage} from './pulls.ts';

export interface ServedImages {
	readonly store: LocalImageStore;
	readonly tenant: string | null;
	/** Told of each root of an image that a client gets. */
	readonly onPulled?: (client: string, pulled: PulledImage) => void;
}

/** Documents are small; whatever is larger is a layer, and no manifest. */
const largestManifestBytes = 4 * 1024 * 1024;
const pageSize = 1000;

/** OCI distribution-spec 1.1, "Endpoints": end-1, end-2, end-3, end-8 and end-12, and Docker's catalogue. */
export async function answerRequest(
	images: ServedImages,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	response.setHeader('docker-distribution-api-version', 'registry/2.0');
	if (request.method !== 'GET' && request.method !== 'HEAD') {
		response.setHeader('allow', 'GET, HEAD');
		sendError(response, 405, 'UNSUPPORTED', 'these images can only be pulled');
		return;
	}
	const address = `http://local${request.url ?? '/'}`;
	const url = URL.canParse(address) ? new URL(address) : null;
	if (url?.pathname === '/v2/' || url?.pathname === '/v2') return sendJson(request, response, {});
	if (url?.pathname === '/v2/_catalog') {
		const names = new Set((await images.store.list()).map(({name}) => fullName(images, name)));
		return sendPage(request, response, url, 'repositories', [...names].sort(), {});
	}
	const [, path = '', kind, rest = ''] =
		/^\/v2\/(.+)\/(manifests|blobs|tags|referrers)\/([^/]+)$/.exec(url?.pathname ?? '') ?? [];
	const name = url === null || kind === undefined ? null : ownName(images, path);
	if (url === null || kind === undefined) return sendError(response, 404, 'UNSUPPORTED', 'there is nothing here');
	if (name === null) return sendError(response, 404, 'NAME_UNKNOWN', 'there is no such image');
	const reference = decode(rest);
	switch (kind) {
		case 'tags':
			return reference === 'list'
				? sendTags(images, request, response, url, name, path)
				: sendError(response, 404, 'UNSUPPORTED', 'there is nothing here');
		case 'manifests':
			return sendManifest(images, request, response, name, reference);
		case 'blobs':
			return sendBlob(images, request, response, reference);
		default:
			return sendReferrers(images, request, response, url, reference);
	}
}

async function sendTags(
	{store}: ServedImages,
	request: IncomingMessage,
	response: ServerResponse,
	url: URL,
	name: string,
	path: string,
): Promise<void> {
	const tags = (await store.list(name)).map(({tag}) => tag).sort();
	if (tags.length === 0) return sendError(response, 404, 'NAME_UNKNOWN', 'there is no such image');
	sendPage(request, response, url, 'tags', tags, {name: path});
}

/** `n` items after `last`, with a Link to the next page (distribution-spec, "Content Discovery"). */
function sendPage(
	request: IncomingMessage,
	response: ServerResponse,
	url: URL,
	field: string,
	items: readonly string[],
	facts: Readonly<Record<string, string>>,
): void {
	const wanted = Number.parseInt(url.searchParams.get('n') ?? '', 10);
	const count = Number.isNaN(wanted) || wanted < 0 ? pageSize : Math.min(wanted, pageSize);
	const last = url.searchParams.get('last');
	const after = last === null ? items : items.filter(item => item > last);
	const page = after.slice(0, count);
	const end = page.at(-1);
	const next = new URLSearchParams({n: String(count), last: end ?? ''}).toString();
	const headers: Record<string, string> =
		end !== undefined && after.length > count ? {link: `<${url.pathname}?${next}>; rel="next"`} : {};
	sendJson(request, response, {...facts, [field]: page}, headers);
}

async function sendManifest(
	{store, onPulled}: ServedImages,
	request: IncomingMessage,
	response: ServerResponse,
	name: string,
	reference: string,
): Promise<void> {
	const found = isDigest(reference) ? {digest: reference} : await resolve(store, name, reference);
	const size = found === null ? null : await store.sizeOf(found.digest);
	if (found === null || size === null || size > largestManifestBytes) {
		return sendError(response, 404, 'MANIFEST_UNKNOWN', 'there is no such tag or manifest');
	}
	const content = await store.read(found.digest);
	const mediaType = documentType(content);
	if (mediaType === null) return sendError(response, 404, 'MANIFEST_UNKNOWN', 'that is no manifest');
	await sendContent(request, response, {
		digest: found.digest,
		mediaType,
		sizeBytes: content.byteLength,
		isMutable: !isDigest(reference),
		stream: (range = {start: 0, end: content.byteLength - 1}) =>
			Readable.from([content.subarray(range.start, range.end + 1)]),
	});
	if (request.method !== 'GET' || onPulled === undefined) return;
	const tagged = (await store.list(name)).filter(({descriptor}) => descriptor.digest === found.digest);
	const tags = isDigest(reference) ? tagged.map(({tag}) => tag) : [reference];
	if (tags.length > 0) onPulled(request.socket.remoteAddress ?? '', {name, tags, digest: found.digest});
}

async function resolve(store: LocalImageStore, name: string, tag: string): Promise<{readonly digest: Digest} | null> {
	return /^\w[\w.-]{0,127}$/.test(tag) ? store.resolve(name, tag) : null;
}

async function sendBlob(
	{store}: ServedImages,
	request: IncomingMessage,
	response: ServerResponse,
	digest: string,
): Promise<void> {
	if (!isDigest(digest)) return sendError(response, 400, 'DIGEST_INVALID', 'that is no SHA-256 digest');
	const sizeBytes = await store.sizeOf(digest);
	if (sizeBytes === null) return sendError(response, 404, 'BLOB_UNKNOWN', 'there is no such blob');
	await sendContent(request, response, {
		digest,
		mediaType: 'application/octet-stream',
		sizeBytes,
		isMutable: false,
		stream: range => store.stream(digest, range),
	});
}

async function sendReferrers(
	{store}: ServedImages,
	request: IncomingMessage,
	response: ServerResponse,
	url: URL,
	digest: string,
): Promise<void> {
	if (!isDigest(digest)) return sendError(response, 400, 'DIGEST_INVALID', 'that is no SHA-256 digest');
	const wanted = url.searchParams.get('artifactType');
	const all = await store.referrers(digest);
	const manifests = wanted === null ? all : all.filter(referrer => referrer.artifactType === wanted);
	sendJson(
		request,
		response,
		{schemaVersion: 2, mediaType: mediaTypes.index, manifests},
		{'content-type': mediaTypes.index, ...(wanted === null ? {} : {'oci-filters-applied': 'artifactType'})},
	);
}

function documentType(content: Uint8Array): string | null {
	if (content[0] !== 0x7b) return null;
	try {
		const value: unknown = JSON.parse(new TextDecoder().decode(content));
		const mediaType = isJsonObject(value) ? value['mediaType'] : null;
		return typeof mediaType === 'string' && (isIndexType(mediaType) || isManifestType(mediaType)) ? mediaType : null;
	} catch {
		return null;
	}
}

/** Name in the store of `TENANT/NAME` or `NAME`; null for another tenant's or none. */
function ownName({tenant}: ServedImages, path: string): string | null {
	const name = tenant !== null && path.startsWith(`${tenant}/`) ? path.slice(tenant.length + 1) : path;
	return /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/.test(name) ? name : null;
}

function fullName({tenant}: ServedImages, name: string): string {
	return tenant === null ? name : `${tenant}/${name}`;
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return '';
	}
}
