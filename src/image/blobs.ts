import {createHash, randomBytes} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {constants, copyFile, mkdir, open, readdir, readFile, rename, rm, stat, utimes} from 'node:fs/promises';
import {join} from 'node:path';
import type {Readable} from 'node:stream';
import {isSystemError, SlipwayError} from '../base/errors.ts';
import {digestOf, hexOf} from './digest.ts';
import type {Digest} from './oci.ts';

/** Far below the age at which a blob may be garbage. */
const touchedAfterMs = 15 * 60 * 1000;

/** Content by its digest: `blobs/sha256/HEX` of an OCI image layout. A blob appears whole or not at all. */
export interface Blobs {
	/** Its size, also made young again for the garbage collector; null if it is not there. */
	touch(digest: Digest): Promise<number | null>;
	/** Its size, or null. */
	sizeOf(digest: Digest): Promise<number | null>;
	path(digest: Digest): string;
	/** Whether it is there with the content that its digest names. One that is not is removed. Also made young. */
	verify(digest: Digest): Promise<boolean>;
	/**
	 * The same, but a blob that still has the stamp it bore when it was found whole is not read again. Returns its stamp,
	 * which any change of the file changes; null if it is not whole.
	 */
	stampIfWhole(digest: Digest, before?: string): Promise<string | null>;
	/** Free if it is there. */
	put(digest: Digest, content: Uint8Array): Promise<void>;
	adopt(digest: Digest, file: string, sizeBytes: number): Promise<void>;
	/** Copies a file that stays; shares its blocks where the file system can. */
	copy(digest: Digest, file: string, sizeBytes: number): Promise<void>;
	/** Checked against its digest. */
	read(digest: Digest): Promise<Uint8Array>;
	stream(digest: Digest, range?: {readonly start: number; readonly end: number}): Readable;
	list(): Promise<readonly {readonly digest: Digest; readonly sizeBytes: number; readonly modifiedMs: number}[]>;
	/** Looks at its age once more: a builder may have wanted it since it was listed. Returns freed bytes. */
	removeOlderThan(digest: Digest, ageMs: number): Promise<number>;
	/** Temporary files of writers that died. Returns freed bytes. */
	removeLeftovers(olderThanMs: number): Promise<number>;
}

export async function openBlobs(layoutFolder: string): Promise<Blobs> {
	const folder = join(layoutFolder, 'blobs', 'sha256');
	const unfinished = join(layoutFolder, 'unfinished');
	await mkdir(folder, {recursive: true});
	const path = (digest: Digest) => join(folder, hexOf(digest));
	const temporary = async () => {
		await mkdir(unfinished, {recursive: true});
		return join(unfinished, `${process.pid}-${randomBytes(6).toString('hex')}`);
	};

	async function sizeOf(digest: Digest): Promise<number | null> {
		try {
			return (await stat(path(digest))).size;
		} catch (error) {
			if (isSystemError(error, 'ENOENT')) return null;
			throw error;
		}
	}

	async function touch(digest: Digest): Promise<number | null> {
		try {
			const now = new Date();
			await utimes(path(digest), now, now);
			return await sizeOf(digest);
		} catch (error) {
			if (isSystemError(error, 'ENOENT')) return null;
			throw error;
		}
	}

	async function stampOf(digest: Digest): Promise<{readonly text: string; readonly ageMs: number} | null> {
		try {
			const {dev, ino, size, mtimeNs, ctimeNs, mtimeMs} = await stat(path(digest), {bigint: true});
			return {text: [dev, ino, size, mtimeNs, ctimeNs].join(' '), ageMs: Date.now() - Number(mtimeMs)};
		} catch (error) {
			if (isSystemError(error, 'ENOENT')) return null;
			throw error;
		}
	}

	async function stampIfWhole(digest: Digest, before?: string): Promise<string | null> {
		const known = await stampOf(digest);
		if (known === null) return null;
		const isKnown = known.text === before;
		if (isKnown && known.ageMs < touchedAfterMs) return known.text;
		await touch(digest);
		// Before it is read: what changes meanwhile has another stamp.
		const stamp = await stampOf(digest);
		return stamp !== null && (isKnown || (await isWhole(digest))) ? stamp.text : null;
	}

	async function verify(digest: Digest): Promise<boolean> {
		return (await touch(digest)) !== null && (await isWhole(digest));
	}

	async function isWhole(digest: Digest): Promise<boolean> {
		const hash = createHash('sha256');
		// Large reads: a gigabyte a second, where the processor has instructions for SHA-256.
		for await (const chunk of createReadStream(path(digest), {highWaterMark: 1 << 20})) hash.update(chunk as Buffer);
		if (hash.digest('hex') === hexOf(digest)) return true;
		await rm(path(digest), {force: true});
		return false;
	}

	/** Syncs a file and gives it its name. */
	async function finish(file: string, digest: Digest): Promise<void> {
		const handle = await open(file, 'r+');
		try {
			await handle.sync();
		} finally {
			await handle.close();
		}
		await rename(file, path(digest));
		const now = new Date();
		await utimes(path(digest), now, now);
	}

	async function copyAs(digest: Digest, file: string): Promise<void> {
		const copy = await temporary();
		try {
			await copyFile(file, copy, constants.COPYFILE_FICLONE);
			await finish(copy, digest);
		} finally {
			await rm(copy, {force: true});
		}
	}

	return {
		touch,
		sizeOf,
		path,
		verify,
		stampIfWhole,
		async put(digest, content) {
			if (await verify(digest)) return;
			const file = await temporary();
			try {
				const handle = await open(file, 'wx', 0o644);
				try {
					await handle.writeFile(content);
				} finally {
					await handle.close();
				}
				await finish(file, digest);
			} finally {
				await rm(file, {force: true});
			}
		},
		async adopt(digest, file, sizeBytes) {
			const {size} = await stat(file);
			if (size !== sizeBytes) {
				throw new SlipwayError('internal', `Cannot store ${digest}: ${size} bytes instead of ${sizeBytes}.`);
			}
			if (await verify(digest)) {
				await rm(file, {force: true});
				return;
			}
			try {
				await finish(file, digest);
			} catch (error) {
				if (!isSystemError(error, 'EXDEV')) throw error;
				await copyAs(digest, file);
				await rm(file, {force: true});
			}
		},
		async copy(digest, file, sizeBytes) {
			if ((await sizeOf(digest)) !== sizeBytes || !(await verify(digest))) await copyAs(digest, file);
		},
		async read(digest) {
			try {
				const content = await readFile(path(digest));
				if (digestOf(content) === digest) return content;
			} catch (cause) {
				if (!isSystemError(cause, 'ENOENT')) throw cause;
				throw new SlipwayError('not-found', `The image store has no ${digest}.`, {
					hint: 'Build the image again.',
					details: {digest},
					cause,
				});
			}
			throw new SlipwayError('verification', `Cannot read ${digest} of the image store: its content was altered.`, {
				hint: 'Remove that file and build the image again.',
				details: {digest, file: path(digest)},
			});
		},
		stream: (digest, range = {start: 0, end: Infinity}) =>
			createReadStream(path(digest), {...range, highWaterMark: 1 << 20}),
		async list() {
			const names = await readdir(folder);
			const blobs = await Promise.all(
				names
					.filter(name => /^[0-9a-f]{64}$/.test(name))
					.map(async name => {
						const {size, mtimeMs} = await stat(join(folder, name));
						return {digest: `sha256:${name}` as const, sizeBytes: size, modifiedMs: mtimeMs};
					}),
			);
			return blobs;
		},
		removeOlderThan: (digest, ageMs) => removeOld(path(digest), ageMs),
		async removeLeftovers(olderThanMs) {
			const names = await readdir(unfinished).catch((error: unknown): string[] => {
				if (isSystemError(error, 'ENOENT')) return [];
				throw error;
			});
			const freed = await Promise.all(names.map(name => removeOld(join(unfinished, name), olderThanMs)));
			return freed.reduce((sum, bytes) => sum + bytes, 0);
		},
	};
}

async function removeOld(file: string, ageMs: number): Promise<number> {
	try {
		const {size, mtimeMs} = await stat(file);
		if (Date.now() - mtimeMs < ageMs) return 0;
		await rm(file);
		return size;
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return 0;
		throw error;
	}
}
