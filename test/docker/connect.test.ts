import {once} from 'node:events';
import {chmod, mkdir, writeFile} from 'node:fs/promises';
import {createServer, type Server} from 'node:https';
import {createServer as createHttpServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import type {TLSSocket} from 'node:tls';
import {afterEach, describe, expect, test} from 'vitest';
import {connectDefaultDocker, connectDocker} from '../../src/docker/connect.ts';
import {dockerEndpoint} from '../../src/docker/endpoint.ts';
import {sshCommand} from '../../src/docker/ssh-connection.ts';
import {makeCertificate} from '../support/certificates.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

const answers: Readonly<Record<string, object>> = {
	'/info': {NCPU: 4},
	'/version': {Version: '20.10.24', Arch: 'amd64'},
};
const bodyOf = (url: string | undefined) => JSON.stringify(answers[new URL(url ?? '/', 'http://x').pathname] ?? {});
const servers: {close(): unknown; closeAllConnections(): void}[] = [];
afterEach(() => {
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		server.close();
	}
});

describe('TLS', () => {
	const tls = makeCertificate('127.0.0.1', {names: 'IP:127.0.0.1'});

	async function listen(): Promise<{server: Server; address: string; seen: boolean[]}> {
		const seen: boolean[] = [];
		const server = createServer({cert: tls.certificate, key: tls.key, requestCert: true, rejectUnauthorized: false});
		server.on('request', (request, response) => {
			seen.push(Object.keys((request.socket as TLSSocket).getPeerCertificate()).length > 0);
			response.end(bodyOf(request.url));
		});
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		servers.push(server);
		return {server, address: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`, seen};
	}

	test('shows the client’s certificate to a server that its authority vouches for', async () => {
		const folder = await temporaryFolder('certs');
		await writeFile(join(folder, 'ca.pem'), tls.certificate);
		await writeFile(join(folder, 'cert.pem'), tls.certificate);
		await writeFile(join(folder, 'key.pem'), tls.key);
		const {address, seen} = await listen();
		const env = {HOME: folder, DOCKER_HOST: address, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder};
		expect(await connectDefaultDocker(null, env)).toMatchObject({version: '20.10.24', processors: 4});
		expect(seen).toEqual([true, true]);
	});

	test('refuses a server that nobody vouches for, unless DOCKER_TLS alone is set', async () => {
		const folder = await temporaryFolder('certs');
		const {address} = await listen();
		const env = {HOME: folder, DOCKER_HOST: address, DOCKER_CERT_PATH: folder};
		await expect(connectDefaultDocker(null, {...env, DOCKER_TLS_VERIFY: '1'})).rejects.toMatchObject({code: 'host'});
		expect(await connectDefaultDocker(null, {...env, DOCKER_TLS: '1'})).toMatchObject({architecture: 'amd64'});
	});
});

describe('ssh', () => {
	test.each([
		['ssh://builder', ['--', 'builder', 'docker', 'system', 'dial-stdio']],
		['ssh://jane@builder:2222', ['-l', 'jane', '-p', '2222', '--', 'builder', 'docker', 'system', 'dial-stdio']],
		['ssh://builder/run/d.sock', ['--', 'builder', 'docker', '--host', 'unix:///run/d.sock', 'system', 'dial-stdio']],
	])('%s becomes the words of ssh', (address, command) => {
		expect(sshCommand(address).slice(5)).toEqual(command);
		expect(sshCommand(address).slice(0, 5)).toEqual(['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=30', '-T']);
	});

	/** A program in the place of ssh, which does what the far side would. */
	async function withSsh(script: string): Promise<Record<string, string>> {
		const folder = await temporaryFolder('ssh');
		await mkdir(join(folder, 'bin'));
		await writeFile(join(folder, 'bin/ssh'), `#!${process.execPath}\n${script}\n`);
		await chmod(join(folder, 'bin/ssh'), 0o755);
		return {HOME: folder, PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`};
	}

	test('a daemon behind it is spoken to through its pipes', async () => {
		const socket = join(await temporaryFolder('socket'), 'd.sock');
		const server = createHttpServer((request, response) => void response.end(bodyOf(request.url)));
		server.listen(socket);
		await once(server, 'listening');
		servers.push(server);
		const env = await withSsh(
			`const s = require('net').connect(${JSON.stringify(socket)}); process.stdin.pipe(s).pipe(process.stdout);`,
		);
		const host = await connectDocker(await dockerEndpoint('ssh://jane@builder', env), env);
		expect(host).toMatchObject({version: '20.10.24', architecture: 'amd64'});
		expect(host.endpoint.name).toBe('ssh://jane@builder');
	});

	test('what ssh says when it fails is told', async () => {
		const env = await withSsh(
			`process.stderr.write('jane@builder: Permission denied (publickey).\\n'); process.exit(255)`,
		);
		await expect(connectDefaultDocker('ssh://jane@builder', env)).rejects.toMatchObject({
			code: 'host',
			message: expect.stringContaining('Permission denied (publickey)') as string,
			hint: expect.stringContaining('ssh builder docker version') as string,
		});
	});
});

test('another daemon than DOCKER_HOST names is really another', async () => {
	const socket = join(await temporaryFolder('socket'), 'd.sock');
	const server = createHttpServer((request, response) => void response.end(bodyOf(request.url)));
	server.listen(socket);
	await once(server, 'listening');
	servers.push(server);
	const before = process.env['DOCKER_HOST'];
	process.env['DOCKER_HOST'] = 'tcp://127.0.0.1:1';
	try {
		expect(await connectDefaultDocker(`unix://${socket}`)).toMatchObject({version: '20.10.24'});
	} finally {
		if (before === undefined) delete process.env['DOCKER_HOST'];
		else process.env['DOCKER_HOST'] = before;
	}
});
