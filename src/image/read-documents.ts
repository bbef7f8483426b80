import {SlipwayError} from '../base/errors.ts';
import type {ImageStore} from './image-store.ts';
import {isDigest} from './digest.ts';
import {mediaTypes, type Descriptor, type ImageConfigFile, type ImageIndex, type ImageManifest} from './oci.ts';

/** Guards at the border: documents in the store may come from another tool. */

type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isDescriptor(value: unknown): value is Descriptor {
	return (
		isJsonObject(value) &&
		typeof value['mediaType'] === 'string' &&
		isDigest(value['digest']) &&
		Number.isSafeInteger(value['size']) &&
		Number(value['size']) >= 0 &&
		(value['annotations'] === undefined || isStringMap(value['annotations']))
	);
}

function isStringMap(value: unknown): value is Readonly<Record<string, string>> {
	return isJsonObject(value) && Object.values(value).every(item => typeof item === 'string');
}

export function isImageManifest(value: unknown): value is ImageManifest {
	return (
		isJsonObject(value) &&
		isDescriptor(value['config']) &&
		Array.isArray(value['layers']) &&
		value['layers'].every(isDescriptor) &&
		(value['subject'] === undefined || isDescriptor(value['subject']))
	);
}

export function isImageIndex(value: unknown): value is ImageIndex {
	return isJsonObject(value) && Array.isArray(value['manifests']) && value['manifests'].every(isDescriptor);
}

const indexTypes: ReadonlySet<string> = new Set([
	mediaTypes.index,
	'application/vnd.docker.distribution.manifest.list.v2+json',
]);
const manifestTypes: ReadonlySet<string> = new Set([
	mediaTypes.manifest,
	'application/vnd.docker.distribution.manifest.v2+json',
]);

export function isIndexType(mediaType: string): boolean {
	return indexTypes.has(mediaType);
}

export function isManifestType(mediaType: string): boolean {
	return manifestTypes.has(mediaType);
}

export async function readJson(store: ImageStore, descriptor: Pick<Descriptor, 'digest'>): Promise<unknown> {
	const content = await store.read(descriptor.digest);
	try {
		return JSON.parse(new TextDecoder().decode(content));
	} catch (cause) {
		throw foreign(descriptor, 'JSON', cause);
	}
}

export async function readManifest(store: ImageStore, descriptor: Pick<Descriptor, 'digest'>): Promise<ImageManifest> {
	const value = await readJson(store, descriptor);
	if (!isImageManifest(value)) throw foreign(descriptor, 'an image manifest');
	return value;
}

export async function readIndex(store: ImageStore, descriptor: Pick<Descriptor, 'digest'>): Promise<ImageIndex> {
	const value = await readJson(store, descriptor);
	if (!isImageIndex(value)) throw foreign(descriptor, 'an image index');
	return value;
}

export async function readConfig(store: ImageStore, manifest: ImageManifest): Promise<ImageConfigFile> {
	const value = await readJson(store, manifest.config);
	const rootfs = isJsonObject(value) ? value['rootfs'] : undefined;
	if (!isJsonObject(rootfs) || !Array.isArray(rootfs['diff_ids']) || !rootfs['diff_ids'].every(isDigest)) {
		throw foreign(manifest.config, 'an image configuration');
	}
	return value as ImageConfigFile;
}

/** The image manifests under a tag: itself, or those of its index, nested indexes included. */
export async function imageManifestsOf(store: ImageStore, descriptor: Descriptor): Promise<readonly Descriptor[]> {
	if (!isIndexType(descriptor.mediaType)) return [descriptor];
	const index = await readIndex(store, descriptor);
	const nested = await Promise.all(index.manifests.map(manifest => imageManifestsOf(store, manifest)));
	return nested.flat();
}

function foreign(descriptor: Pick<Descriptor, 'digest'>, wanted: string, cause?: unknown): SlipwayError {
	return new SlipwayError('storage', `Cannot read ${descriptor.digest} of the image store: it is not ${wanted}.`, {
		hint: 'Build the image again.',
		details: {digest: descriptor.digest},
		...(cause === undefined ? {} : {cause}),
	});
}
