import {buildFolderOf, listBuildIds, outlineOf, type BuildOutline} from '../build/build-folder.ts';
import type {FinishedLine} from '../build/journal-event.ts';
import type {ImageStore, TaggedImage} from '../image/image-store.ts';
import type {CompositionFiles} from './composition-files.ts';
import type {ImageService, PrivateImage} from './services.ts';

export interface ImageServiceParts {
	readonly compositions: CompositionFiles;
	readonly store: ImageStore;
	readonly buildsFolder: string;
}

export interface CountingImageService extends ImageService {
	/** As `remove`; the bytes that it freed. */
	removeAndCount(name: string): Promise<number>;
}

type ImageLine = PrivateImage['lines'][number];

export function createImageService({compositions, store, buildsFolder}: ImageServiceParts): CountingImageService {
	async function removeAndCount(name: string): Promise<number> {
		await compositions.remove(name);
		await store.untag(name);
		return store.collectGarbage();
	}
	return {
		async list() {
			const [names, tagged, outlines] = await Promise.all([
				compositions.names(),
				store.list(),
				listBuildIds(buildsFolder).then(ids => Promise.all(ids.map(id => outlineOf(buildFolderOf(buildsFolder, id))))),
			]);
			const buildsOf = Map.groupBy(outlines, ({image}) => image);
			const tagsOf = Map.groupBy(tagged, ({name}) => name);
			return Promise.all(
				names.map(async name => toPrivateImage(name, compositions, buildsOf.get(name) ?? [], tagsOf.get(name) ?? [])),
			);
		},
		composition: name => compositions.read(name),
		save: (composition, options) => compositions.save(composition, options),
		async remove(name) {
			await removeAndCount(name);
		},
		removeAndCount,
	};
}

async function toPrivateImage(
	name: string,
	compositions: CompositionFiles,
	/** Newest first. */
	builds: readonly BuildOutline[],
	tagged: readonly TaggedImage[],
): Promise<PrivateImage> {
	const composition = await compositions.read(name).catch(() => null);
	return {
		name,
		description: composition?.description ?? '',
		starter: composition?.starter ?? '',
		status: builds[0]?.status ?? 'not built',
		lines: linesOf(builds, tagged),
		freshness: null,
	};
}

/** Every line that was ever built: what the store holds of it, else how its newest build ended. */
function linesOf(builds: readonly BuildOutline[], tagged: readonly TaggedImage[]): readonly ImageLine[] {
	const tagsOf = Map.groupBy(tagged, ({descriptor}) => descriptor.digest as string);
	const lines = new Map<string, ImageLine>();
	for (const {finished, finishedAt} of builds) {
		for (const line of finished?.lines ?? []) {
			const known = lines.get(line.line);
			const next = toImageLine(line, finishedAt, tagsOf);
			if (known?.digest) {
				// A build that found it up to date did not make it: the first one did.
				if (known.digest === next.digest) lines.set(line.line, {...known, builtAt: next.builtAt});
				continue;
			}
			// The newest build says how the line stands; an older one may say which image it still has.
			lines.set(line.line, known ? {...next, status: known.status} : next);
		}
	}
	return [...lines.values()];
}

function toImageLine(
	{line, status, digest, size}: FinishedLine,
	finishedAt: string | null,
	tagsOf: ReadonlyMap<string, readonly TaggedImage[]>,
): ImageLine {
	const tags = digest === null ? undefined : tagsOf.get(digest);
	const hasImage = tags !== undefined && (status === 'created' || status === 'up to date');
	return {
		line,
		status: hasImage ? 'created' : status,
		digest: hasImage ? digest : null,
		tags: hasImage ? tags.map(({tag}) => tag) : [],
		size: hasImage ? size : null,
		builtAt: hasImage ? finishedAt : null,
	};
}
