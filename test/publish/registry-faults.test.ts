import {once} from 'node:events';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {LocalImageStore} from '../../src/image/local-store.ts';
import type {Descriptor} from '../../src/image/oci.ts';
import {parseChallenge} from '../../src/publish/registry/challenge.ts';
import {pushImages, type PushOptions} from '../../src/publish/registry/push.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {startMemoryRegistry, type MemoryRegistry} from './memory-registry.ts';
import {newStore, putSampleImage, putSampleIndex} from './sample-image.ts';

let registry: MemoryRegistry;
let store: LocalImageStore;
let image: Descriptor;
let home: string;

beforeEach(async () => {
	registry = await startMemoryRegistry();
	store = await newStore();
	home = await temporaryFolder('home');
	image = await putSampleImage(store, {ballastBytes: 500_000});
});
afterEach(() => registry.stop());

const push = (options: PushOptions = {}, root = image) =>
	pushImages(
		store,
		registry.host,
		'team/x',
		['1', 'latest'].map(tag => ({tag, descriptor: root})),
		{env: {HOME: home}, retryDelayMs: 1, chunkSizeBytes: 100_000, ...options},
	);

/** A fault for the first requests that match. */
function failFirst(times: number, matches: (line: string) => boolean, status: number, headers = {}) {
	let left = times;
	registry.fault = (request, response) => {
		if (left === 0 || !matches(`${request.method} ${request.url}`)) return false;
		left--;
		request.resume();
		response.writeHead(status, headers).end();
		return true;
	};
}

describe('what passes', () => {
	test.each([429, 500, 502, 503])('a passing %i is waited out, for documents and layers', async status => {
		failFirst(3, () => true, status);
		expect(await push()).toMatchObject({movedTags: ['1', 'latest']});
		failFirst(3, line => line.startsWith('PUT'), status);
		expect((await push({}, await putSampleImage(store, {hello: 'again'}))).movedTags).toHaveLength(2);
	});

	test('Retry-After is heeded', async () => {
		failFirst(1, line => line.startsWith('HEAD'), 429, {'retry-after': '1'});
		const started = performance.now();
		await push();
		expect(performance.now() - started).toBeGreaterThanOrEqual(1000);
	});

	test('a connection that breaks in a layer goes on where it was', async () => {
		let broken = 0;
		const progress: number[] = [];
		registry.fault = request => {
			if (request.method !== 'PATCH' || broken === 3) return false;
			request.once('data', () => {
				if (broken++ < 3) request.socket.destroy();
			});
			return false;
		};
		const onProgress = ({doneBytes, totalBytes}: {doneBytes: number; totalBytes: number}) =>
			progress.push(doneBytes / totalBytes);
		expect(await push({onProgress})).toMatchObject({uploadedBlobs: 3});
		expect(progress).toEqual(progress.toSorted((a, b) => a - b));
		expect([progress.length > 6, progress.at(-1)]).toEqual([true, 1]);
		expect(registry.requests.filter(line => /^GET .*uploads/.test(line)).length).toBeGreaterThan(0);
		// Five chunks and a bit; not five for each break.
		expect(registry.requests.filter(line => line.startsWith('PATCH')).length).toBeLessThan(12);
	});

	test('an upload that the registry forgot begins anew', async () => {
		let isForgotten = false;
		registry.fault = (request, response) => {
			const isUpload = /uploads\/\d/.test(request.url ?? '');
			if (request.method === 'PATCH' && !isForgotten) {
				isForgotten = true;
				request.socket.destroy();
				return true;
			}
			if (request.method === 'GET' && isUpload) {
				response.writeHead(404).end();
				return true;
			}
			return false;
		};
		expect(await push()).toMatchObject({uploadedBlobs: 3});
	});

	test('a next try sends only what is missing', async () => {
		registry.fault = (request, response) => {
			if (request.method !== 'PUT' || !request.url?.includes('/manifests/')) return false;
			response.writeHead(500).end();
			return true;
		};
		await expect(push()).rejects.toMatchObject({code: 'network'});
		registry.fault = null;
		expect(await push()).toMatchObject({uploadedBlobs: 0, pushedManifests: 1, movedTags: ['1', 'latest']});
	});
});

describe('what does not pass', () => {
	test('a registry that fails for good leaves no tag', async () => {
		registry.fault = (request, response) => {
			if (request.method !== 'PATCH') return false;
			request.resume();
			response.writeHead(500).end();
			return true;
		};
		await expect(push()).rejects.toMatchObject({code: 'network', details: {status: 500}});
		expect(registry.tags()).toEqual([]);
	});

	test('a refusal is told in the registry’s words, without escapes', async () => {
		registry.fault = (request, response) => {
			if (request.method !== 'POST') return false;
			response.writeHead(403).end('{"errors":[{"code":"DENIED","message":"no \\u001b[31mroom"}]}');
			return true;
		};
		await expect(push()).rejects.toThrow(
			`Cannot start an upload to team/x: ${registry.host} answered 403: no room (DENIED).`,
		);
		expect(registry.requests.filter(line => line.startsWith('POST')).length).toBeLessThanOrEqual(4);
	});

	test('a registry that lies about a digest is found out before any tag', async () => {
		registry.lie = `sha256:${'0'.repeat(64)}`;
		await expect(push()).rejects.toMatchObject({code: 'verification'});
		expect(registry.tags()).toEqual([]);
	});

	test('a layer that was altered on disk is refused by its digest', async () => {
		const {layers} = JSON.parse(Buffer.from(await store.read(image.digest)).toString()) as {layers: Descriptor[]};
		await writeFile(store.blobPath(layers[0]!.digest), Buffer.alloc(layers[0]!.size));
		await expect(push()).rejects.toThrow('DIGEST_INVALID');
		expect(registry.tags()).toEqual([]);
	});

	test('a cancelled push stops at once and leaves no tag', async () => {
		const cancel = new AbortController();
		registry.fault = request => {
			if (request.method === 'PATCH') cancel.abort();
			return false;
		};
		await expect(push({signal: cancel.signal})).rejects.toMatchObject({code: 'cancelled'});
		expect(registry.tags()).toEqual([]);
	});

	test('a wait for a minute and more is a failure', async () => {
		failFirst(1, () => true, 429, {'retry-after': '3600'});
		await expect(push()).rejects.toMatchObject({details: {status: 429}});
	});
});

test('a registry with referrers keeps their list itself', async () => {
	const index = await putSampleIndex(store);
	await push({}, index);
	expect(registry.tags().toSorted()).toEqual(['1', 'latest']);
	const before = registry.requests.length;
	await push({}, index);
	expect(registry.requests.slice(before).map(line => line.split(' ')[0])).toEqual([
		'HEAD',
		'HEAD',
		'GET',
		'GET',
		'HEAD',
		'HEAD',
		'HEAD',
	]);
});

test('a registry without referrers is asked for them once a push, not for each image', async () => {
	const index = await putSampleIndex(store);
	registry.hasReferrers = false;
	await push({}, index);
	const before = registry.requests.length;
	await push({}, index);
	const paths = registry.requests.slice(before).map(line => line.replace(/sha256[:-]\w+/, 'DIGEST'));
	expect(paths).toEqual([
		'HEAD /v2/team/x/manifests/DIGEST',
		'HEAD /v2/team/x/manifests/DIGEST',
		'GET /v2/team/x/referrers/DIGEST',
		'GET /v2/team/x/manifests/DIGEST',
		'GET /v2/team/x/manifests/DIGEST',
		'HEAD /v2/team/x/manifests/DIGEST',
		'HEAD /v2/team/x/manifests/1',
		'HEAD /v2/team/x/manifests/latest',
	]);
});

describe('tokens', () => {
	test('are fetched for the scope, and anew when they run out', async () => {
		const asked: string[] = [];
		let good = 0;
		let uses = 0;
		const tokens = createServer((request, response) => {
			asked.push(`${request.headers.authorization ?? 'nobody'} ${decodeURIComponent(request.url ?? '')}`);
			good++;
			response.end(JSON.stringify({token: `token-${good}`}));
		});
		tokens.listen(0, '127.0.0.1');
		await once(tokens, 'listening');
		try {
			const realm = `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token`;
			registry.fault = (request, response) => {
				// Each token is good for six requests.
				if (request.headers.authorization === `Bearer token-${good}` && uses++ < 6) return false;
				uses = 0;
				request.resume();
				response.writeHead(401, {'www-authenticate': `Bearer realm="${realm}",service="reg",scope="ignored"`}).end();
				return true;
			};
			await mkdir(join(home, '.docker'));
			const auths = {[registry.host]: {auth: Buffer.from('jane:secret').toString('base64')}};
			await writeFile(join(home, '.docker/config.json'), JSON.stringify({auths}));
			expect((await push({attempts: 8})).movedTags).toHaveLength(2);
			expect(asked.length).toBeGreaterThan(1);
			const basic = `Basic ${Buffer.from('jane:secret').toString('base64')}`;
			expect(new Set(asked)).toEqual(new Set([`${basic} /token?service=reg&scope=repository:team/x:pull,push`]));
		} finally {
			tokens.close();
			tokens.closeAllConnections();
		}
	});

	test('are not shown to another host that takes the upload', async () => {
		const seen: (string | undefined)[] = [];
		const elsewhere = createServer((request, response) => {
			seen.push(request.headers.authorization);
			request.resume().on('end', () => response.writeHead(201).end());
		});
		elsewhere.listen(0, '127.0.0.1');
		await once(elsewhere, 'listening');
		try {
			const port = (elsewhere.address() as AddressInfo).port;
			await mkdir(join(home, '.docker'));
			const auths = {[registry.host]: {auth: Buffer.from('jane:secret').toString('base64')}};
			await writeFile(join(home, '.docker/config.json'), JSON.stringify({auths}));
			registry.fault = (request, response) => {
				if (request.headers.authorization === undefined) {
					response.writeHead(401, {'www-authenticate': 'Basic realm="x"'}).end();
					return true;
				}
				if (request.method !== 'POST') return false;
				response.writeHead(202, {location: `http://127.0.0.1:${port}/upload`}).end();
				return true;
			};
			await push({chunkSizeBytes: 10_000_000});
			expect(seen.length).toBeGreaterThan(0);
			expect(new Set(seen)).toEqual(new Set([undefined]));
		} finally {
			elsewhere.close();
			elsewhere.closeAllConnections();
		}
	});
});

test.each([
	['Basic realm="x"', {kind: 'basic'}],
	[
		'Bearer realm="https://auth.example.org/token",service="reg \\"1\\"",scope="repository:a/b:pull,push"',
		{kind: 'bearer', realm: 'https://auth.example.org/token', service: 'reg "1"', scope: 'repository:a/b:pull,push'},
	],
	[
		'bearer realm=https://a.example.org/t',
		{kind: 'bearer', realm: 'https://a.example.org/t', service: null, scope: null},
	],
	['Bearer realm="no address"', null],
	['Negotiate, Basic realm="x"', {kind: 'basic'}],
	['', null],
])('the challenge %s is understood', (header, challenge) => {
	expect(parseChallenge(header)).toEqual(challenge);
});
