import {readdir, readFile, rmdir} from 'node:fs/promises';
import {join} from 'node:path';
import {openBlobs} from '../image/blobs.ts';
import {openLayoutIndex, referenceOf, refNameKey} from '../image/layout-index.ts';
import type {LocalImageStore} from '../image/local-store.ts';
import {isSystemError, SlipwayError, throwIfCancelled} from '../base/errors.ts';
import {isImageIndex} from '../image/read-documents.ts';
import {blobsOf, type ImageContent} from './image-content.ts';
import {progressCounter, type OnPublishProgress} from './progress.ts';

/** Copies an image, with its referrers, into an OCI image layout, which may be there already. The tag comes last. */
export async function exportToFolder(
	store: LocalImageStore,
	content: ImageContent,
	folder: string,
	tag: string,
	options: {readonly signal?: AbortSignal | undefined; readonly onProgress?: OnPublishProgress | undefined},
): Promise<void> {
	await refuseForeignFolder(folder);
	const blobs = await openBlobs(folder);
	const index = await openLayoutIndex(folder, text => process.emitWarning(text));
	const referrers = content.referrers.map(referrer => referrer.descriptor);
	const all = [
		...blobsOf([...content.images, ...content.referrers]),
		...content.images.map(image => image.descriptor),
		...content.indexes,
		...referrers,
	];
	const count = progressCounter(
		all.reduce((sum, blob) => sum + blob.size, 0),
		options.onProgress,
	);
	for (const {digest, size} of all) {
		throwIfCancelled(options.signal);
		await blobs.copy(digest, store.blobPath(digest), size);
		count(size);
	}
	await index.change(entries => [
		...entries.filter(
			entry => referenceOf(entry) !== tag && !referrers.some(referrer => referrer.digest === entry.digest),
		),
		{...content.root, annotations: {...content.root.annotations, [refNameKey]: tag}},
		...referrers,
	]);
	// Ours, not the layout's. It stays while another process copies into it.
	await rmdir(join(folder, 'unfinished')).catch((error: unknown) => {
		if (!isSystemError(error, 'ENOENT') && !isSystemError(error, 'ENOTEMPTY')) throw error;
	});
}

/** A layout's index.json is replaced: only one that is an index, in a folder that is a layout or empty. */
async function refuseForeignFolder(folder: string): Promise<void> {
	const names = await readdir(folder).catch((error: unknown): string[] => {
		if (isSystemError(error, 'ENOENT')) return [];
		throw error;
	});
	const isLayout =
		names.length === 0 || (names.includes('oci-layout') && (await holdsIndex(join(folder, 'index.json'))));
	if (isLayout) return;
	throw new SlipwayError('bad-input', `${folder} is not an OCI image layout, and not empty.`, {
		hint: 'Name a new folder, or use oci-archive:FILE.',
	});
}

async function holdsIndex(file: string): Promise<boolean> {
	try {
		return isImageIndex(JSON.parse(await readFile(file, 'utf8')));
	} catch (error) {
		return isSystemError(error, 'ENOENT');
	}
}
