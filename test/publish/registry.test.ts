import {mkdir, readdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {LocalImageStore} from '../../src/image/local-store.ts';
import {exportImage, type ExportInput} from '../../src/publish/export-image.ts';
import {pushImages} from '../../src/publish/registry/push.ts';
import {makeCertificate} from '../support/certificates.ts';
import {startDocker, type DockerDaemon} from '../support/docker-daemon.ts';
import {describeNeeding, testNeeding} from '../support/needs.ts';
import {mustRun} from '../support/run-program.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {startRegistry, type RegistryServer} from './registry-server.ts';
import {newStore, putSampleImage, putSampleIndex} from './sample-image.ts';

let store: LocalImageStore;
let home: string;

beforeAll(async () => {
	store = await newStore();
	home = await temporaryFolder('home');
	await store.tag('php-api', ['8', '8.4', 'latest'], await putSampleIndex(store));
	await store.tag('solo', ['1'], await putSampleImage(store, {hello: 'solo'}));
});

const env = () => ({HOME: home, PATH: process.env['PATH']});
const push = (destination: string, facts: Partial<ExportInput> = {}) =>
	exportImage({store, name: 'php-api', tag: '8', destination, env: env(), ...facts});

describeNeeding('registry')('a registry without referrers', () => {
	let registry: RegistryServer;
	beforeAll(async () => {
		registry = await startRegistry();
	});
	afterAll(() => registry.stop());

	const skopeo = (...args: readonly string[]) => mustRun('skopeo', args);

	test('gets layers first, then manifests, then tags together', async () => {
		await push(`docker://${registry.host}/team/order`, {moreTags: ['8.4', 'latest']});
		const writes = registry
			.requests()
			.filter(line => line.startsWith('PUT /v2/team/order/'))
			.map(line => {
				if (line.includes('/blobs/')) return 'blob';
				if (line.includes('/manifests/sha256:')) return 'manifest';
				return line.includes('/manifests/sha256-') ? 'referrers' : 'tag';
			});
		expect(writes.filter((kind, index) => kind !== writes[index - 1])).toEqual([
			'blob',
			'manifest',
			'referrers',
			'tag',
		]);
		expect(writes.filter(kind => kind === 'tag')).toHaveLength(3);
		const tags = registry
			.requests()
			.filter(line => line.startsWith('PUT'))
			.slice(-3);
		expect(tags.map(line => line.split('/').at(-1))).toEqual(['8 201', '8.4 201', 'latest 201']);
	});

	test('an unchanged image costs one request for each manifest, referrer list and tag', async () => {
		const destination = `docker://${registry.host}/team/unchanged`;
		const tags = {moreTags: ['latest']};
		expect((await push(destination, tags)).unchanged).toBe(false);
		const before = registry.requests().length;
		expect((await push(destination, tags)).unchanged).toBe(true);
		const methods = registry
			.requests()
			.slice(before)
			.map(line => line.split(' ')[0]);
		// Two images, their lists of referrers, the index; two tags. Docker's registry does not log what it has no route for.
		expect(methods).toEqual(['HEAD', 'HEAD', 'GET', 'GET', 'HEAD', 'HEAD', 'HEAD']);
	});

	test('layers of another repository are mounted, not sent', async () => {
		await push(`docker://${registry.host}/team/first:8`);
		const root = (await store.resolve('php-api', '8'))!;
		const result = await pushImages(store, registry.host, 'team/second', [{tag: '8', descriptor: root}], {
			env: env(),
			mountFrom: ['team/first'],
		});
		expect(result).toMatchObject({uploadedBlobs: 0, movedTags: ['8']});
		expect(result.mountedBlobs).toBeGreaterThan(4);
	});

	test('large layers go in chunks', async () => {
		await store.tag('heavy', ['1'], await putSampleImage(store, {ballastBytes: 1_000_000}));
		const root = (await store.resolve('heavy', '1'))!;
		await pushImages(store, registry.host, 'team/heavy', [{tag: '1', descriptor: root}], {
			env: env(),
			chunkSizeBytes: 300_000,
		});
		const patches = registry.requests().filter(line => line.startsWith('PATCH /v2/team/heavy/'));
		expect(patches).toHaveLength(4);
		expect((await newCopy(registry, 'team/heavy:1')).length).toBeGreaterThan(3);
	});

	test('SBOMs are found under the tag of their subject', async () => {
		await push(`docker://${registry.host}/team/sbom:8`);
		const [image] = await store.list('php-api');
		const index = JSON.parse(Buffer.from(await store.read(image!.descriptor.digest)).toString()) as {
			manifests: {digest: string}[];
		};
		const tag = index.manifests[0]!.digest.replace(':', '-');
		const answer = await fetch(`http://${registry.host}/v2/team/sbom/manifests/${tag}`, {
			headers: {accept: 'application/vnd.oci.image.index.v1+json'},
		});
		expect(await answer.json()).toMatchObject({
			manifests: [
				{
					artifactType: 'application/spdx+json',
					annotations: {'org.opencontainers.image.title': 'sbom.spdx.json'},
				},
			],
		});
	});

	testNeeding('skopeo')('skopeo pulls every platform with the same digest', async () => {
		const {digest} = await push(`docker://${registry.host}/team/skopeo:8`);
		const {stdout} = await skopeo('inspect', '--tls-verify=false', '--raw', `docker://${registry.host}/team/skopeo:8`);
		expect((JSON.parse(stdout) as {manifests: unknown[]}).manifests).toHaveLength(2);
		expect(await newCopy(registry, 'team/skopeo:8')).toContain(digest.slice(7));
	});

	async function newCopy(from: RegistryServer, name: string): Promise<readonly string[]> {
		const folder = join(await temporaryFolder('copy'), 'layout');
		await skopeo('copy', '--all', '--src-tls-verify=false', `docker://${from.host}/${name}`, `oci:${folder}:copy`);
		return readdir(join(folder, 'blobs/sha256'));
	}

	describeNeeding('docker')('and docker', () => {
		let daemon: DockerDaemon;
		beforeAll(async () => {
			daemon = await startDocker();
		});
		afterAll(() => daemon.stop());

		test('docker pulls what was pushed', async () => {
			const {digest} = await push(`docker://${registry.host}/team/docker:8`);
			const {stdout} = await daemon.docker('pull', `${registry.host}/team/docker:8`);
			expect(stdout).toContain(`Digest: ${digest}`);
		});
	});
});

describeNeeding('registry')('credentials and TLS', () => {
	// bcrypt of "secret", cost 5.
	const htpasswd = 'jane:$2y$05$Mk9WQ6pSNyfIDh6SNbpOEum3OiD.1Q2gJTvJZi2AB2PlmGTnhXdaW\n';
	let registry: RegistryServer;
	let tls: ReturnType<typeof makeCertificate>;

	beforeAll(async () => {
		tls = makeCertificate('127.0.0.1', {names: 'IP:127.0.0.1'});
		registry = await startRegistry({htpasswd, tls});
	});
	afterAll(() => registry.stop());

	async function homeWith(files: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
		const folder = await temporaryFolder('home');
		for (const [path, content] of Object.entries(files)) {
			await mkdir(join(folder, path, '..'), {recursive: true});
			await writeFile(join(folder, path), content, {mode: 0o755});
		}
		return {HOME: folder, PATH: `${folder}/bin:${process.env['PATH'] ?? ''}`};
	}
	const trusted = () => ({[`.config/containers/certs.d/${registry.host}/ca.crt`]: tls.certificate});
	const login = (text: string) =>
		JSON.stringify({auths: {[registry.host]: {auth: Buffer.from(text).toString('base64')}}});
	const pushWith = (files: Readonly<Record<string, string>>) =>
		homeWith(files).then(env => push(`docker://${registry.host}/team/private:8`, {env}));

	test('an unknown authority is refused, with the place for its certificate', async () => {
		await expect(pushWith({})).rejects.toMatchObject({
			code: 'network',
			hint: expect.stringContaining(`certs.d/${registry.host}/ca.crt`) as string,
		});
	});

	test('no credentials: says to log in', async () => {
		await expect(pushWith(trusted())).rejects.toMatchObject({hint: `Log in: docker login ${registry.host}`});
	});

	test('wrong credentials are not shown', async () => {
		const work = pushWith({...trusted(), '.docker/config.json': login('jane:wrong-secret')});
		const error = await work.then(
			() => null,
			(error: unknown) => error,
		);
		expect(error).toMatchObject({code: 'network', details: {status: 401}});
		expect(JSON.stringify(error) + String(error)).not.toContain('wrong-secret');
	});

	test('docker login’s file is used', async () => {
		const {references} = await pushWith({...trusted(), '.docker/config.json': login('jane:secret')});
		expect(references).toEqual([`${registry.host}/team/private:8`]);
	});

	test('so is a credential helper, and podman’s file', async () => {
		const helper = `#!/bin/sh\nread host\n[ "$1 $host" = "get ${registry.host}" ] || exit 1\necho '{"ServerURL":"x","Username":"jane","Secret":"secret"}'\n`;
		const config = JSON.stringify({credHelpers: {[registry.host]: 'test'}});
		await pushWith({...trusted(), '.docker/config.json': config, 'bin/docker-credential-test': helper});
		const env = await homeWith({...trusted(), 'run/containers/auth.json': login('jane:secret')});
		await push(`docker://${registry.host}/team/private:8`, {env: {...env, XDG_RUNTIME_DIR: join(env['HOME']!, 'run')}});
	});

	test('a helper that fails is named', async () => {
		const config = JSON.stringify({credsStore: 'none-such'});
		await expect(pushWith({...trusted(), '.docker/config.json': config})).rejects.toMatchObject({
			code: 'host',
			message: expect.stringContaining('docker-credential-none-such') as string,
		});
	});
});

describe('a registry that is not there', () => {
	test('is told after a few attempts', async () => {
		const root = (await store.resolve('solo', '1'))!;
		await expect(
			pushImages(store, '127.0.0.1:1', 'x', [{tag: '1', descriptor: root}], {env: env(), attempts: 2, retryDelayMs: 1}),
		).rejects.toMatchObject({code: 'network'});
	});
});
