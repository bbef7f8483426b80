import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {writeFileAtomic} from '../../../base/atomic-file.ts';
import {isSystemError} from '../../../base/errors.ts';
import {openSealed, sealJson} from '../../../base/sealed-json.ts';
import type {ImageStore} from '../../../image/image-store.ts';
import type {Digest} from '../../../image/oci.ts';
import {readIndex, readManifest} from '../../../image/read-documents.ts';
import type {BuiltLine, LineBuildInput} from '../../engine.ts';

/** `cache/lines/KEY.json` */
export interface RememberedLine extends BuiltLine {
	readonly stages: readonly string[];
}

/** Remembers which image a line's build came to, so that nothing is done again when nothing has changed. */
export class LineMemo {
	readonly #folder: string;

	constructor(folder: string) {
		this.#folder = folder;
	}

	/** The image that the same input led to before, if the store still has all of it. */
	async find(key: string, store: ImageStore): Promise<BuiltLine | null> {
		try {
			const built = openSealed(await readFile(this.#fileOf(key), 'utf8')) as BuiltLine | null;
			return built !== null && (await isComplete(store, built)) ? built : null;
		} catch (error) {
			if (isSystemError(error, 'ENOENT')) return null;
			throw error;
		}
	}

	/** @param stages keys of the configured stages that a change of the line would build upon */
	async remember(key: string, built: BuiltLine, stages: readonly string[] = []): Promise<void> {
		const record: RememberedLine = {...built, stages};
		await writeFileAtomic(this.#fileOf(key), sealJson(record));
	}

	#fileOf(key: string): string {
		return join(this.#folder, `${key}.json`);
	}
}

/** Names all that a line's image depends on. */
export function lineKeyOf(input: LineBuildInput, ...further: readonly unknown[]): string {
	const {plan, line, architecture, bundles} = input;
	const hash = createHash('sha256');
	// Tags are given to the image afterwards, and move without it.
	hash.update(JSON.stringify([further, plan.image, plan.description, plan.starter, plan.variant, architecture]));
	hash.update(JSON.stringify({...line, tags: []}));
	for (const {name, version, kind, files} of bundles) {
		hash.update(JSON.stringify([name, version, kind, files.length]));
		for (const {content, ...file} of files) hash.update(JSON.stringify([file, content.length])).update(content);
	}
	return hash.digest('hex');
}

async function isComplete(store: ImageStore, {manifest}: BuiltLine): Promise<boolean> {
	if (!(await store.hasWhole(manifest.digest))) return false;
	const index = await readIndex(store, manifest);
	for (const image of index.manifests) {
		if (!(await store.hasWhole(image.digest))) return false;
		const {config, layers} = await readManifest(store, image);
		const blobs: readonly Digest[] = [config.digest, ...layers.map(({digest}) => digest)];
		for (const digest of blobs) if (!(await store.hasWhole(digest))) return false;
		const attached = await store.referrers(image.digest);
		if (attached.length === 0) return false;
		for (const document of attached) {
			if (!(await store.hasWhole(document.digest))) return false;
			for (const {digest} of (await readManifest(store, document)).layers) {
				if (!(await store.hasWhole(digest))) return false;
			}
		}
	}
	return true;
}
