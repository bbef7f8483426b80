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
	/** Of its blobs when they were last found whole: unless they changed, they are not read again. */
	readonly stamps?: Readonly<Record<Digest, string>>;
}

/** Remembers which image a line's build came to, so that nothing is done again when nothing has changed. */
export class LineMemo {
	readonly #folder: string;

	constructor(folder: string) {
		this.#folder = folder;
	}

	/** The image that the same input led to before, if the store still has all of it. */
	async find(key: string, store: ImageStore): Promise<BuiltLine | null> {
		const record = await this.#read(key);
		if (record === null) return null;
		const stamps = await stampsOf(store, record);
		if (stamps === null) return null;
		if (JSON.stringify(stamps) !== JSON.stringify(record.stamps)) await this.#write(key, {...record, stamps});
		const {manifest, sizeBytes, createdAt} = record;
		return {manifest, sizeBytes, createdAt};
	}

	/** @param stages keys of the configured stages that a change of the line would build upon */
	async remember(key: string, built: BuiltLine, stages: readonly string[] = []): Promise<void> {
		await this.#write(key, {...built, stages});
	}

	async #read(key: string): Promise<RememberedLine | null> {
		try {
			return openSealed(await readFile(this.#fileOf(key), 'utf8')) as RememberedLine | null;
		} catch (error) {
			if (isSystemError(error, 'ENOENT')) return null;
			throw error;
		}
	}

	#write(key: string, record: RememberedLine): Promise<void> {
		return writeFileAtomic(this.#fileOf(key), sealJson(record));
	}

	#fileOf(key: string): string {
		return join(this.#folder, `${key}.json`);
	}
}

/** Names all that a line's image depends on. */
export function lineKeyOf(input: LineBuildInput, ...further: readonly unknown[]): string {
	const {plan, line, architecture, bundles} = input;
	const hash = createHash('sha256');
	// Tags are given to the image afterwards, and move without it; which files collide becomes known with the first build.
	hash.update(JSON.stringify([further, plan.image, plan.description, plan.starter, plan.variant, architecture]));
	hash.update(JSON.stringify({...line, tags: [], fileCollisions: []}));
	for (const {name, version, kind, files} of bundles) {
		hash.update(JSON.stringify([name, version, kind, files.length]));
		for (const {content, ...file} of files) hash.update(JSON.stringify([file, content.length])).update(content);
	}
	return hash.digest('hex');
}

/** Of all that the image has in the store, by digest; null if something is missing or damaged. */
async function stampsOf(
	store: ImageStore,
	{manifest, stamps: before = {}}: RememberedLine,
): Promise<Record<Digest, string> | null> {
	const stamps: Record<Digest, string> = {};
	const isWhole = async ({digest}: {readonly digest: Digest}) => {
		const stamp = await store.stampIfWhole(digest, before[digest]);
		if (stamp !== null) stamps[digest] = stamp;
		return stamp !== null;
	};
	if (!(await isWhole(manifest))) return null;
	for (const image of (await readIndex(store, manifest)).manifests) {
		if (!(await isWhole(image))) return null;
		const {config, layers} = await readManifest(store, image);
		for (const blob of [config, ...layers]) if (!(await isWhole(blob))) return null;
		const attached = await store.referrers(image.digest);
		if (attached.length === 0) return null;
		for (const document of attached) {
			if (!(await isWhole(document))) return null;
			for (const blob of (await readManifest(store, document)).layers) if (!(await isWhole(blob))) return null;
		}
	}
	return stamps;
}
