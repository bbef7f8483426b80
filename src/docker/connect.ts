import type Docker from 'dockerode';
import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import type {Agent as HttpAgent} from 'node:http';
import type {Agent as HttpsAgent} from 'node:https';
import {join} from 'node:path';
import {messageOf, SlipwayError} from '../base/errors.ts';
import type {Environment} from '../base/paths.ts';
import {dockerEndpoint, type DockerEndpoint} from './endpoint.ts';

export {dockerEndpoint, type DockerEndpoint} from './endpoint.ts';

/** A daemon that answered, with what it said of itself. */
export interface DockerHost {
	readonly endpoint: DockerEndpoint;
	readonly docker: Docker;
	/** OCI architecture: `amd64`, `arm64`. */
	readonly architecture: string;
	readonly processors: number;
	readonly version: string;
}

/** Connects and asks the daemon what it is. Throws `host` with what to do if it does not answer. */
export async function connectDocker(endpoint: DockerEndpoint, env: Environment = process.env): Promise<DockerHost> {
	// dockerode costs 0.15 s to import, and so does node:http, which brings Node's own undici.
	const {default: Dockerode} = await import('dockerode');
	try {
		const docker = new Dockerode(await connectionOf(endpoint, env));
		const [info, version] = await Promise.all([docker.info() as Promise<DaemonInfo>, docker.version()]);
		return {endpoint, docker, architecture: version.Arch, processors: info.NCPU, version: version.Version};
	} catch (cause) {
		if (cause instanceof SlipwayError) throw cause;
		throw new SlipwayError('host', `The Docker daemon at ${endpoint.name} does not answer: ${messageOf(cause)}.`, {
			hint: hintFor(cause, endpoint),
			cause,
		});
	}
}

/** The daemon that the docker command would use. */
export async function connectDefaultDocker(
	wanted: string | null = null,
	env: Environment = process.env,
): Promise<DockerHost> {
	return connectDocker(await dockerEndpoint(wanted, env), env);
}

interface DaemonInfo {
	readonly NCPU: number;
}

async function connectionOf(endpoint: DockerEndpoint, env: Environment): Promise<Docker.DockerOptions> {
	const url = new URL(endpoint.address);
	switch (url.protocol) {
		case 'unix:':
			return {...nothing, socketPath: decodeURIComponent(url.pathname)};
		case 'ssh:': {
			const {SshAgent} = await import('./ssh-connection.ts');
			// The name is of no account: every connection is ssh's.
			return withAgent({...nothing, host: 'docker', port: 80}, new SshAgent(endpoint.address, env));
		}
		default: {
			const isTls = endpoint.tlsFolder !== null || url.protocol === 'https:';
			const options: Docker.DockerOptions = {
				...nothing,
				host: url.hostname.replace(/^\[|\]$/g, ''),
				port: Number(url.port || (isTls ? 2376 : 2375)),
				protocol: isTls ? 'https' : 'http',
			};
			return isTls ? withAgent(options, await tlsAgent(endpoint)) : options;
		}
	}
}

/** docker-modem fills whatever it is not told from DOCKER_HOST, which may name another daemon. */
const nothing = {
	host: undefined,
	port: undefined,
	socketPath: undefined,
	protocol: 'http',
	username: undefined,
	ca: undefined,
	cert: undefined,
	key: undefined,
} as unknown as Docker.DockerOptions;

/** docker-modem hands an agent on to node:http; its types do not say so. */
const withAgent = (options: Docker.DockerOptions, agent: HttpAgent): Docker.DockerOptions =>
	Object.assign(options, {agent});

async function tlsAgent({tlsFolder, verifiesServer}: DockerEndpoint): Promise<HttpsAgent> {
	const optional = async (name: string) => {
		const path = join(tlsFolder ?? '', name);
		return tlsFolder !== null && existsSync(path) ? await readFile(path) : null;
	};
	const [ca, cert, key] = await Promise.all([optional('ca.pem'), optional('cert.pem'), optional('key.pem')]);
	const {Agent} = await import('node:https');
	return new Agent({
		keepAlive: true,
		rejectUnauthorized: verifiesServer,
		...(ca ? {ca} : {}),
		...(cert ? {cert} : {}),
		...(key ? {key} : {}),
	});
}

function hintFor(cause: unknown, {address}: DockerEndpoint): string {
	const code = cause instanceof Error && 'code' in cause ? cause.code : null;
	if (code === 'EACCES') return 'Add your user to the group `docker`, or use a rootless daemon or Podman.';
	if (code === 'ECONNREFUSED' || code === 'ENOENT') return 'Start it (`systemctl start docker`), or set DOCKER_HOST.';
	if (address.startsWith('ssh:')) {
		return `Check that \`ssh ${new URL(address).host} docker version\` works without asking for anything.`;
	}
	return 'Check its address: `docker context ls` and DOCKER_HOST.';
}
