import {request} from 'node:http';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {digestOf as digestOfContent} from '../../src/image/digest.ts';
import type {LocalImageStore} from '../../src/image/local-store.ts';
import {readManifest} from '../../src/image/read-documents.ts';
import {parseRange} from '../../src/publish/serve/answers.ts';
import {serveStore, type ServedStore} from '../../src/publish/serve/serve-store.ts';
import {makeCertificate} from '../support/certificates.ts';
import {startDocker, type DockerDaemon} from '../support/docker-daemon.ts';
import {describeNeeding, testNeeding} from '../support/needs.ts';
import {startPodman, type PodmanService} from '../support/podman-service.ts';
import {mustRun, runProgram} from '../support/run-program.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {newStore, putSampleImage, putSampleIndex} from './sample-image.ts';

let store: LocalImageStore;
let served: ServedStore;

beforeAll(async () => {
	store = await newStore();
	await store.tag('php-api', ['8', '8.4', 'latest'], await putSampleIndex(store));
	await store.tag('solo', ['1'], await putSampleImage(store, {hello: 'solo'}));
	served = await serveStore({store, tenant: 'team', port: 0});
});
afterAll(() => served.close());

const get = (path: string, init?: RequestInit) => fetch(`http://${served.host}/v2/${path}`, init);
const digestOf = async (name: string, tag: string) => (await store.resolve(name, tag))!.digest;

describe('pulling', () => {
	test('a manifest by tag and by digest, with and without the tenant', async () => {
		const digest = await digestOf('solo', '1');
		for (const path of ['team/solo/manifests/1', 'solo/manifests/1', `team/solo/manifests/${digest}`]) {
			const answer = await get(path);
			expect(answer.status).toBe(200);
			expect(answer.headers.get('docker-content-digest')).toBe(digest);
			expect(answer.headers.get('content-type')).toBe('application/vnd.oci.image.manifest.v1+json');
			expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from(await store.read(digest)));
		}
	});

	test('HEAD says what GET would, without content', async () => {
		const [head, whole] = await Promise.all([
			get('team/php-api/manifests/8', {method: 'HEAD'}),
			get('team/php-api/manifests/8'),
		]);
		for (const name of ['content-length', 'content-type', 'docker-content-digest', 'etag']) {
			expect(head.headers.get(name)).toBe(whole.headers.get(name));
		}
		expect(await head.text()).toBe('');
	});

	test('an entity tag spares the content; only what a digest names may be kept', async () => {
		const etag = (await get('team/solo/manifests/1')).headers.get('etag')!;
		const again = await get('team/solo/manifests/1', {headers: {'if-none-match': `"x", ${etag}`}});
		expect([again.status, again.headers.get('cache-control')]).toEqual([304, 'no-cache']);
		const byDigest = await get(`team/solo/manifests/${await digestOf('solo', '1')}`);
		expect(byDigest.headers.get('cache-control')).toContain('immutable');
	});

	test('a part of a layer', async () => {
		const [layer] = (await readManifest(store, (await store.resolve('solo', '1'))!)).layers;
		const content = Buffer.from(await store.read(layer!.digest));
		const path = `team/solo/blobs/${layer!.digest}`;
		const part = await get(path, {headers: {range: 'bytes=5-9'}});
		expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 5-9/${content.length}`]);
		expect(Buffer.from(await part.arrayBuffer())).toEqual(content.subarray(5, 10));
		expect((await get(path, {headers: {range: `bytes=${content.length}-`}})).status).toBe(416);
		const other = await get(path, {headers: {range: 'bytes=5-9', 'if-range': '"another"'}});
		expect(other.status).toBe(200);
	});

	test('tags, in pages', async () => {
		expect(await (await get('team/php-api/tags/list')).json()).toEqual({
			name: 'team/php-api',
			tags: ['8', '8.4', 'latest'],
		});
		const first = await get('team/php-api/tags/list?n=2');
		expect(await first.json()).toMatchObject({tags: ['8', '8.4']});
		const next = /<(.*)>; rel="next"/.exec(first.headers.get('link')!)![1]!;
		const second = await fetch(`http://${served.host}${next}`);
		expect([await second.json(), second.headers.get('link')]).toEqual([{name: 'team/php-api', tags: ['latest']}, null]);
	});

	test('referrers, filtered by type', async () => {
		const index = JSON.parse(Buffer.from(await store.read(await digestOf('php-api', '8'))).toString()) as {
			manifests: {digest: string}[];
		};
		const path = `team/php-api/referrers/${index.manifests[0]!.digest}`;
		expect(await (await get(path)).json()).toMatchObject({manifests: [{artifactType: 'application/spdx+json'}]});
		const none = await get(`${path}?artifactType=x`);
		expect([await none.json(), none.headers.get('oci-filters-applied')]).toMatchObject([
			{manifests: []},
			'artifactType',
		]);
	});

	test('the catalogue', async () => {
		expect(await (await get('_catalog')).json()).toEqual({repositories: ['team/php-api', 'team/solo']});
	});
});

describe('what is refused', () => {
	test.each([
		['team/none/manifests/1', 404, 'MANIFEST_UNKNOWN'],
		['team/none/tags/list', 404, 'NAME_UNKNOWN'],
		['team/solo/manifests/2', 404, 'MANIFEST_UNKNOWN'],
		['team/solo/blobs/sha256:abc', 400, 'DIGEST_INVALID'],
		[`team/solo/blobs/sha256:${'0'.repeat(64)}`, 404, 'BLOB_UNKNOWN'],
		['team/solo/blobs/..%2F..%2Findex.json', 400, 'DIGEST_INVALID'],
		['..%2F..%2Fetc/manifests/1', 404, 'NAME_UNKNOWN'],
		['other/solo/manifests/1', 404, 'NAME_UNKNOWN'],
		['nothing', 404, 'UNSUPPORTED'],
	])('%s is %i %s', async (path, status, code) => {
		const answer = await get(path);
		expect([answer.status, await answer.json()]).toMatchObject([status, {errors: [{code}]}]);
	});

	test('a layer is no manifest', async () => {
		const [layer] = (await readManifest(store, (await store.resolve('solo', '1'))!)).layers;
		expect((await get(`team/solo/manifests/${layer!.digest}`)).status).toBe(404);
	});

	test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s: the store is only read', async method => {
		const answer = await get('team/solo/manifests/1', {method});
		expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
	});

	test('a name that a web page made to point here', async () => {
		const status = await new Promise((resolve, reject) => {
			const options = {host: '127.0.0.1', port: served.port, path: '/v2/', headers: {host: 'evil.example.org'}};
			request(options, answer => resolve(answer.resume().statusCode))
				.on('error', reject)
				.end();
		});
		expect(status).toBe(403);
	});

	test.each(['0.0.0.0', '::', '10.1.2.3'])('listening on %s without TLS and credentials', async address => {
		const auth = {kind: 'token', token: 'secret'} as const;
		await expect(serveStore({store, tenant: null, address, port: 0})).rejects.toMatchObject({code: 'usage'});
		await expect(serveStore({store, tenant: null, address, port: 0, auth})).rejects.toMatchObject({code: 'usage'});
	});

	test('a port that is taken is told', async () => {
		await expect(serveStore({store, tenant: null, port: served.port})).rejects.toMatchObject({code: 'host'});
	});
});

test.each([
	[undefined, 10, null],
	['bytes=0-', 10, {start: 0, end: 9}],
	['bytes=2-100', 10, {start: 2, end: 9}],
	['bytes=-3', 10, {start: 7, end: 9}],
	['bytes=-0', 10, 'impossible'],
	['bytes=10-', 10, 'impossible'],
	['bytes=5-2', 10, null],
	['bytes=0-1,3-4', 10, null],
	['lines=0-1', 10, null],
])('the range %s of %i bytes', (header, size, range) => {
	expect(parseRange(header, size)).toEqual(range);
});

describeNeeding('skopeo')('with TLS and credentials, beyond loopback', () => {
	test('skopeo and its authority get in, others do not', async () => {
		const tls = makeCertificate('slipway', {names: 'IP:127.0.0.1'});
		const auth = {kind: 'password', username: 'jane', password: 'secret'} as const;
		const statuses: number[] = [];
		const open = await serveStore({
			store,
			tenant: 'team',
			address: '0.0.0.0',
			port: 0,
			auth,
			tls,
			onRequest: ({status}) => statuses.push(status),
		});
		try {
			const certificates = await temporaryFolder('certs');
			await writeFile(join(certificates, 'ca.crt'), tls.certificate);
			const inspect = (...options: string[]) =>
				runProgram('skopeo', ['inspect', ...options, `docker://127.0.0.1:${open.port}/team/solo:1`]);
			expect((await inspect('--cert-dir', certificates, '--creds', 'jane:secret')).exitCode).toBe(0);
			expect((await inspect('--cert-dir', certificates, '--creds', 'jane:wrong')).exitCode).not.toBe(0);
			expect((await inspect('--cert-dir', certificates)).exitCode).not.toBe(0);
			expect((await inspect('--creds', 'jane:secret')).exitCode).not.toBe(0);
			expect(statuses).toContain(401);
		} finally {
			await open.close();
		}
	});
});

describe('clients', () => {
	testNeeding('skopeo')('skopeo copies all platforms', async () => {
		const folder = join(await temporaryFolder('copy'), 'layout');
		const source = `docker://${served.host}/team/php-api:8`;
		await mustRun('skopeo', ['copy', '--all', '--src-tls-verify=false', source, `oci:${folder}:8`]);
		expect(await readdir(join(folder, 'blobs/sha256'))).toContain((await digestOf('php-api', '8')).slice(7));
	});

	describeNeeding(
		'docker',
		'podman',
		'skopeo',
	)('docker, podman and skopeo', () => {
		let daemon: DockerDaemon;
		let podman: PodmanService;
		beforeAll(async () => {
			[daemon, podman] = await Promise.all([startDocker(), startPodman()]);
		});
		afterAll(() => Promise.all([daemon.stop(), podman.stop()]));

		test('pull at once, several images each, while a build moves the tags', async () => {
			const images = await Promise.all(
				['one', 'two'].map(hello => putSampleImage(store, {hello, ballastBytes: 200_000})),
			);
			await store.tag('moving', ['latest'], images[0]!);
			const done = new AbortController();
			let moves = 0;
			const moving = (async () => {
				for (; !done.signal.aborted; moves++) await store.tag('moving', ['latest'], images[moves % 2]!);
			})();
			const place = await temporaryFolder('pulled');
			const pullers: Readonly<Record<string, (name: string) => Promise<string>>> = {
				async docker(name) {
					const reference = `${served.host}/team/${name}`;
					await daemon.docker('pull', reference);
					const {stdout} = await daemon.docker('image', 'inspect', '--format={{index .RepoDigests 0}}', reference);
					return stdout.trim().split('@')[1] ?? '';
				},
				async podman(name) {
					const reference = `${served.host}/team/${name}`;
					await podman.podman('pull', '--quiet', '--tls-verify=false', reference);
					const {stdout} = await podman.podman('image', 'inspect', '--format={{.Digest}}', reference);
					return stdout.trim();
				},
				async skopeo(name) {
					const folder = join(place, name.replaceAll(':', '-'));
					const source = `docker://${served.host}/team/${name}`;
					await mustRun('skopeo', ['copy', '--preserve-digests', '--src-tls-verify=false', source, `dir:${folder}`]);
					return digestOfContent(await readFile(join(folder, 'manifest.json')));
				},
			};
			try {
				const names = ['moving:latest', 'solo:1', 'php-api:8.4'];
				const pulled = await Promise.all(
					Object.entries(pullers).map(async ([client, pull]) => [client, await Promise.all(names.map(pull))] as const),
				);
				const possible = images.map(({digest}) => digest);
				const {digest: solo} = (await store.resolve('solo', '1'))!;
				for (const [client, [moved, fixed]] of pulled) {
					expect(possible, client).toContain(moved);
					expect(fixed, client).toBe(solo);
				}
				expect(moves, 'tags moved meanwhile').toBeGreaterThan(10);
			} finally {
				done.abort();
				await moving;
			}
		});
	});
});
