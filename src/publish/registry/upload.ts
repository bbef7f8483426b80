import {isSystemError, SlipwayError, throwIfCancelled} from '../../base/errors.ts';
import type {ImageStore} from '../../image/image-store.ts';
import type {Descriptor} from '../../image/oci.ts';
import type {RegistryConnection, RegistryResponse} from './connection.ts';

/** Blobs up to this size go in one request; larger ones in chunks, so that a broken connection costs one chunk. */
const chunkSizeBytes = 16 * 1024 * 1024;
const resumptions = 5;

export interface UploadOptions {
	readonly repository: string;
	readonly scopes: readonly string[];
	/** Repositories of the same registry that may have the blob. */
	readonly mountFrom: readonly string[];
	readonly chunkSizeBytes?: number | undefined;
	readonly signal?: AbortSignal | undefined;
	/** Bytes of this blob that the registry has. May go back where an upload begins anew. */
	readonly onDone?: (bytes: number) => void;
}

/** OCI distribution-spec, "Pushing blobs". What is there is not sent; what another repository has is mounted. */
export async function uploadBlob(
	connection: RegistryConnection,
	store: ImageStore,
	blob: Descriptor,
	options: UploadOptions,
): Promise<'there' | 'mounted' | 'uploaded'> {
	const {repository, scopes, mountFrom} = options;
	const head = await connection.send({
		method: 'HEAD',
		path: `/v2/${repository}/blobs/${blob.digest}`,
		scopes,
		expect: [200, 404],
		what: `look for a layer in ${repository}`,
	});
	if (head.status === 200) return 'there';
	for (const other of mountFrom) {
		const mounted = await connection.send({
			method: 'POST',
			path: `/v2/${repository}/blobs/uploads/?mount=${blob.digest}&from=${encodeURIComponent(other)}`,
			scopes: [...scopes, `repository:${other}:pull`],
			// Not a refusal of the push: the registry may not let us read that repository.
			expect: [201, 202, 401, 403, 404],
			what: `mount a layer from ${other}`,
		});
		if (mounted.status === 201) return 'mounted';
		if (mounted.status === 202) await cancelUpload(connection, mounted, scopes);
	}
	const limit = options.chunkSizeBytes ?? chunkSizeBytes;
	for (let attempt = 1; ; attempt++) {
		try {
			await (blob.size <= limit ? uploadWhole : uploadInChunks)(connection, store, blob, {
				...options,
				chunkSizeBytes: limit,
			});
			return 'uploaded';
		} catch (error) {
			throwIfCancelled(options.signal);
			if (isSystemError(error, 'ENOENT')) throw missing(blob, error);
			if (attempt >= resumptions || !(error instanceof UploadLost))
				throw error instanceof UploadLost ? error.cause : error;
		}
	}
}

/** The upload has to begin anew. */
class UploadLost extends Error {}

async function start(connection: RegistryConnection, {repository, scopes}: UploadOptions): Promise<RegistryResponse> {
	return connection.send({
		method: 'POST',
		path: `/v2/${repository}/blobs/uploads/`,
		scopes,
		expect: [202],
		what: `start an upload to ${repository}`,
	});
}

async function uploadWhole(
	connection: RegistryConnection,
	store: ImageStore,
	blob: Descriptor,
	options: UploadOptions,
): Promise<void> {
	const started = await start(connection, options);
	try {
		const finished = await connection.send({
			method: 'PUT',
			path: withDigest(locationOf(started), blob),
			headers: {'content-type': 'application/octet-stream', 'content-length': String(blob.size)},
			body: () => store.stream(blob.digest),
			scopes: options.scopes,
			expect: [201],
			what: `upload a layer to ${options.repository}`,
			// The same upload cannot be filled twice.
			repeat: false,
		});
		checkDigest(finished, blob, options.repository);
	} catch (error) {
		throw isWorthRepeating(error) ? new UploadLost('', {cause: error}) : error;
	}
}

async function uploadInChunks(
	connection: RegistryConnection,
	store: ImageStore,
	blob: Descriptor,
	options: UploadOptions,
): Promise<void> {
	const {scopes, repository} = options;
	const started = await start(connection, options);
	// A registry may ask for larger chunks (distribution-spec, "Pushing a blob in chunks").
	const size = Math.max(options.chunkSizeBytes ?? chunkSizeBytes, Number(started.header('oci-chunk-min-length') ?? 0));
	let location = locationOf(started);
	let done = 0;
	let failures = 0;
	while (done < blob.size) {
		const range = {start: done, end: Math.min(done + size, blob.size) - 1};
		try {
			const answer = await connection.send({
				method: 'PATCH',
				path: location,
				headers: {
					'content-type': 'application/octet-stream',
					'content-length': String(range.end - range.start + 1),
					'content-range': `${range.start}-${range.end}`,
				},
				body: () => store.stream(blob.digest, range),
				scopes,
				expect: [202],
				what: `upload a layer to ${repository}`,
				repeat: false,
			});
			location = locationOf(answer);
			done = endOf(answer) ?? range.end + 1;
			options.onDone?.(done);
		} catch (error) {
			failures++;
			if (failures >= resumptions || !isWorthRepeating(error)) throw error;
			const state = await resume(connection, location, options, error);
			location = state.location;
			done = state.done;
		}
	}
	const finished = await connection.send({
		method: 'PUT',
		path: withDigest(location, blob),
		headers: {'content-length': '0'},
		scopes,
		expect: [201],
		what: `finish a layer of ${repository}`,
	});
	checkDigest(finished, blob, repository);
}

/** How far the registry got: GET of the upload (distribution-spec, "Pushing a blob in chunks"). */
async function resume(
	connection: RegistryConnection,
	location: string,
	{scopes, repository}: UploadOptions,
	reason: unknown,
): Promise<{readonly location: string; readonly done: number}> {
	const answer = await connection.send({
		method: 'GET',
		path: location,
		scopes,
		expect: [204, 404],
		what: `resume an upload to ${repository}`,
	});
	if (answer.status === 404) throw new UploadLost('', {cause: reason});
	return {location: answer.header('location') === null ? location : locationOf(answer), done: endOf(answer) ?? 0};
}

async function cancelUpload(
	connection: RegistryConnection,
	started: RegistryResponse,
	scopes: readonly string[],
): Promise<void> {
	await connection.send({
		method: 'DELETE',
		path: locationOf(started),
		scopes,
		// Whether it can be cancelled is of no account: registries clear unfinished uploads.
		expect: [200, 202, 204, 400, 401, 403, 404, 405],
		what: 'cancel an upload',
	});
}

function locationOf(response: RegistryResponse): string {
	const location = response.header('location');
	if (location === null) throw new SlipwayError('network', `${response.url.host} did not say where to upload to.`);
	return new URL(location, response.url).href;
}

/** `Range: 0-1023`: the bytes that are there. */
function endOf(response: RegistryResponse): number | null {
	const [, end] = /^(?:bytes=)?0-(\d+)$/.exec(response.header('range') ?? '') ?? [];
	if (end === undefined) return null;
	// Docker's registry says 0-0 of an empty upload (distribution issue 2219).
	return end === '0' ? 0 : Number(end) + 1;
}

function withDigest(location: string, {digest}: Descriptor): string {
	const url = new URL(location);
	url.searchParams.set('digest', digest);
	return url.href;
}

function checkDigest(response: RegistryResponse, blob: Descriptor, repository: string): void {
	const claimed = response.header('docker-content-digest');
	if (claimed === null || claimed === blob.digest) return;
	throw new SlipwayError('verification', `The registry stored another layer in ${repository} than it was sent.`, {
		hint: 'Do not use what is there; tell the people who run the registry.',
		details: {sent: blob.digest, stored: claimed.slice(0, 100)},
	});
}

function isWorthRepeating(error: unknown): boolean {
	if (!(error instanceof SlipwayError) || error.code !== 'network') return false;
	const status = error.details['status'];
	return (
		status === undefined ||
		status === 404 ||
		status === 408 ||
		status === 416 ||
		status === 429 ||
		Number(status) >= 500
	);
}

function missing(blob: Descriptor, cause: unknown): SlipwayError {
	return new SlipwayError('not-found', `The image store has no ${blob.digest}.`, {
		hint: 'Build the image again.',
		cause,
	});
}
