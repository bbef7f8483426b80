import {once} from 'node:events';
import {createServer} from 'node:http';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {chooseEngine} from '../../src/app/choose-engine.ts';
import type {HostCheck} from '../../src/app/doctor.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

const settings = {architecture: 'host', 'docker.contexts': ''} as const;
const ok: HostCheck = {name: 'user namespaces', status: 'ok', detail: 'an ordinary user may make them', mend: null};
const missing: HostCheck = {...ok, status: 'missing', detail: 'No user namespaces here.', mend: 'Build as root.'};
const limited: HostCheck = {name: 'subordinate ids', status: 'limited', detail: 'newuidmap is missing.', mend: null};

let daemon: string;
const server = createServer((_request, response) => {
	response.end(JSON.stringify({NCPU: 2, Version: '20.10.24', Arch: 'amd64'}));
});
beforeAll(async () => {
	const socket = join(await temporaryFolder('daemon'), 'd.sock');
	server.listen(socket);
	await once(server, 'listening');
	daemon = `unix://${socket}`;
});
afterAll(() => {
	server.closeAllConnections();
	server.close();
});
const choose = (checks: readonly HostCheck[], host: string) =>
	chooseEngine('auto', settings, {checks, env: {HOME: '/nonexistent', DOCKER_HOST: host}});
const noDaemon = 'unix:///nonexistent/d.sock';

test('what the user says is what builds', async () => {
	expect(await chooseEngine('docker', settings, {checks: [ok]})).toEqual({engine: 'docker', reason: null});
	expect(await chooseEngine('native', settings, {checks: [missing]})).toEqual({engine: 'native', reason: null});
});

test('native where the host allows it, whether or not there is a daemon', async () => {
	expect(await choose([ok], daemon)).toMatchObject({engine: 'native'});
	expect(await choose([ok], noDaemon)).toMatchObject({engine: 'native'});
});

test('Docker where it does not, and why', async () => {
	expect(await choose([ok, missing], daemon)).toEqual({
		engine: 'docker',
		reason: `No user namespaces here. Docker 20.10.24 answers at ${daemon}.`,
	});
	expect(await choose([ok, limited], daemon)).toMatchObject({engine: 'docker'});
});

test('native with what it can do, where no daemon answers', async () => {
	expect(await choose([limited], noDaemon)).toEqual({
		engine: 'native',
		reason: 'newuidmap is missing. No Docker daemon answers instead.',
	});
});

test('neither: both reasons and both ways out', async () => {
	await expect(choose([missing], noDaemon)).rejects.toMatchObject({
		code: 'host',
		message: expect.stringMatching(/No user namespaces here\..*\/nonexistent\/d\.sock does not answer/) as string,
		hint: expect.stringMatching(/Build as root\. Or: Start it/) as string,
	});
});
