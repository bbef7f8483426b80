import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import pLimit from 'p-limit';
import {isSystemError, SlipwayError, throwIfCancelled} from '../../base/errors.ts';
import type {FetchOptions, PackageSource} from '../package-index.ts';
import {download, WrongContent} from './download.ts';
import {publicRoot} from './fetch-release.ts';
import type {RepositoryContext} from './repository-context.ts';
import {rootsFor} from './repository-context.ts';
import {storageError} from './storage-error.ts';

const parallelTransfers = 8;

/**
 * Package files by SHA-256, from the cache or the mirror. Every file is read and hashed, cached or not.
 * The first failure stops the rest; what arrived stays.
 */
export async function fetchPackages(
	context: RepositoryContext,
	folder: string,
	packages: readonly PackageSource[],
	{onProgress, signal}: FetchOptions,
): Promise<ReadonlyMap<string, string>> {
	const wanted = [...new Map(packages.map(one => [one.sha256, one])).values()];
	const totalBytes = wanted.reduce((sum, one) => sum + one.downloadSizeBytes, 0);
	const done = new Map<string, number>();
	let doneBytes = 0;
	const report = (sha256: string, bytes: number) => {
		doneBytes += bytes - (done.get(sha256) ?? 0);
		done.set(sha256, bytes);
		onProgress?.({doneBytes, totalBytes});
	};
	const failed = new AbortController();
	const either = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
	const roots = await knownRoots(context, wanted);
	const limit = pLimit(parallelTransfers);
	let failure: unknown = null;
	const paths = await Promise.all(
		wanted.map(one =>
			limit(async () => {
				try {
					throwIfCancelled(either);
					const path = join(folder, `${one.sha256}.deb`);
					if (!(await isWhole(path, one))) {
						await fetchOne(
							context,
							roots(one),
							one,
							path,
							join(folder, 'partial'),
							bytes => report(one.sha256, bytes),
							either,
						);
					}
					report(one.sha256, one.downloadSizeBytes);
					return [one.sha256, path] as const;
				} catch (error) {
					failure ??= error;
					failed.abort();
					return null;
				}
			}),
		),
	);
	throwIfCancelled(signal);
	if (failure !== null) throw failure;
	return new Map(paths.filter(entry => entry !== null));
}

async function fetchOne(
	context: RepositoryContext,
	roots: readonly string[],
	wanted: PackageSource,
	path: string,
	partialFolder: string,
	onBytes: (bytes: number) => void,
	signal: AbortSignal,
): Promise<void> {
	const what = `${wanted.name} ${wanted.version}`;
	const urls = roots.map(root => `${root}/${wanted.filename}`);
	try {
		const file = {urls, sizeBytes: wanted.downloadSizeBytes, sha256: wanted.sha256, what};
		await download(context.transport, file, path, partialFolder, {onBytes, signal});
	} catch (error) {
		if (!(error instanceof WrongContent) || error.reason !== 'missing') throw error;
		throw new SlipwayError('not-found', `${what} is no longer on the mirror (${urls.map(publicRoot).join(', ')}).`, {
			hint: 'The repository has moved on: run `slipway update`, then plan and build again.',
			details: {package: wanted.name, version: wanted.version, sha256: wanted.sha256},
			cause: error,
		});
	}
}

/** Where the packages of each suite come from: the root that its index came from, then the mirror's others. */
async function knownRoots(
	context: RepositoryContext,
	packages: readonly PackageSource[],
): Promise<(one: PackageSource) => readonly string[]> {
	const bySuite = new Map<string, readonly string[]>();
	for (const suite of new Set(packages.map(one => one.suite))) {
		const stored = await context.store.read(suite);
		const uri = stored?.kind === 'ready' ? stored.state.uri : null;
		bySuite.set(suite, rootsFor(context.mirror, suite.endsWith('-security') ? 'security' : 'main', uri));
	}
	return one => bySuite.get(one.suite) ?? [];
}

/** Whether the cached file is there and is what it should be. A damaged one is removed. */
async function isWhole(path: string, {sha256, downloadSizeBytes}: PackageSource): Promise<boolean> {
	const hash = createHash('sha256');
	let sizeBytes = 0;
	try {
		for await (const chunk of createReadStream(path, {highWaterMark: 1 << 20}) as AsyncIterable<Uint8Array>) {
			sizeBytes += chunk.length;
			hash.update(chunk);
		}
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return false;
		throw storageError(error, `The cached package ${path} cannot be read`);
	}
	if (sizeBytes === downloadSizeBytes && hash.digest('hex') === sha256) return true;
	await rm(path, {force: true});
	return false;
}
