import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {createPublishService, type PublishService} from '../../src/app/publish-service.ts';
import {openPublishTargets} from '../../src/app/publish-targets.ts';
import type {MovedImage} from '../../src/app/tell-of-image.ts';
import type {LocalImageStore} from '../../src/image/local-store.ts';
import {publishTags} from '../../src/publish/publish-tags.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {startMemoryRegistry, type MemoryRegistry} from './memory-registry.ts';
import {newStore, putSampleImage} from './sample-image.ts';

let registry: MemoryRegistry;
let store: LocalImageStore;
let folder: string;
let told: MovedImage[];
let problems: string[];
let publishing: PublishService;

beforeEach(async () => {
	registry = await startMemoryRegistry();
	store = await newStore();
	folder = await temporaryFolder('targets');
	told = [];
	problems = [];
	const env = {HOME: folder, DOCKER_HOST: `unix://${folder}/none.sock`};
	publishing = createPublishService({
		store,
		targets: openPublishTargets(join(folder, 'targets'), text => problems.push(text)),
		tenant: 'team',
		env,
		tell: async moved => void told.push(moved),
		onProblem: text => problems.push(text),
		now: () => new Date('2026-11-24T08:00:00Z'),
	});
	await store.tag('web', ['8.4', '8', 'latest', '8.4.11-20261124080000'], await putSampleImage(store, {hello: 'new'}));
	await store.tag('web', ['8.2'], await putSampleImage(store, {hello: 'old'}));
});
afterEach(() => registry.stop());

const destination = () => `docker://${registry.host}/team/web`;

test('all tags that builds move go together, each naming its own image', async () => {
	await publishing.publish({name: 'web', destination: destination()});
	expect(registry.tags().toSorted()).toEqual(['8', '8.2', '8.4', 'latest']);
	const {digest} = (await store.resolve('web', '8.2'))!;
	expect(registry.manifests.get('8.2')).toBe(registry.manifests.get(digest));
	const puts = registry.requests.filter(line => line.startsWith('PUT')).map(line => line.split('/').at(-1)!);
	expect(puts.slice(-4).toSorted(), 'tags come last').toEqual(['8', '8.2', '8.4', 'latest']);
});

test('the destination is remembered, newest first, without a tag', async () => {
	await publishing.publish({name: 'web', destination: `${destination()}-2:8`, tags: ['8']});
	await publishing.publish({name: 'web', destination: destination()});
	const targets = await publishing.targets('web');
	expect(targets.map(target => target.destination)).toEqual([destination(), `${destination()}-2`]);
	expect(targets[0]).toMatchObject({
		publishedAt: '2026-11-24T08:00:00.000Z',
		digests: {'8.2': (await store.resolve('web', '8.2'))!.digest},
	});
	expect(await publishing.targets('other')).toEqual([]);
});

test('what is where, and whether it is current', async () => {
	await publishing.publish({name: 'web', destination: destination()});
	await store.tag('web', ['8.2'], await putSampleImage(store, {hello: 'newer'}));
	await store.tag('web', ['7'], await putSampleImage(store, {hello: 'seven'}));
	const [daemon, remote] = await publishing.whereabouts('web');
	expect(daemon).toMatchObject({
		destination: 'docker-daemon:',
		tags: {},
		problem: expect.stringContaining('does not answer') as string,
	});
	expect(remote).toEqual({
		destination: destination(),
		tags: {'7': 'missing', '8': 'current', '8.2': 'outdated', '8.4': 'current', latest: 'current'},
		problem: null,
	});
});

test('a push is told once for each image; one that changed nothing is not', async () => {
	await publishing.publish({name: 'web', destination: destination()});
	expect(told.map(({kind, image, tags, reference}) => ({kind, image, tags, reference}))).toEqual([
		{kind: 'image/pushed', image: 'web', tags: ['8', '8.4', 'latest'], reference: `${registry.host}/team/web:8`},
		{kind: 'image/pushed', image: 'web', tags: ['8.2'], reference: `${registry.host}/team/web:8.2`},
	]);
	told.length = 0;
	await publishing.publish({name: 'web', destination: destination()});
	expect(told).toEqual([]);
});

test('a push that fails is neither told nor remembered', async () => {
	registry.fault = (_request, response) => {
		response.writeHead(403).end();
		return true;
	};
	await expect(publishing.publish({name: 'web', destination: destination()})).rejects.toMatchObject({code: 'network'});
	expect([told, await publishing.targets('web')]).toEqual([[], []]);
});

test('layers that another image of ours has there are mounted', async () => {
	await publishing.publish({name: 'web', destination: destination()});
	await store.tag('shop', ['1'], await putSampleImage(store, {hello: 'shop'}));
	await publishing.publish({name: 'shop', destination: `docker://${registry.host}/team/shop`});
	expect(registry.mounts.map(({from}) => from)).toContain('team/web');
});

test('remembered destinations that are damaged cost a word, nothing else', async () => {
	await publishing.publish({name: 'web', destination: destination()});
	await writeFile(join(folder, 'targets/web.json'), '[{');
	expect(await publishing.targets('web')).toEqual([]);
	expect(problems).toHaveLength(1);
});

describe('several tags', () => {
	test.each(['oci-archive:x.tar', 'docker-archive:x.tar', 'docker://h.example.org/a:1', 'oci:x:1'])(
		'do not fit into %s',
		async text => {
			await expect(publishTags({store, name: 'web', destination: text})).rejects.toMatchObject({code: 'usage'});
		},
	);

	test('fit into a folder', async () => {
		const layout = join(folder, 'layout');
		const results = await publishTags({store, name: 'web', destination: `oci:${layout}`});
		expect(results.map(result => result.destination.split(':').at(-1) ?? '').toSorted()).toEqual([
			'8',
			'8.2',
			'8.4',
			'latest',
		]);
	});

	test('of an image that is not there are told', async () => {
		await expect(publishTags({store, name: 'none', destination: 'oci:x'})).rejects.toMatchObject({code: 'not-found'});
	});
});
