import {SlipwayError} from '../../base/errors.ts';
import {publicUrl, type Transport} from './transport.ts';

/** With a state at hand, a host without network is not to wait long. */
const attemptsWithState = 2;

/** Debian's largest has 150 kB. */
const largestReleaseBytes = 8_000_000;

export interface Validators {
	readonly etag: string | null;
	readonly lastModified: string | null;
}

export type ReleaseAnswer =
	| ({readonly kind: 'received'; readonly root: string; readonly bytes: Uint8Array} & Validators)
	| {readonly kind: 'unchanged'}
	| {readonly kind: 'missing'};

/**
 * Asks the roots in turn for a suite's InRelease file. A root that fails hands over to the next, and its failure is
 * thrown only if no other has the suite.
 *
 * @param known validators of the state at hand, for the root that it came from
 */
export async function fetchInRelease(
	transport: Transport,
	suite: string,
	roots: readonly string[],
	known: (Validators & {readonly uri: string}) | null,
	signal?: AbortSignal,
): Promise<ReleaseAnswer> {
	let failure: unknown = null;
	for (const root of roots) {
		const headers = known !== null && known.uri === publicRoot(root) ? conditions(known) : {};
		try {
			const answer = await fetchFrom(
				transport,
				root,
				suite,
				headers,
				known === null ? undefined : attemptsWithState,
				signal,
			);
			if (answer.kind !== 'missing') return answer;
		} catch (error) {
			if (!(error instanceof SlipwayError) || error.code !== 'network') throw error;
			failure ??= error;
		}
	}
	if (failure !== null) throw failure;
	return {kind: 'missing'};
}

/** A root as it is written down and shown: without credentials and trailing slash. */
export function publicRoot(root: string): string {
	return publicUrl(root).replace(/\/$/, '');
}

function fetchFrom(
	transport: Transport,
	root: string,
	suite: string,
	headers: Readonly<Record<string, string>>,
	attempts: number | undefined,
	signal?: AbortSignal,
): Promise<ReleaseAnswer> {
	const url = `${root}/dists/${suite}/InRelease`;
	return transport.retry(
		url,
		async () => {
			// A cache on the way must ask the server whether its copy is current.
			const response = await transport.send(url, {'cache-control': 'max-age=0', ...headers}, signal);
			if (response.status === 304) {
				await response.discard();
				return {kind: 'unchanged'};
			}
			if (response.status !== 200) {
				await response.discard();
				if (response.status === 404 || response.status === 410 || response.status === 403) return {kind: 'missing'};
				throw new SlipwayError(
					'network',
					`${publicUrl(url)} could not be fetched: the server answered ${response.status}.`,
					{
						hint: 'Check the address of the mirror and the credentials in it.',
					},
				);
			}
			const parts: Uint8Array[] = [];
			let size = 0;
			for await (const part of response.body) {
				size += part.length;
				if (size > largestReleaseBytes) {
					await response.discard();
					throw new SlipwayError('network', `${publicUrl(url)} is far longer than a Release file can be.`);
				}
				parts.push(part);
			}
			return {
				kind: 'received',
				root,
				bytes: Buffer.concat(parts, size),
				etag: response.headers.get('etag') ?? null,
				lastModified: response.headers.get('last-modified') ?? null,
			};
		},
		signal,
		attempts,
	);
}

function conditions({etag, lastModified}: Validators): Readonly<Record<string, string>> {
	return {
		...(etag !== null && {'if-none-match': etag}),
		...(lastModified !== null && {'if-modified-since': lastModified}),
	};
}
