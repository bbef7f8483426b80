import {spawn} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';
import * as z from 'zod';
import {isSystemError, messageOf, SlipwayError} from '../../base/errors.ts';
import type {Environment} from '../../base/paths.ts';

/** What a registry wants to see: never part of a message, an event or a log. */
export type Credentials =
	| {readonly kind: 'password'; readonly username: string; readonly password: string}
	/** An OAuth 2 refresh token, for a token server. */
	| {readonly kind: 'identity-token'; readonly token: string}
	/** A bearer token, for the registry itself. */
	| {readonly kind: 'registry-token'; readonly token: string};

const configSchema = z.object({
	auths: z
		.record(
			z.string(),
			z.object({
				auth: z.string().optional(),
				username: z.string().optional(),
				password: z.string().optional(),
				identitytoken: z.string().optional(),
				registrytoken: z.string().optional(),
			}),
		)
		.optional(),
	credHelpers: z.record(z.string(), z.string()).optional(),
	credsStore: z.string().optional(),
});
type DockerConfig = z.infer<typeof configSchema>;
type Entry = NonNullable<DockerConfig['auths']>[string];

const helperLimitMs = 30_000;

/**
 * Credentials for a registry, as docker and podman would find them: REGISTRY_AUTH_FILE, Podman's auth.json, Docker's
 * config.json; in each, the registry's own helper, then stored ones, then the default helper. Null if none has any.
 */
export async function findCredentials(host: string, env: Environment = process.env): Promise<Credentials | null> {
	for (const file of configFiles(env)) {
		const config = await readConfig(file);
		if (config === null) continue;
		const helper = config.credHelpers?.[host];
		if (helper !== undefined) return askHelper(helper, host, env);
		const entry = Object.entries(config.auths ?? {}).find(([key]) => hostOf(key) === host)?.[1];
		const stored = entry === undefined ? null : toCredentials(entry, file);
		if (stored !== null) return stored;
		if (config.credsStore !== undefined && config.credsStore !== '') {
			const found = await askHelper(config.credsStore, host, env);
			if (found !== null) return found;
		}
	}
	return null;
}

function configFiles(env: Environment): readonly string[] {
	const home = env['HOME'] ?? homedir();
	const runtime = env['XDG_RUNTIME_DIR'];
	return [
		...(env['REGISTRY_AUTH_FILE'] ? [env['REGISTRY_AUTH_FILE']] : []),
		...(runtime ? [join(runtime, 'containers/auth.json')] : []),
		join(env['DOCKER_CONFIG'] ?? join(home, '.docker'), 'config.json'),
	];
}

async function readConfig(file: string): Promise<DockerConfig | null> {
	try {
		return configSchema.parse(JSON.parse(await readFile(file, 'utf8')));
	} catch (cause) {
		if (isSystemError(cause, 'ENOENT') || isSystemError(cause, 'ENOTDIR')) return null;
		throw new SlipwayError('bad-input', `The registry credentials in ${file} cannot be read.`, {
			hint: 'Mend that file, or log in again: docker login HOST',
			cause,
		});
	}
}

/** Keys are hosts, or addresses as `docker login` of old wrote them. */
function hostOf(key: string): string {
	return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

function toCredentials(entry: Entry, file: string): Credentials | null {
	if (entry.registrytoken) return {kind: 'registry-token', token: entry.registrytoken};
	if (entry.identitytoken) return {kind: 'identity-token', token: entry.identitytoken};
	if (entry.username && entry.password) {
		return {kind: 'password', username: entry.username, password: entry.password};
	}
	if (!entry.auth) return null;
	const text = Buffer.from(entry.auth, 'base64').toString();
	const colon = text.indexOf(':');
	if (colon < 0) {
		throw new SlipwayError('bad-input', `The registry credentials in ${file} are damaged.`, {
			hint: 'Log in again: docker login HOST',
		});
	}
	return {kind: 'password', username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '')};
}

const answerSchema = z.object({Username: z.string(), Secret: z.string()});

/** The protocol of docker-credential-helpers: `get`, the address on standard input, JSON on standard output. */
async function askHelper(name: string, host: string, env: Environment): Promise<Credentials | null> {
	if (!/^[\w.-]+$/.test(name)) throw helperFailed(name, 'that is no name of a helper');
	const {exitCode, output, error} = await run(`docker-credential-${name}`, ['get'], host, env).catch(
		(cause: unknown) => {
			throw helperFailed(name, messageOf(cause), cause);
		},
	);
	if (exitCode !== 0) {
		// Its words for "there are none" are part of the protocol.
		if (/credentials not found|no credentials/i.test(output + error)) return null;
		throw helperFailed(name, `it ended with exit code ${exitCode}`);
	}
	const answer = parseAnswer(output);
	if (answer === null) throw helperFailed(name, 'its answer is not understood');
	if (answer.Username === '<token>') return {kind: 'identity-token', token: answer.Secret};
	return {kind: 'password', username: answer.Username, password: answer.Secret};
}

/** Whatever does not parse holds a secret perhaps: nothing of it is told. */
function parseAnswer(output: string): z.infer<typeof answerSchema> | null {
	try {
		return answerSchema.parse(JSON.parse(output));
	} catch {
		return null;
	}
}

interface HelperResult {
	readonly exitCode: number | null;
	readonly output: string;
	readonly error: string;
}

function run(file: string, args: readonly string[], input: string, env: Environment): Promise<HelperResult> {
	return new Promise((resolve, reject) => {
		const child = spawn(file, args, {env: {...env}, stdio: 'pipe', timeout: helperLimitMs});
		let output = '';
		let error = '';
		child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
		child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
		child.on('error', reject);
		child.on('close', exitCode => resolve({exitCode, output, error}));
		// A helper may end without reading.
		child.stdin.on('error', () => undefined);
		child.stdin.end(input);
	});
}

function helperFailed(name: string, why: string, cause?: unknown): SlipwayError {
	return new SlipwayError('host', `The credential helper docker-credential-${name} failed: ${why}.`, {
		hint: 'Check credHelpers and credsStore in Docker’s config.json.',
		...(cause === undefined ? {} : {cause}),
	});
}
