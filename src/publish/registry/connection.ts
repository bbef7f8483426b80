import type {Readable} from 'node:stream';
import {setTimeout as delay} from 'node:timers/promises';
import {Agent, EnvHttpProxyAgent, request, type Dispatcher} from 'undici';
import * as z from 'zod';
import {messageOf, SlipwayError, throwIfCancelled} from '../../base/errors.ts';
import type {Environment} from '../../base/paths.ts';
import {safeText} from '../../base/safe-text.ts';
import {parseChallenge, type Challenge} from './challenge.ts';
import {findCredentials, type Credentials} from './credentials.ts';
import {registryTrust} from './trust.ts';

export interface RegistryRequest {
	readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Below the registry, `/v2/…`, or an address that it gave. */
	readonly path: string;
	readonly headers?: Readonly<Record<string, string>>;
	/** Made anew for each attempt. */
	readonly body?: () => Uint8Array | Readable;
	/** Repositories that the token has to be good for: `repository:team/php:pull,push`. */
	readonly scopes: readonly string[];
	/** Statuses that the caller understands; another one is an error. */
	readonly expect: readonly number[];
	/** What could not be done, for the error: "push the manifest". */
	readonly what: string;
	/** False where a repetition has to begin elsewhere: the caller resumes. */
	readonly repeat?: boolean;
}

export interface RegistryResponse {
	readonly status: number;
	header(name: string): string | null;
	/** The final address, for relative Location headers. */
	readonly url: URL;
	readonly body: Buffer;
}

export interface ConnectionOptions {
	readonly env?: Environment | undefined;
	readonly signal?: AbortSignal | undefined;
	/** Wait before the second attempt; doubles with each. 500 unless said. */
	readonly retryDelayMs?: number | undefined;
	/** Attempts in all. 5 unless said. */
	readonly attempts?: number | undefined;
	/** Hosts spoken to without TLS if TLS fails, besides loopback addresses. */
	readonly plainHttpHosts?: readonly string[] | undefined;
}

/** Waiting longer than this for a registry that asks to wait is failing. */
const longestWaitMs = 60_000;
const headersLimitMs = 60_000;

/** One registry: TLS, credentials, tokens, and trying again. */
export class RegistryConnection {
	readonly host: string;
	readonly #options: ConnectionOptions;
	/** By scopes: the Authorization header, on its way perhaps. */
	readonly #tokens = new Map<string, {readonly header: Promise<string>}>();
	#credentials: Promise<Credentials | null> | undefined;
	#challenge: Challenge | null = null;
	#dispatcher: Promise<Dispatcher> | undefined;
	#scheme: 'https' | 'http' = 'https';
	#hasAnswered = false;

	constructor(host: string, options: ConnectionOptions = {}) {
		this.host = host;
		this.#options = options;
	}

	async close(): Promise<void> {
		await (await this.#dispatcher)?.close();
	}

	/** Sends a request; repeats it after 429, 5xx and broken connections. */
	async send(wanted: RegistryRequest): Promise<RegistryResponse> {
		const {attempts = 5, retryDelayMs = 500, signal} = this.#options;
		for (let attempt = 1; ; attempt++) {
			throwIfCancelled(signal);
			const isLast = attempt >= attempts || wanted.repeat === false;
			let waitMs = retryDelayMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
			try {
				const response = await this.#sendAuthorized(wanted);
				if (wanted.expect.includes(response.status)) return response;
				if (isLast || !isTransient(response.status)) throw this.#refused(wanted, response);
				waitMs = Math.max(waitMs, retryAfterMs(response.header('retry-after')));
				if (waitMs > longestWaitMs) throw this.#refused(wanted, response);
			} catch (error) {
				throwIfCancelled(signal);
				if (error instanceof SlipwayError) throw error;
				if (this.#mayFallBackToHttp(error)) {
					this.#scheme = 'http';
					attempt--;
					continue;
				}
				if (isLast || isCertificateError(error)) throw this.#unreachable(wanted, error);
			}
			await delay(waitMs, undefined, signal ? {signal} : {}).catch(() => throwIfCancelled(signal));
		}
	}

	async #sendAuthorized(wanted: RegistryRequest): Promise<RegistryResponse> {
		let authorization = await this.#authorization(wanted.scopes, null);
		for (let renewals = 0; ; renewals++) {
			const response = await this.#sendOnce(wanted, authorization);
			const challenge = response.status === 401 ? parseChallenge(response.header('www-authenticate') ?? '') : null;
			if (challenge === null || renewals === 2) return response;
			this.#challenge = challenge;
			// A token that was good may have run out in the middle of a long push.
			const renewed = await this.#authorization(wanted.scopes, authorization);
			if (renewed === authorization) return response;
			authorization = renewed;
		}
	}

	async #sendOnce(wanted: RegistryRequest, authorization: string | null): Promise<RegistryResponse> {
		const registry = new URL(`${this.#scheme}://${this.host}`);
		const url = new URL(wanted.path, registry);
		// An upload may be sent to another host, which must not see what this one trusts us by.
		const isOwn = url.origin === registry.origin;
		const {statusCode, headers, body} = await request(url, {
			method: wanted.method,
			dispatcher: await this.#connect(),
			headers: {
				'user-agent': 'slipway',
				...wanted.headers,
				...(isOwn && authorization !== null ? {authorization} : {}),
			},
			body: wanted.body?.() ?? null,
			headersTimeout: headersLimitMs,
			...(this.#options.signal ? {signal: this.#options.signal} : {}),
		});
		this.#hasAnswered ||= isOwn;
		const content = Buffer.from(await body.arrayBuffer());
		return {
			status: statusCode,
			url,
			body: content,
			header(name) {
				const value = headers[name];
				return (Array.isArray(value) ? value.join(', ') : value) ?? null;
			},
		};
	}

	#connect(): Promise<Dispatcher> {
		this.#dispatcher ??= (async () => {
			const trust = await registryTrust(this.host, this.#options.env);
			const {env = process.env} = this.#options;
			const httpsProxy = env['HTTPS_PROXY'] ?? env['https_proxy'];
			const httpProxy = env['HTTP_PROXY'] ?? env['http_proxy'];
			if (isLoopback(this.host) || !(httpsProxy || httpProxy)) return new Agent({connect: trust});
			const noProxy = env['NO_PROXY'] ?? env['no_proxy'] ?? '';
			return new EnvHttpProxyAgent({
				connect: trust,
				requestTls: trust,
				noProxy,
				...(httpsProxy ? {httpsProxy} : {}),
				...(httpProxy ? {httpProxy} : {}),
			});
		})();
		return this.#dispatcher;
	}

	#mayFallBackToHttp(error: unknown): boolean {
		const isAllowed = isLoopback(this.host) || (this.#options.plainHttpHosts ?? []).includes(this.host);
		const code = codeOf(error);
		// The other side answered with something that is not TLS, or hung up on it.
		return (
			this.#scheme === 'https' &&
			isAllowed &&
			!this.#hasAnswered &&
			(code === 'EPROTO' || code === 'ECONNRESET' || code === 'UND_ERR_SOCKET' || code.startsWith('ERR_SSL_'))
		);
	}

	/** @param refused a header that was good no longer; another request may have renewed it already */
	async #authorization(scopes: readonly string[], refused: string | null): Promise<string | null> {
		const challenge = this.#challenge;
		if (challenge === null) return null;
		this.#credentials ??= findCredentials(this.host, this.#options.env);
		const credentials = await this.#credentials;
		if (credentials?.kind === 'registry-token') return `Bearer ${credentials.token}`;
		if (challenge.kind === 'basic') return credentials?.kind === 'password' ? basic(credentials) : null;
		const key = [...scopes].sort().join(' ');
		const known = this.#tokens.get(key);
		if (known !== undefined && (await known.header) !== refused) return known.header;
		// Another request may have begun to renew it while this one looked.
		const current = this.#tokens.get(key);
		if (current !== undefined && current !== known) return current.header;
		const header = this.#fetchToken(challenge, credentials, scopes).then(token => `Bearer ${token}`);
		this.#tokens.set(key, {header});
		header.catch(() => this.#tokens.delete(key));
		return header;
	}

	/** The distribution project's token authentication; with an identity token, its OAuth 2 form. */
	async #fetchToken(
		challenge: Challenge & {readonly kind: 'bearer'},
		credentials: Credentials | null,
		scopes: readonly string[],
	): Promise<string> {
		const url = new URL(challenge.realm);
		if (url.protocol !== 'https:' && !(this.#scheme === 'http' && url.protocol === 'http:')) {
			throw new SlipwayError('network', `The registry ${this.host} wants credentials sent without TLS.`);
		}
		const query = new URLSearchParams();
		if (challenge.service !== null) query.append('service', challenge.service);
		const common = {dispatcher: await this.#connect(), headersTimeout: headersLimitMs};
		const signal = this.#options.signal ? {signal: this.#options.signal} : {};
		const isOAuth = credentials?.kind === 'identity-token';
		if (isOAuth) {
			query.append('scope', scopes.join(' '));
			query.append('grant_type', 'refresh_token');
			query.append('refresh_token', credentials.token);
			query.append('client_id', 'slipway');
		} else for (const scope of scopes) query.append('scope', scope);
		if (!isOAuth) for (const [name, value] of query) url.searchParams.append(name, value);
		const {statusCode, body} = await request(url, {
			...common,
			...signal,
			method: isOAuth ? 'POST' : 'GET',
			headers: {
				'user-agent': 'slipway',
				...(isOAuth ? {'content-type': 'application/x-www-form-urlencoded'} : {}),
				...(credentials?.kind === 'password' ? {authorization: basic(credentials)} : {}),
			},
			body: isOAuth ? query.toString() : null,
		});
		const text = await body.text();
		if (statusCode !== 200) {
			if (isTransient(statusCode)) throw new Error(`the token server answered ${statusCode}`);
			throw this.#unauthorized(credentials);
		}
		const answer = parseToken(text);
		if (answer === null) throw new SlipwayError('network', `The token server of ${this.host} gave no token.`);
		return answer;
	}

	#unauthorized(credentials: Credentials | null): SlipwayError {
		return new SlipwayError(
			'network',
			credentials === null
				? `The registry ${this.host} wants credentials, and there are none for it.`
				: `The registry ${this.host} does not take the credentials that are stored for it.`,
			{hint: `Log in: docker login ${this.host}`, details: {host: this.host, status: 401}},
		);
	}

	#refused(wanted: RegistryRequest, response: RegistryResponse): SlipwayError {
		if (response.status === 401) {
			return new SlipwayError('network', `Cannot ${wanted.what}: the registry ${this.host} wants valid credentials.`, {
				hint: `Log in: docker login ${this.host}`,
				details: {host: this.host, status: 401},
			});
		}
		const said = registryMessage(response.body);
		const because = said === null ? '' : `: ${said}`;
		return new SlipwayError('network', `Cannot ${wanted.what}: ${this.host} answered ${response.status}${because}.`, {
			hint: hintFor(response.status, this.host),
			details: {host: this.host, status: response.status},
		});
	}

	#unreachable(wanted: RegistryRequest, cause: unknown): SlipwayError {
		return new SlipwayError('network', `Cannot ${wanted.what}: ${this.host} is not reached (${messageOf(cause)}).`, {
			hint: isCertificateError(cause)
				? `If it has a private authority, put its certificate into ~/.config/containers/certs.d/${this.host}/ca.crt.`
				: 'Check the address and the network, and try again: what was pushed is not sent twice.',
			details: {host: this.host},
			cause,
		});
	}
}

function basic({username, password}: Credentials & {readonly kind: 'password'}): string {
	return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

const tokenSchema = z.object({token: z.string().optional(), access_token: z.string().optional()});

function parseToken(text: string): string | null {
	try {
		const {token, access_token: accessToken} = tokenSchema.parse(JSON.parse(text));
		return token ?? accessToken ?? null;
	} catch {
		return null;
	}
}

const errorsSchema = z.object({errors: z.array(z.object({code: z.string(), message: z.string().optional()})).min(1)});

/** OCI distribution-spec, "Error codes". What a registry says is not trusted to be safe for a screen. */
function registryMessage(body: Buffer): string | null {
	try {
		const {errors} = errorsSchema.parse(JSON.parse(body.toString()));
		return safeText(errors.map(({code, message}) => (message ? `${message} (${code})` : code)).join('; ')).slice(
			0,
			300,
		);
	} catch {
		return null;
	}
}

function isTransient(status: number): boolean {
	return status === 429 || status === 408 || (status >= 500 && status !== 501 && status !== 505);
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function retryAfterMs(header: string | null): number {
	if (header === null) return 0;
	if (/^\d+$/.test(header)) return Number(header) * 1000;
	const date = Date.parse(header);
	return Number.isNaN(date) ? 0 : Math.max(0, date - Date.now());
}

function codeOf(error: unknown): string {
	for (let at = error; at instanceof Error; at = at.cause) if ('code' in at) return String(at.code);
	return '';
}

function isCertificateError(error: unknown): boolean {
	return /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS/.test(codeOf(error));
}

function hintFor(status: number, host: string): string {
	if (status === 403) return `Your account at ${host} may not do this: check its permissions.`;
	if (status === 404) return 'Check the name of the repository; some registries want it made first.';
	if (status === 413) return 'The registry takes no content of that size.';
	if (status === 429) return 'The registry limits how often it is asked: try again later.';
	return 'Try again later: what was pushed is not sent twice.';
}

export function isLoopback(host: string): boolean {
	const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
	return name === 'localhost' || name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name);
}
