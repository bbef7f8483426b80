import {readdir, readFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {getCACertificates} from 'node:tls';
import {isSystemError} from '../../base/errors.ts';
import type {Environment} from '../../base/paths.ts';

/** TLS for one registry. */
export interface RegistryTrust {
	readonly ca: string[];
	readonly cert?: string;
	readonly key?: string;
}

/**
 * Node's and the system's authorities, and those of the registry's own folder: `certs.d/HOST/*.crt`, with a client's
 * `NAME.cert` and `NAME.key` (docker and containers-certs.d(5)).
 */
export async function registryTrust(host: string, env: Environment = process.env): Promise<RegistryTrust> {
	const home = env['HOME'] ?? homedir();
	const folders = [
		join(env['DOCKER_CONFIG'] ?? join(home, '.docker'), 'certs.d', host),
		join(home, '.config/containers/certs.d', host),
		join('/etc/containers/certs.d', host),
		join('/etc/docker/certs.d', host),
	];
	const own: string[] = [];
	let client: {readonly cert: string; readonly key: string} | null = null;
	for (const folder of folders) {
		const names = await namesIn(folder);
		for (const name of names.filter(entry => entry.endsWith('.crt')))
			own.push(await readFile(join(folder, name), 'utf8'));
		const pair = names.find(name => name.endsWith('.cert') && names.includes(name.replace(/cert$/, 'key')));
		if (pair !== undefined && client === null) {
			const [cert, key] = await Promise.all(
				[pair, pair.replace(/cert$/, 'key')].map(name => readFile(join(folder, name), 'utf8')),
			);
			if (cert !== undefined && key !== undefined) client = {cert, key};
		}
	}
	return {ca: [...new Set([...getCACertificates('default'), ...getCACertificates('system'), ...own])], ...client};
}

async function namesIn(folder: string): Promise<readonly string[]> {
	try {
		return (await readdir(folder)).sort();
	} catch (error) {
		if (isSystemError(error, 'ENOENT') || isSystemError(error, 'EACCES')) return [];
		throw error;
	}
}
