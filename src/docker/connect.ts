import type Docker from 'dockerode';
import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
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
	// dockerode costs 0.15 s to import.
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
			return {socketPath: decodeURIComponent(url.pathname)};
		case 'ssh:': {
			const agent = env['SSH_AUTH_SOCK'];
			return {
				protocol: 'ssh',
				host: url.hostname,
				port: Number(url.port || 22),
				username: decodeURIComponent(url.username) || env['USER'] || 'root',
				...(url.password ? {password: decodeURIComponent(url.password)} : {}),
				sshOptions: agent ? {agent} : {privateKey: await readIdentity(env)},
			};
		}
		default: {
			const isTls = endpoint.tlsFolder !== null || url.protocol === 'https:';
			return {
				host: url.hostname,
				port: Number(url.port || (isTls ? 2376 : 2375)),
				protocol: isTls ? 'https' : 'http',
				...(await readTls(endpoint)),
			};
		}
	}
}

/** The first of ssh's own default keys that is there: ssh_config(5), IdentityFile. */
async function readIdentity(env: Environment): Promise<Buffer> {
	const names = ['id_ed25519', 'id_ecdsa', 'id_rsa'].map(name => join(env['HOME'] ?? '/root', '.ssh', name));
	const path = names.find(name => existsSync(name));
	if (path !== undefined) return readFile(path);
	throw new SlipwayError('host', 'There is no SSH key to reach the Docker daemon with.', {
		hint: 'Start an agent and add a key (`eval $(ssh-agent); ssh-add`), or make one with `ssh-keygen`.',
	});
}

async function readTls({tlsFolder, verifiesServer}: DockerEndpoint): Promise<Docker.DockerOptions> {
	if (tlsFolder === null) return {};
	const optional = async (name: string) => {
		const path = join(tlsFolder, name);
		return existsSync(path) ? await readFile(path) : null;
	};
	const [ca, cert, key] = await Promise.all([optional('ca.pem'), optional('cert.pem'), optional('key.pem')]);
	return {
		...(ca && verifiesServer ? {ca} : {}),
		...(cert ? {cert} : {}),
		...(key ? {key} : {}),
	};
}

function hintFor(cause: unknown, {address}: DockerEndpoint): string {
	const code = cause instanceof Error && 'code' in cause ? cause.code : null;
	if (code === 'EACCES') return 'Add your user to the group `docker`, or use a rootless daemon or Podman.';
	if (code === 'ECONNREFUSED' || code === 'ENOENT') return 'Start it (`systemctl start docker`), or set DOCKER_HOST.';
	if (address.startsWith('ssh:')) return 'Check that `ssh` reaches that host with your agent or key.';
	return 'Check its address: `docker context ls` and DOCKER_HOST.';
}
