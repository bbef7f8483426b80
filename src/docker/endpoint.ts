/**
 * src/docker knows how a Docker daemon (or Podman's compatible service) is reached: as the docker command does it.
 * Words: endpoint (where a daemon listens), context (the docker command's named endpoint). It builds and loads nothing.
 */
import {createHash} from 'node:crypto';
import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';
import * as z from 'zod';
import {isSystemError, SlipwayError} from '../base/errors.ts';
import type {Environment} from '../base/paths.ts';

export interface DockerEndpoint {
	/** As a person would say it: a context's name, or its address. */
	readonly name: string;
	/** `unix:///run/docker.sock`, `tcp://host:2376`, `ssh://user@host` */
	readonly address: string;
	/** Folder with ca.pem, cert.pem and key.pem; null without TLS. */
	readonly tlsFolder: string | null;
	/** False only where the user says so: SkipTLSVerify of the context, or DOCKER_TLS without DOCKER_TLS_VERIFY. */
	readonly verifiesServer: boolean;
}

const configSchema = z.object({currentContext: z.string().optional()});
const contextSchema = z.object({
	Name: z.string(),
	Endpoints: z.object({docker: z.object({Host: z.string(), SkipTLSVerify: z.boolean().optional()})}),
});

/**
 * The endpoint that the docker command would use: DOCKER_HOST, then DOCKER_CONTEXT, the current context, the daemon's
 * default socket; after these a rootless daemon's and Podman's sockets.
 *
 * @param wanted a context's name or an address, taken before all of these
 */
export async function dockerEndpoint(
	wanted: string | null = null,
	env: Environment = process.env,
): Promise<DockerEndpoint> {
	if (wanted !== null) return wanted.includes('://') ? fromAddress(wanted, env) : readContext(wanted, env);
	if (env['DOCKER_HOST']) return fromAddress(env['DOCKER_HOST'], env);
	const context = env['DOCKER_CONTEXT'] ?? (await currentContext(env));
	if (context && context !== 'default') return readContext(context, env);
	const sockets = localSockets(env);
	const socket = sockets.find(path => existsSync(path));
	if (socket === undefined) {
		throw new SlipwayError('host', 'There is no Docker daemon on this host: none of its sockets exists.', {
			hint: 'Install and start one (`apt-get install docker.io`), or set DOCKER_HOST or a docker context.',
			details: {sockets: sockets.join(' ')},
		});
	}
	return {name: socket, address: `unix://${socket}`, tlsFolder: null, verifiesServer: true};
}

function localSockets(env: Environment): readonly string[] {
	const runtime = env['XDG_RUNTIME_DIR'];
	return [
		'/var/run/docker.sock',
		// Docker Desktop.
		join(env['HOME'] ?? homedir(), '.docker/run/docker.sock'),
		...(runtime ? [join(runtime, 'docker.sock'), join(runtime, 'podman/podman.sock')] : []),
		'/run/podman/podman.sock',
	];
}

function fromAddress(address: string, env: Environment): DockerEndpoint {
	if (!/^(?:unix|tcp|http|https|ssh):\/\//.test(address)) {
		throw new SlipwayError('bad-input', `${JSON.stringify(address)} is not the address of a Docker daemon.`, {
			hint: 'Use unix:///path/to/socket, tcp://host:port or ssh://user@host, or the name of a docker context.',
		});
	}
	const verifies = Boolean(env['DOCKER_TLS_VERIFY']);
	const hasTls = verifies || Boolean(env['DOCKER_TLS']) || address.startsWith('https:');
	const tlsFolder = hasTls ? (env['DOCKER_CERT_PATH'] ?? dockerFolder(env)) : null;
	const verifiesServer = verifies || !env['DOCKER_TLS'];
	return {name: withoutPassword(address), address, tlsFolder, verifiesServer};
}

const dockerFolder = (env: Environment) => env['DOCKER_CONFIG'] ?? join(env['HOME'] ?? homedir(), '.docker');

async function currentContext(env: Environment): Promise<string | null> {
	const path = join(dockerFolder(env), 'config.json');
	try {
		return configSchema.parse(JSON.parse(await readFile(path, 'utf8'))).currentContext ?? null;
	} catch (cause) {
		if (isSystemError(cause, 'ENOENT')) return null;
		throw new SlipwayError('bad-input', `Docker's settings ${path} cannot be read.`, {
			hint: 'Mend that file, or set DOCKER_HOST.',
			cause,
		});
	}
}

/** Contexts are stored by the SHA-256 of their name (docker/cli, cli/context/store). */
async function readContext(name: string, env: Environment): Promise<DockerEndpoint> {
	const id = createHash('sha256').update(name).digest('hex');
	const contexts = join(dockerFolder(env), 'contexts');
	const path = join(contexts, 'meta', id, 'meta.json');
	try {
		const {docker} = contextSchema.parse(JSON.parse(await readFile(path, 'utf8'))).Endpoints;
		const tlsFolder = join(contexts, 'tls', id, 'docker');
		return {
			name,
			address: docker.Host,
			tlsFolder: existsSync(tlsFolder) ? tlsFolder : null,
			verifiesServer: docker.SkipTLSVerify !== true,
		};
	} catch (cause) {
		if (isSystemError(cause, 'ENOENT')) {
			throw new SlipwayError('not-found', `There is no docker context “${name}”.`, {
				hint: '`docker context ls` lists them.',
				cause,
			});
		}
		throw new SlipwayError('bad-input', `The docker context ${path} cannot be read.`, {
			hint: `Remove it with \`docker context rm ${name}\` and make it again.`,
			cause,
		});
	}
}

function withoutPassword(address: string): string {
	if (!URL.canParse(address)) return address;
	const url = new URL(address);
	url.password = '';
	return url.href.replace(/\/$/, '');
}
