import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {createReadStream, createWriteStream} from 'node:fs';
import {readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {Readable, Transform} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {createGzip} from 'node:zlib';
import {z} from 'zod';
import {isSystemError, SlipwayError} from '../../../base/errors.ts';
import type {ImageStore} from '../../../image/image-store.ts';
import {mediaTypes, type Descriptor, type Digest} from '../../../image/oci.ts';

export interface ImportedLayer {
	readonly descriptor: Descriptor;
	/** SHA-256 of the uncompressed tar. */
	readonly diffId: Digest;
}

const manifestSchema = z.array(z.object({Layers: z.array(z.string().regex(/^[\w./-]+$/))})).length(1);

/**
 * Takes the layers of `docker save`'s stream (manifest.json and one tar a layer) into the store, compressed without
 * times or names, so that equal layers have equal digests.
 *
 * @param folder an empty folder for the parts on their way
 */
export async function importLayers(
	saved: NodeJS.ReadableStream,
	folder: string,
	store: ImageStore,
	signal: AbortSignal,
): Promise<readonly ImportedLayer[]> {
	await extract(saved, folder, signal);
	const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
	const layers: ImportedLayer[] = [];
	for (const [position, name] of (manifest[0]?.Layers ?? []).entries()) {
		if (name.split('/').includes('..'))
			throw new SlipwayError('verification', `The saved image names a layer ${name}.`);
		const compressed = join(folder, `${position}.gz`);
		const [diffId, digest] = [createHash('sha256'), createHash('sha256')];
		await pipeline(
			createReadStream(join(folder, name)),
			hashing(diffId),
			createGzip({level: 6}),
			hashing(digest),
			createWriteStream(compressed),
			{signal},
		);
		const {size} = await stat(compressed);
		layers.push({
			descriptor: await store.adopt(mediaTypes.layerGzip, compressed, `sha256:${digest.digest('hex')}`, size),
			diffId: `sha256:${diffId.digest('hex')}`,
		});
	}
	return layers;
}

/** The host's tar refuses absolute names and `..` by itself (GNU tar and bsdtar alike). */
async function extract(saved: NodeJS.ReadableStream, folder: string, signal: AbortSignal): Promise<void> {
	const tar = spawn('tar', ['-x', '-f', '-', '-C', folder, '--no-same-owner'], {
		stdio: ['pipe', 'ignore', 'pipe'],
		signal,
	});
	let said = '';
	tar.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
	const ended = new Promise<number | null>((resolve, reject) => tar.on('error', reject).on('close', resolve));
	// tar may leave before the padding behind the archive's end was sent: its exit code tells whether it has all.
	const sent = pipeline(new Readable().wrap(saved), tar.stdin).catch((error: unknown) => {
		if (!isSystemError(error, 'EPIPE') && !isSystemError(error, 'ERR_STREAM_PREMATURE_CLOSE')) throw error;
	});
	const [code] = await Promise.all([ended, sent]);
	if (code !== 0) throw new SlipwayError('build', `The image that the daemon saved cannot be read: ${said.trim()}`);
}

function hashing(hash: ReturnType<typeof createHash>): Transform {
	return new Transform({
		transform(chunk: Buffer, _encoding, done) {
			hash.update(chunk);
			done(null, chunk);
		},
	});
}
