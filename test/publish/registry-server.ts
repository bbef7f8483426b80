import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {temporaryFolder} from '../support/temporary-folder.ts';

export interface RegistryServer {
	/** `127.0.0.1:PORT` */
	readonly host: string;
	/** Requests so far, as `METHOD /path STATUS`. */
	readonly requests: () => readonly string[];
	stop(): Promise<void>;
}

/** Debian's docker-registry on loopback, with a folder of its own. */
export async function startRegistry(
	options: {readonly htpasswd?: string; readonly tls?: {readonly certificate: string; readonly key: string}} = {},
): Promise<RegistryServer> {
	const folder = await temporaryFolder('registry');
	const file = (name: string) => join(folder, name);
	if (options.htpasswd !== undefined) await writeFile(file('htpasswd'), options.htpasswd);
	if (options.tls !== undefined) {
		await writeFile(file('cert.pem'), options.tls.certificate);
		await writeFile(file('key.pem'), options.tls.key);
	}
	await writeFile(
		file('config.yml'),
		JSON.stringify({
			version: '0.1',
			log: {level: 'info', formatter: 'json', accesslog: {disabled: true}},
			storage: {filesystem: {rootdirectory: file('data')}, delete: {enabled: true}},
			http: {
				addr: '127.0.0.1:0',
				secret: 'test',
				...(options.tls === undefined ? {} : {tls: {certificate: file('cert.pem'), key: file('key.pem')}}),
			},
			...(options.htpasswd === undefined ? {} : {auth: {htpasswd: {realm: 'test', path: file('htpasswd')}}}),
		}),
	);
	const child = spawn('docker-registry', ['serve', file('config.yml')], {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {...process.env, OTEL_TRACES_EXPORTER: 'none'},
	});
	let log = '';
	const host = await new Promise<string>((resolve, reject) => {
		const read = (text: string) => {
			log += text;
			const port = /listening on 127\.0\.0\.1:(\d+)/.exec(log)?.[1];
			if (port !== undefined) resolve(`127.0.0.1:${port}`);
		};
		child.stdout.setEncoding('utf8').on('data', read);
		child.stderr.setEncoding('utf8').on('data', read);
		child.on('error', reject);
		child.on('exit', () => reject(new Error(`docker-registry ended:\n${log.slice(-2000)}`)));
	});
	return {
		host,
		requests: () =>
			log.split('\n').flatMap(line => {
				if (!line.includes('"http.response.status"')) return [];
				const entry = JSON.parse(line) as Record<string, unknown>;
				return [
					`${String(entry['http.request.method'])} ${String(entry['http.request.uri'])} ${String(entry['http.response.status'])}`,
				];
			}),
		async stop() {
			if (child.exitCode !== null || child.signalCode !== null) return;
			const ended = once(child, 'exit');
			child.kill('SIGTERM');
			await ended;
		},
	};
}
