import {setTimeout} from 'node:timers/promises';
import type Undici from 'undici';
import type {Agent, Dispatcher} from 'undici';
import {messageOf, SlipwayError, throwIfCancelled} from '../../base/errors.ts';
import type {ProxyRules} from './proxy.ts';

export interface TransportOptions {
	readonly proxies: ProxyRules;
	/** A transfer that brings no byte for so long has stalled. */
	readonly stallTimeoutMs?: number;
	/** Tries of one transfer that bring nothing. */
	readonly attempts?: number;
	/** Wait before the second try; each further one waits twice as long. */
	readonly backOffMs?: number;
}

export interface Response {
	readonly status: number;
	readonly headers: ReadonlyMap<string, string>;
	readonly body: AsyncIterable<Uint8Array>;
	/** Ends a response whose body is not wanted. */
	discard(): Promise<void>;
}

const connectionsPerHost = 8;
const mostRedirects = 5;

/** A failed transfer that may succeed if tried again. */
class TransientFailure extends Error {
	override readonly name = 'TransientFailure';
}

/** HTTP as the repository needs it: proxies, stall time-outs, redirects, tries with back-off. */
export class Transport {
	readonly #proxies: ProxyRules;
	readonly #stallTimeoutMs: number;
	readonly #attempts: number;
	readonly #backOffMs: number;
	readonly #dispatchers = new Map<string, Dispatcher>();

	constructor({proxies, stallTimeoutMs = 30_000, attempts = 4, backOffMs = 300}: TransportOptions) {
		this.#proxies = proxies;
		this.#stallTimeoutMs = stallTimeoutMs;
		this.#attempts = attempts;
		this.#backOffMs = backOffMs;
	}

	/**
	 * Runs `attempt` until it succeeds or fails for good. An attempt that made progress before it failed is
	 * followed by another at once and does not count, so that a large file survives a bad line.
	 * Throws `network`, and whatever else the attempt throws that is not a failure of the network.
	 */
	async retry<Value>(
		url: string,
		attempt: (reportProgress: () => void) => Promise<Value>,
		signal?: AbortSignal,
		attempts = this.#attempts,
	): Promise<Value> {
		let failures = 0;
		for (let total = 1; ; total++) {
			let hasProgress = false;
			try {
				return await attempt(() => {
					hasProgress = true;
				});
			} catch (error) {
				throwIfCancelled(signal);
				if (!(error instanceof TransientFailure)) throw error;
				failures = hasProgress ? 1 : failures + 1;
				if (failures >= attempts || total >= attempts * 10) {
					throw new SlipwayError('network', `${publicUrl(url)} could not be fetched: ${error.message}.`, {
						hint: 'Check the connection and the proxy settings, or name another mirror with --mirror.',
						details: {url: publicUrl(url), attempts: total},
						cause: error,
					});
				}
				const waitMs = this.#backOffMs * 2 ** (failures - 1) * (0.75 + Math.random() / 2);
				await sleep(waitMs, signal);
			}
		}
	}

	/** One request, redirects followed. Answers with a 5xx, 408 or 429 count as failures that may pass. */
	async send(url: string, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Response> {
		let target = new URL(url);
		for (let redirects = 0; redirects <= mostRedirects; redirects++) {
			const response = await this.#sendOnce(target, headers, signal);
			const location = response.headers.get('location');
			if (response.status < 300 || response.status >= 400 || response.status === 304 || location === undefined) {
				return response;
			}
			await response.discard();
			const next = new URL(location, target);
			if (!/^https?:$/.test(next.protocol) || (target.protocol === 'https:' && next.protocol !== 'https:')) {
				throw new SlipwayError('network', `${publicUrl(url)} redirects to an address that is not allowed.`, {
					details: {url: publicUrl(url), location: publicUrl(next.href)},
				});
			}
			// Credentials stay with the host that they are for.
			if (next.host === target.host) [next.username, next.password] = [target.username, target.password];
			target = next;
		}
		throw new SlipwayError('network', `${publicUrl(url)} redirects without end.`);
	}

	/** Closes idle connections, so that the process can end. */
	async close(): Promise<void> {
		await Promise.all([...this.#dispatchers.values()].map(dispatcher => dispatcher.close()));
		this.#dispatchers.clear();
	}

	async #sendOnce(url: URL, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Response> {
		throwIfCancelled(signal);
		const bare = new URL(url);
		bare.username = '';
		bare.password = '';
		// Loaded when first needed: opening an index must not pay its 40 ms.
		// In the bundle a CommonJS package has its default export alone.
		const {default: undici} = await import('undici');
		let answer: Dispatcher.ResponseData;
		try {
			answer = await undici.request(bare, {
				dispatcher: this.#dispatcherFor(url, undici),
				headers: {'user-agent': 'slipway', ...authorization(url), ...headers},
				signal: signal ?? null,
				// Not only on the agent: undici's proxy agent makes its connections without them.
				headersTimeout: this.#stallTimeoutMs,
				bodyTimeout: this.#stallTimeoutMs,
			});
		} catch (error) {
			if (error instanceof SlipwayError) throw error;
			throw new TransientFailure(describeFailure(error), {cause: error});
		}
		const {statusCode: status, body} = answer;
		const discard = async () => {
			await body.dump({limit: 65_536}).catch(() => body.destroy());
		};
		if (status >= 500 || status === 408 || status === 429) {
			await discard();
			throw new TransientFailure(`the server answered ${status}`);
		}
		const named = Object.entries(answer.headers).map(
			([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : (value ?? '')] as const,
		);
		return {status, headers: new Map(named), body: readBody(body), discard};
	}

	#dispatcherFor(url: URL, undici: typeof Undici): Dispatcher {
		const proxy = this.#proxies.proxyFor(url);
		const key = proxy ?? 'direct';
		let dispatcher = this.#dispatchers.get(key);
		if (dispatcher === undefined) {
			const options = {
				connections: connectionsPerHost,
				connect: {timeout: Math.min(this.#stallTimeoutMs, 10_000)},
			};
			dispatcher = proxy === null ? new undici.Agent(options) : proxyAgent(proxy, options, undici);
			this.#dispatchers.set(key, dispatcher);
		}
		return dispatcher;
	}
}

/** The address without credentials, for messages and state files. */
export function publicUrl(url: string): string {
	if (!URL.canParse(url)) return url;
	const parsed = new URL(url);
	parsed.username = '';
	parsed.password = '';
	return parsed.href;
}

function proxyAgent(proxy: string, options: Agent.Options, {ProxyAgent}: typeof Undici): Dispatcher {
	if (!/^https?:\/\//.test(proxy)) {
		throw new SlipwayError(
			'network',
			`The proxy ${publicUrl(proxy)} cannot be used: only http and https proxies are known.`,
			{
				hint: 'Name another in the apt configuration (Acquire::http::Proxy) or in http_proxy.',
			},
		);
	}
	const {username, password} = new URL(proxy);
	const token =
		username === ''
			? {}
			: {
					token: `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`,
				};
	return new ProxyAgent({...options, uri: publicUrl(proxy), ...token});
}

async function* readBody(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	try {
		yield* body;
	} catch (error) {
		throw new TransientFailure(describeFailure(error), {cause: error});
	}
}

function authorization(url: URL): Record<string, string> {
	if (url.username === '') return {};
	const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
	return {authorization: `Basic ${Buffer.from(pair).toString('base64')}`};
}

function describeFailure(error: unknown): string {
	const code = error instanceof Error && 'code' in error ? String(error.code) : '';
	switch (code) {
		case 'UND_ERR_HEADERS_TIMEOUT':
		case 'UND_ERR_BODY_TIMEOUT':
			return 'the server stalled';
		case 'UND_ERR_CONNECT_TIMEOUT':
			return 'the server did not answer';
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return 'the host name is not known';
		case 'ECONNREFUSED':
			return 'the connection was refused';
		case 'ECONNRESET':
		case 'UND_ERR_SOCKET':
		case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
			return 'the connection was cut off';
		default:
			return messageOf(error) || code || 'the connection failed';
	}
}

async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
	try {
		await setTimeout(milliseconds, undefined, signal === undefined ? {} : {signal});
	} catch (error) {
		throwIfCancelled(signal);
		throw error;
	}
}
