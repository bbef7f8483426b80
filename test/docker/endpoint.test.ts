import {createHash} from 'node:crypto';
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {beforeEach, describe, expect, test} from 'vitest';
import {dockerEndpoint} from '../../src/docker/endpoint.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

let home: string;
beforeEach(async () => {
	home = await temporaryFolder('docker');
});

async function makeContext(name: string, host: string, {tls = false} = {}): Promise<void> {
	const id = createHash('sha256').update(name).digest('hex');
	await mkdir(join(home, '.docker/contexts/meta', id), {recursive: true});
	await writeFile(
		join(home, '.docker/contexts/meta', id, 'meta.json'),
		JSON.stringify({Name: name, Endpoints: {docker: {Host: host, SkipTLSVerify: false}}}),
	);
	if (tls) await mkdir(join(home, '.docker/contexts/tls', id, 'docker'), {recursive: true});
}

describe('the daemon is found as the docker command finds it', () => {
	test('DOCKER_HOST goes before contexts', async () => {
		await makeContext('farm', 'tcp://127.0.0.1:2375');
		const env = {HOME: home, DOCKER_HOST: 'unix:///tmp/own.sock', DOCKER_CONTEXT: 'farm'};
		expect(await dockerEndpoint(null, env)).toMatchObject({address: 'unix:///tmp/own.sock', tlsFolder: null});
	});

	test('DOCKER_TLS_VERIFY takes its certificates from DOCKER_CERT_PATH', async () => {
		const env = {HOME: home, DOCKER_HOST: 'tcp://127.0.0.1:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs'};
		expect(await dockerEndpoint(null, env)).toMatchObject({tlsFolder: '/certs', verifiesServer: true});
	});

	test('the current context comes from config.json, with its TLS folder', async () => {
		await makeContext('farm', 'tcp://127.0.0.1:2376', {tls: true});
		await writeFile(join(home, '.docker/config.json'), JSON.stringify({currentContext: 'farm', auths: {}}));
		const endpoint = await dockerEndpoint(null, {HOME: home});
		expect(endpoint).toMatchObject({name: 'farm', address: 'tcp://127.0.0.1:2376'});
		expect(endpoint.tlsFolder).toContain('/contexts/tls/');
	});

	test('a name that is asked for is a context', async () => {
		await makeContext('builder', 'ssh://root@127.0.0.1');
		expect(await dockerEndpoint('builder', {HOME: home})).toMatchObject({address: 'ssh://root@127.0.0.1'});
	});
});

describe('what cannot be used says so', () => {
	test('a context that does not exist', async () => {
		await expect(dockerEndpoint('nowhere', {HOME: home})).rejects.toMatchObject({
			code: 'not-found',
			hint: expect.stringContaining('docker context ls') as string,
		});
	});

	test('an address without a known scheme', async () => {
		await expect(dockerEndpoint(null, {HOME: home, DOCKER_HOST: 'localhost'})).rejects.toMatchObject({
			code: 'bad-input',
		});
	});

	test('settings of Docker that are torn', async () => {
		await mkdir(join(home, '.docker'));
		await writeFile(join(home, '.docker/config.json'), '{"currentContext"');
		await expect(dockerEndpoint(null, {HOME: home})).rejects.toMatchObject({code: 'bad-input'});
	});

	test('a password in an address is not shown', async () => {
		const endpoint = await dockerEndpoint('ssh://me:secret@127.0.0.1', {HOME: home});
		expect(endpoint.name).not.toContain('secret');
	});
});
