import {createHash, randomBytes, type Hash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {mkdir, open, readdir, rename, rm, stat, type FileHandle} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {isSystemError, SlipwayError} from '../../base/errors.ts';
import {storageError} from './storage-error.ts';
import {publicUrl, type Transport} from './transport.ts';

/** A file whose size and hash are known beforehand. */
export interface WantedFile {
	/** Addresses to try in order; the next one when a server says that it has no such file. */
	readonly urls: readonly string[];
	readonly sizeBytes: number;
	readonly sha256: string;
	/** For messages: a suite or package. */
	readonly what: string;
}

export interface DownloadOptions {
	/** Bytes of this file that are on disk so far; may fall when a transfer begins anew. */
	readonly onBytes?: (doneBytes: number) => void;
	readonly signal?: AbortSignal;
}

/** No server has the file, or what it has is not the file that was wanted. */
export class WrongContent extends SlipwayError {
	readonly reason: 'missing' | 'wrong';

	constructor(reason: 'missing' | 'wrong', {what, sha256, sizeBytes}: WantedFile, url: string) {
		const why =
			reason === 'missing'
				? 'the mirror does not have it'
				: 'what the mirror sent is not that file (by size and SHA-256)';
		super('verification', `${what} could not be fetched from ${publicUrl(url)}: ${why}.`, {
			hint: 'The mirror may be in the middle of an update, or broken: try again later, or another with --mirror.',
			details: {url: publicUrl(url), sha256, sizeBytes},
		});
		this.reason = reason;
	}
}

/**
 * Fetches a file to `target` and checks size and SHA-256 before it gets that name. What arrived of an interrupted
 * transfer, of this process or one that died, is kept in `partialFolder` and continued.
 * Throws `WrongContent`, `network`, `storage` or `cancelled`.
 */
export async function download(
	transport: Transport,
	file: WantedFile,
	target: string,
	partialFolder: string,
	options: DownloadOptions = {},
): Promise<void> {
	try {
		await mkdir(dirname(target), {recursive: true});
		await mkdir(partialFolder, {recursive: true});
		const own = join(partialFolder, `${file.sha256}.${process.pid}.${randomBytes(4).toString('hex')}`);
		await adoptPartial(partialFolder, file.sha256, own);
		try {
			await downloadTo(transport, file, own, options);
			await rename(own, target);
		} catch (error) {
			// Left for the next one to continue.
			await rename(own, join(partialFolder, file.sha256)).catch(() => rm(own, {force: true}));
			throw error;
		}
	} catch (error) {
		throw storageError(error, `${file.what} cannot be saved`);
	}
}

/** Parts that nobody came back for. */
const partialAgeMs = 7 * 24 * 60 * 60 * 1000;

/** Takes over what an earlier attempt left: renaming succeeds for one process only. Old parts of others are removed. */
async function adoptPartial(folder: string, sha256: string, own: string): Promise<void> {
	for (const name of await readdir(folder)) {
		const pid = Number(name.split('.')[1] ?? 0);
		if (pid !== 0 && isAlive(pid)) continue;
		const path = join(folder, name);
		try {
			if (name.startsWith(sha256)) {
				await rename(path, own);
				return;
			}
			if (Date.now() - (await stat(path)).mtimeMs > partialAgeMs) await rm(path, {force: true});
		} catch (error) {
			if (!isSystemError(error, 'ENOENT')) throw error;
		}
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return isSystemError(error, 'EPERM');
	}
}

async function downloadTo(
	transport: Transport,
	file: WantedFile,
	path: string,
	options: DownloadOptions,
): Promise<void> {
	let failure: WrongContent | null = null;
	for (const url of file.urls) {
		// A second time from nothing: the part that was continued may have been the damaged one.
		for (let attempt = 0; attempt < 2; attempt++) {
			const isResumed = (await sizeOf(path)) > 0;
			const outcome = await transport.retry(
				url,
				reportProgress => transfer(transport, url, file, path, reportProgress, options),
				options.signal,
			);
			if (outcome === 'complete') return;
			await rm(path, {force: true});
			// A server that sent something else tells more than one that has nothing.
			if (failure?.reason !== 'wrong') failure = new WrongContent(outcome, file, url);
			if (outcome === 'missing' || !isResumed) break;
		}
	}
	throw failure ?? new WrongContent('missing', file, '');
}

async function transfer(
	transport: Transport,
	url: string,
	file: WantedFile,
	path: string,
	reportProgress: () => void,
	{onBytes, signal}: DownloadOptions,
): Promise<'complete' | 'missing' | 'wrong'> {
	const handle = await open(path, 'a');
	try {
		let {done, hash} = await readPart(path, file.sizeBytes, handle);
		if (done < file.sizeBytes) {
			const response = await transport.send(url, done > 0 ? {range: `bytes=${done}-`} : {}, signal);
			if (response.status === 416 || (response.status >= 400 && response.status < 500)) {
				await response.discard();
				return response.status === 416 ? 'wrong' : 'missing';
			}
			if (response.status !== 206 || !continuesAt(response.headers.get('content-range'), done)) {
				if (response.status !== 200) {
					await response.discard();
					return 'wrong';
				}
				await handle.truncate(0);
				[done, hash] = [0, createHash('sha256')];
			}
			for await (const chunk of response.body) {
				done += chunk.length;
				if (done > file.sizeBytes) {
					await response.discard();
					return 'wrong';
				}
				hash.update(chunk);
				await handle.write(chunk);
				reportProgress();
				onBytes?.(done);
			}
		}
		if (done !== file.sizeBytes || hash.digest('hex') !== file.sha256) return 'wrong';
		await handle.sync();
		return 'complete';
	} finally {
		await handle.close();
	}
}

/** What is there of the file already; nothing if it is longer than the file can be. */
async function readPart(path: string, sizeBytes: number, handle: FileHandle): Promise<{done: number; hash: Hash}> {
	const hash = createHash('sha256');
	const {size} = await handle.stat();
	if (size === 0) return {done: 0, hash};
	if (size > sizeBytes) {
		await handle.truncate(0);
		return {done: 0, hash};
	}
	for await (const chunk of createReadStream(path, {end: size - 1})) hash.update(chunk as Uint8Array);
	return {done: size, hash};
}

function continuesAt(contentRange: string | undefined, start: number): boolean {
	return contentRange?.startsWith(`bytes ${start}-`) ?? false;
}

async function sizeOf(path: string): Promise<number> {
	try {
		return (await stat(path)).size;
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return 0;
		throw error;
	}
}
