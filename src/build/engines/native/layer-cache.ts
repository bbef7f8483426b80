import {randomBytes} from 'node:crypto';
import {mkdir, readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {writeFileAtomic} from '../../../base/atomic-file.ts';
import {isSystemError} from '../../../base/errors.ts';
import {openSealed, sealJson} from '../../../base/sealed-json.ts';
import {writeLayer, type LayerPart, type WrittenLayer} from '../../../image/layer.ts';
import type {ImageStore} from '../../../image/image-store.ts';
import {mediaTypes} from '../../../image/oci.ts';

/** Which blob of the store a layer's content became: `cache/layers/KEY.json`. */
export class LayerCache {
	readonly #folder: string;
	readonly #store: ImageStore;

	constructor(folder: string, store: ImageStore) {
		this.#folder = folder;
		this.#store = store;
	}

	/** Null if the layer is not known, or the store has it no more; `empty` if there is nothing to say in it. */
	async find(key: string): Promise<WrittenLayer | 'empty' | null> {
		try {
			const written = openSealed(await readFile(this.#fileOf(key), 'utf8')) as WrittenLayer | 'empty' | null;
			return written === null || written === 'empty' || (await this.#store.hasWhole(written.digest)) ? written : null;
		} catch (error) {
			if (isSystemError(error, 'ENOENT')) return null;
			throw error;
		}
	}

	async write(key: string, parts: readonly LayerPart[], signal: AbortSignal): Promise<WrittenLayer | 'empty'> {
		const written = parts.length === 0 ? 'empty' : await this.#write(key, parts, signal);
		await writeFileAtomic(this.#fileOf(key), sealJson(written));
		return written;
	}

	async #write(key: string, parts: readonly LayerPart[], signal: AbortSignal): Promise<WrittenLayer> {
		await mkdir(this.#folder, {recursive: true});
		const file = join(this.#folder, `${key}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`);
		try {
			const written = await writeLayer(parts, file, signal);
			await this.#store.adopt(mediaTypes.layerGzip, file, written.digest, written.sizeBytes);
			return written;
		} finally {
			await rm(file, {force: true});
		}
	}

	#fileOf(key: string): string {
		return join(this.#folder, `${key}.json`);
	}
}
