import {createHash} from 'node:crypto';
import {gzipSync} from 'node:zlib';
import {digestOf} from '../../src/image/digest.ts';
import {encodeJson} from '../../src/image/canonical-json.ts';
import {attachDocument, imageConfigFile, imageIndex, imageManifest} from '../../src/image/documents.ts';
import {openImageStore, type LocalImageStore} from '../../src/image/local-store.ts';
import {mediaTypes, type Descriptor} from '../../src/image/oci.ts';
import {makeTar} from '../support/tar-archive.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

export async function newStore(): Promise<LocalImageStore> {
	return openImageStore(await temporaryFolder('store'), {graceMs: 0});
}

export interface SampleOptions {
	readonly architecture?: 'amd64' | 'arm64';
	/** Text of /hello, in a layer of its own above `base`. */
	readonly hello?: string;
	/** Incompressible bytes in the first layer. */
	readonly ballastBytes?: number;
}

/** An image of two layers whose files are real; the first is the same for every `hello`. */
export async function putSampleImage(store: LocalImageStore, options: SampleOptions = {}): Promise<Descriptor> {
	const {architecture = 'amd64', hello = 'hello', ballastBytes = 0} = options;
	const ballast = ballastBytes > 0 ? [{name: 'ballast', content: seededBytes(ballastBytes)}] : [];
	const tars = [
		makeTar([{name: 'etc/', kind: 'directory'}, {name: 'etc/base', content: 'base'}, ...ballast]),
		makeTar([{name: 'hello', content: hello, mode: 0o755}]),
	];
	const layers = await Promise.all(tars.map(tar => store.put(mediaTypes.layerGzip, gzipSync(tar, {level: 1}))));
	const diffIds = tars.map(tar => digestOf(tar));
	const config = await store.put(
		mediaTypes.config,
		encodeJson(
			imageConfigFile({
				config: {
					user: '65532',
					workdir: '/',
					entrypoint: ['/hello'],
					cmd: [],
					env: {PATH: '/usr/bin'},
					ports: [],
					volumes: [],
					stopSignal: null,
					labels: {},
				},
				createdAt: 1_763_900_000,
				platform: {architecture, os: 'linux'},
				layers: diffIds.map((diffId, index) => ({diffId, createdBy: `layer ${index}`})),
			}),
		),
	);
	return store.put(mediaTypes.manifest, encodeJson(imageManifest({config, layers})));
}

/** Two platforms under one index, each with an SBOM. */
export async function putSampleIndex(store: LocalImageStore): Promise<Descriptor> {
	const manifests = await Promise.all(
		(['amd64', 'arm64'] as const).map(async architecture =>
			Object.assign(await putSampleImage(store, {architecture}), {platform: {architecture, os: 'linux' as const}}),
		),
	);
	for (const manifest of manifests) {
		await attachDocument(store, manifest, {
			artifactType: mediaTypes.spdx,
			mediaType: mediaTypes.spdx,
			content: Buffer.from(`{"of":"${manifest.platform.architecture}"}`),
			annotations: {'org.opencontainers.image.title': 'sbom.spdx.json'},
		});
	}
	return store.put(mediaTypes.index, encodeJson(imageIndex(manifests)));
}

function seededBytes(count: number): Buffer {
	const blocks: Buffer[] = [];
	for (let n = 0; n * 32 < count; n++) blocks.push(createHash('sha256').update(`block ${n}`).digest());
	return Buffer.concat(blocks).subarray(0, count);
}
