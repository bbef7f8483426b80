import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {connectDefaultDocker} from '../../src/docker/connect.ts';
import {exportImage} from '../../src/publish/export-image.ts';
import {newStore, putSampleImage} from '../publish/sample-image.ts';
import {makeCertificate} from '../support/certificates.ts';
import {startDocker, type DockerDaemon} from '../support/docker-daemon.ts';
import {describeNeeding} from '../support/needs.ts';
import {startPodman} from '../support/podman-service.ts';
import {mustRun} from '../support/run-program.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

/*
 * Every way in which the docker command reaches a daemon, to a real one, with contexts that the docker command made. In the place of
 * ssh(1) stands a script that runs here what ssh would run over there: `docker system dial-stdio`.
 */
describeNeeding('docker')('a daemon is reached', () => {
	let home: string;
	let certificates: string;
	let daemon: DockerDaemon;

	beforeAll(async () => {
		home = await temporaryFolder('docker-home');
		certificates = join(home, 'certificates');
		await Promise.all([mkdir(certificates), mkdir(join(home, 'bin'))]);
		const {certificate, key} = makeCertificate('127.0.0.1', {names: 'IP:127.0.0.1'});
		for (const [name, content] of Object.entries({ca: certificate, cert: certificate, key})) {
			await writeFile(join(certificates, `${name}.pem`), content, {mode: 0o600});
		}
		const ssh = '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift 2\nexec "$@"\n';
		await writeFile(join(home, 'bin/ssh'), ssh, {mode: 0o755});
		daemon = await startDocker({tlsFolder: certificates});
		const files = ['ca', 'cert', 'key'].map(name => `${name}=${join(certificates, `${name}.pem`)}`).join(',');
		await docker('context', 'create', 'local', '--docker', `host=${daemon.host}`);
		await docker('context', 'create', 'farm', '--docker', `host=${daemon.tlsHost ?? ''},${files}`);
	});
	afterAll(() => daemon.stop());

	const base = () => ({HOME: home, PATH: `${join(home, 'bin')}:${process.env['PATH'] ?? ''}`});
	const docker = (...args: readonly string[]) => mustRun('docker', args, {env: base()});

	const ways: readonly (readonly [string, () => Readonly<Record<string, string>>])[] = [
		['its socket', () => ({DOCKER_HOST: daemon.host})],
		['a context', () => ({DOCKER_CONTEXT: 'local'})],
		['a context with TLS', () => ({DOCKER_CONTEXT: 'farm'})],
		['ssh', () => ({DOCKER_HOST: `ssh://jane@builder${daemon.socket}`})],
		['TLS', () => ({DOCKER_HOST: daemon.tlsHost ?? '', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates})],
	];

	test.each(ways)('by %s, and takes an image', async (way, more) => {
		const store = await newStore();
		await store.tag('web', ['1'], await putSampleImage(store, {hello: way, ballastBytes: 2_000_000}));
		const env = {...base(), ...more()};
		const {references} = await exportImage({store, name: 'web', tag: '1', destination: 'docker-daemon:', env});
		expect(references).toEqual(['web:1']);
		const {docker: connected} = await connectDefaultDocker(null, env);
		const {Config: config} = await connected.getImage('web:1').inspect();
		expect(config.Entrypoint).toEqual(['/hello']);
		await daemon.docker('image', 'rm', 'web:1');
	});

	test('by the context that the docker command uses', async () => {
		await docker('context', 'use', 'farm');
		const {endpoint} = await connectDefaultDocker(null, base());
		expect([endpoint.name, endpoint.address]).toEqual(['farm', daemon.tlsHost]);
	});

	test('by TLS only with a certificate', async () => {
		const without = await temporaryFolder('no-certificates');
		const env = {...base(), DOCKER_HOST: daemon.tlsHost ?? '', DOCKER_TLS: '1', DOCKER_CERT_PATH: without};
		await expect(connectDefaultDocker(null, env)).rejects.toMatchObject({code: 'host'});
	});
});

describeNeeding('podman')('Podman’s service', () => {
	test('takes an image, and one that shares a layer with it', async () => {
		const podman = await startPodman();
		try {
			const store = await newStore();
			const home = await temporaryFolder('podman-home');
			const env = {HOME: home, PATH: process.env['PATH'], DOCKER_HOST: podman.host};
			for (const tag of ['1', '2']) {
				await store.tag('web', [tag], await putSampleImage(store, {hello: tag, ballastBytes: 2_000_000}));
				await exportImage({store, name: 'web', tag, tenant: 'team', destination: 'docker-daemon:', env});
			}
			const {stdout} = await podman.podman('images', '--format={{.Repository}}:{{.Tag}}');
			expect(stdout.trim().split('\n').toSorted()).toEqual(['localhost/team/web:1', 'localhost/team/web:2']);
			const mounted = (await podman.podman('image', 'mount', 'team/web:2')).stdout.trim();
			expect(await readFile(join(mounted, 'hello'), 'utf8')).toBe('2');
			await podman.podman('image', 'unmount', '--all');
		} finally {
			await podman.stop();
		}
	});
});
