import {expect, test} from 'vitest';
import type {Engine} from '../../src/build/engine.ts';
import {everyPlatform} from '../../src/build/engines/every-platform.ts';
import {storeImage} from '../../src/build/store-image.ts';
import {digestOf} from '../../src/image/digest.ts';
import {openImageStore, type LocalImageStore} from '../../src/image/local-store.ts';
import {mediaTypes} from '../../src/image/oci.ts';
import {readIndex} from '../../src/image/read-documents.ts';
import {imageForArchitecture} from '../../src/publish/image-content.ts';
import {Recorder} from '../engine/support/a-line.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {aLine, aPlan} from './a-plan.ts';

/** Makes images of one layer, which says its architecture. */
const layerEngine = (store: LocalImageStore): Engine => ({
	name: 'native',
	async buildLine(input, reporter) {
		const text = `layer for ${input.architecture}`;
		const descriptor = await store.put(mediaTypes.layerGzip, Buffer.from(text));
		const layers = [{descriptor, diffId: digestOf(text), createdBy: text}];
		return storeImage(store, input, {layers, createdAt: 1_700_000_000, engine: 'native'}, reporter);
	},
});

test('one index has the images of all platforms, each with its own SBOM, in the order of the composition', async () => {
	const store = await openImageStore(await temporaryFolder('platforms'));
	const engine = everyPlatform(layerEngine(store), store);
	const line = aLine('1.2');
	const plan = aPlan([line], {architecture: 'arm64', platforms: [aPlan([line], {architecture: 'amd64'})]});
	const input = {plan, line, architecture: plan.architecture, bundles: [], signal: new AbortController().signal};
	const built = await engine.buildLine(input, new Recorder());
	const {manifests} = await readIndex(store, built.manifest);
	expect(manifests.map(({platform}) => `${platform?.os}/${platform?.architecture}`)).toEqual([
		'linux/arm64',
		'linux/amd64',
	]);
	expect(built.sizeBytes).toBe('layer for arm64layer for amd64'.length);
	for (const manifest of manifests) {
		const kinds = (await store.referrers(manifest.digest)).map(({artifactType}) => artifactType);
		expect(kinds).toContain(mediaTypes.spdx);
	}
	const arm64 = await imageForArchitecture(store, built.manifest, 'arm64');
	expect(arm64.descriptor.digest).toBe(manifests[0]?.digest);

	await store.tag('web', ['latest'], built.manifest);
	expect(await store.collectGarbage()).toBe(0);
});
