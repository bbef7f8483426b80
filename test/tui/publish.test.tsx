import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {createPublishService} from '../../src/app/publish-service.ts';
import {openPublishTargets} from '../../src/app/publish-targets.ts';
import {startMemoryRegistry, type MemoryRegistry} from '../publish/memory-registry.ts';
import {newStore, putSampleImage} from '../publish/sample-image.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {testComposition, testServices} from '../support/tui-services.ts';
import {keys, openTui, type TuiScreen} from '../support/tui-screen.tsx';

/* The real publishing: a store on disk, and a registry on loopback. */
let registry: MemoryRegistry;
let screen: TuiScreen;

beforeEach(async () => {
	registry = await startMemoryRegistry();
	const store = await newStore();
	await store.tag('web', ['8.4', 'latest'], await putSampleImage(store, {ballastBytes: 300_000}));
	await store.tag('shop', ['1.2'], await putSampleImage(store, {ballastBytes: 200_000}));
	const folder = await temporaryFolder('publish');
	const publishing = createPublishService({
		store,
		targets: openPublishTargets(join(folder, 'targets'), () => {}),
		tenant: 'team',
		env: {HOME: folder, DOCKER_HOST: `unix://${folder}/none.sock`},
		tell: async () => {},
		onProblem: () => {},
	});
	screen = await openTui({
		columns: 100,
		rows: 30,
		services: {
			...testServices({images: [testComposition('web'), testComposition('shop')], built: ['web', 'shop']}),
			store,
			publishing,
		},
	});
	await screen.waitFor('web');
	// The tests that are about one image are about this one.
	await screen.type('G');
});
afterEach(async () => {
	screen.close();
	await registry.stop();
});

const place = () => `${registry.host}/team/web`;

async function publishToNewPlace(text = place()): Promise<void> {
	await screen.type('p');
	await screen.waitFor('cannot be asked');
	await screen.type('n');
	await screen.waitFor('> docker://');
	await screen.type(text);
	await screen.type(keys.enter);
}

test('a new place is typed once, published to, and remembered', async () => {
	await publishToNewPlace();
	await screen.waitFor('current');
	expect(registry.tags().toSorted()).toEqual(['8.4', 'latest']);
	expect(screen.text()).toMatch(new RegExp(`${place().replaceAll('.', '\\.')} +current`));
	await screen.type(keys.escape);
	await screen.waitFor(text => !text.includes('Publish web'));
	await screen.type('p');
	await screen.waitFor(place());
	await screen.waitFor('current');
	expect(screen.text()).toContain('tags  8.4 latest');
});

test('keys that come before its tags are known wait for them', async () => {
	await screen.type(`pn${place()}${keys.enter}`);
	await screen.waitFor('current');
	expect(registry.tags().toSorted()).toEqual(['8.4', 'latest']);
});

test('what is no place is refused where it is typed', async () => {
	await publishToNewPlace('NOWHERE');
	await screen.waitFor('names no registry');
	expect(screen.text()).toContain('> docker://NOWHERE');
	expect(registry.requests).toEqual([]);
});

describe('a publication under way', () => {
	test('shows how far it is, and x ends it with no tag moved', async () => {
		registry.fault = request => request.method === 'PUT' && request.url?.includes('/blobs/') === true;
		await publishToNewPlace();
		await screen.waitFor('publishing');
		await screen.type('x');
		await screen.waitFor('was not published: no tag was moved');
		expect(registry.tags()).toEqual([]);
	});

	test('goes on when the dialog is closed, and its end is told', async () => {
		let release = () => {};
		const held = new Promise<void>(resolve => (release = resolve));
		registry.delay = request => (request.method === 'PUT' && request.url?.includes('/manifests/') ? held : null);
		await publishToNewPlace();
		await screen.waitFor('publishing');
		await screen.type(keys.escape);
		await screen.waitFor(text => !text.includes('Publish web'));
		release();
		await screen.waitFor('web is published');
		expect(registry.tags().toSorted()).toEqual(['8.4', 'latest']);
	});
});

test('a registry that refuses is told in the dialog', async () => {
	registry.fault = (request, response) => {
		if (request.method !== 'POST') return false;
		response.writeHead(403).end();
		return true;
	};
	await publishToNewPlace();
	await screen.waitFor('answered 403');
	expect(screen.text()).toContain('Publish web');
});

describe('several marked images', () => {
	async function openBoth(): Promise<void> {
		for (const key of ['g', 'v', 'G', 'p']) await screen.type(key);
		await screen.waitFor('Publish 2 images');
	}

	test('go to a folder of a registry under their names, and are shown there afterwards', async () => {
		await openBoth();
		await screen.type('n');
		await screen.waitFor('Each goes there under its name: shop, web');
		await screen.type(`${registry.host}/team${keys.enter}`);
		await screen.waitFor(new RegExp(`${registry.host.replaceAll('.', '\\.')}/team +current`, 'u'));
		expect(registry.tags().toSorted()).toEqual(['1.2', '8.4', 'latest']);
	});

	test('one that is refused does not keep the others, and is told', async () => {
		registry.fault = (request, response) => {
			if (request.method !== 'POST' || !request.url?.includes('/team/shop/')) return false;
			response.writeHead(403).end();
			return true;
		};
		await openBoth();
		await screen.type('n');
		await screen.type(`${registry.host}/team${keys.enter}`);
		await screen.waitFor(/1 of 2 were published\. shop: .*403/su);
		expect(registry.tags().toSorted()).toEqual(['8.4', 'latest']);
	});
});
