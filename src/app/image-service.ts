import {buildFolderOf, listBuildIds, outlineOf, type BuildOutline} from '../build/build-folder.ts';
import {isBuildTag} from '../build/build-id.ts';
import type {FinishedLine} from '../build/journal-event.ts';
import type {ImageStore, TaggedImage} from '../image/image-store.ts';
import type {CompositionFiles} from './composition-files.ts';
import {stateOfImage, type FoundFreshness, type FreshnessFile} from './freshness-file.ts';
import type {ImageService, PrivateImage} from './services.ts';

export interface ImageServiceParts {
	readonly compositions: CompositionFiles;
	readonly store: ImageStore;
	readonly buildsFolder: string;
	/** What was found of images when they were last looked at. */
	readonly freshness: FreshnessFile;
}

export interface CountingImageService extends ImageService {
	/** As `remove`; the bytes that it freed. */
	removeAndCount(name: string): Promise<number>;
}

type ImageLine = PrivateImage['lines'][number];

export function createImageService({
	compositions,
	store,
	buildsFolder,
	freshness,
}: ImageServiceParts): CountingImageService {
	async function removeAndCount(name: string): Promise<number> {
		await compositions.remove(name);
		await store.untag(name);
		return store.collectGarbage();
	}
	return {
		async list() {
			const [names, found, tagged, outlines] = await Promise.all([
				compositions.names(),
				freshness.read(),
				store.list(),
				listBuildIds(buildsFolder).then(ids => Promise.all(ids.map(id => outlineOf(buildFolderOf(buildsFolder, id))))),
			]);
			const buildsOf = Map.groupBy(outlines, ({image}) => image);
			const tagsOf = Map.groupBy(tagged, ({name}) => name);
			return Promise.all(
				names.map(async name =>
					toPrivateImage(name, {
						compositions,
						found: found.get(name) ?? null,
						builds: buildsOf.get(name) ?? [],
						tagged: tagsOf.get(name) ?? [],
					}),
				),
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

interface ImageFacts {
	readonly compositions: CompositionFiles;
	readonly found: FoundFreshness | null;
	/** Newest first. */
	readonly builds: readonly BuildOutline[];
	readonly tagged: readonly TaggedImage[];
}

async function toPrivateImage(name: string, {compositions, found, builds, tagged}: ImageFacts): Promise<PrivateImage> {
	const opened = await compositions.open(name).catch(() => null);
	const own = opened?.own ?? (await compositions.read(name).catch(() => null));
	const isStill = found?.of === stateOfImage(opened?.composition ?? null, builds[0]?.build ?? null);
	return {
		name,
		description: own?.description ?? '',
		starter: own?.starter ?? '',
		status: builds[0]?.status ?? 'not built',
		lines: linesOf(builds, tagged),
		freshness: found && isStill ? found.summary : null,
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
			if (known?.digest && !isCurrent(known) && isCurrent(next)) {
				// Rolled back: the image is what the tags point at, not what was built last.
				lines.set(line.line, next);
			} else if (known?.digest) {
				// A build that found it up to date did not make it: the first one did.
				if (known.digest === next.digest) lines.set(line.line, {...known, builtAt: next.builtAt});
			} else {
				// The newest build says how the line stands; an older one may say which image it still has.
				lines.set(line.line, known ? {...next, status: known.status} : next);
			}
		}
	}
	return [...lines.values()];
}

const isCurrent = ({tags}: ImageLine) => tags.some(tag => !isBuildTag(tag));

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
