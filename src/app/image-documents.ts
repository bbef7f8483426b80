import {SlipwayError} from '../base/errors.ts';
import {buildFolderOf, readBuildInput} from '../build/build-folder.ts';
import type {BuildView} from '../build/journal/build-view.ts';
import {imageFacts, readAttached, type ImageFacts} from '../image/image-facts.ts';
import {listLayerFiles, mergeLayers, pathInLayer, type ImageFile} from '../image/image-files.ts';
import type {ImageStore} from '../image/image-store.ts';
import type {Digest} from '../image/oci.ts';
import {readSpdxPackages, type SbomPackage} from '../image/sbom-packages.ts';
import {readLayerFile} from '../image/read-layer-file.ts';
import type {LinePlan} from '../plan/plan.ts';
import {fileText} from './file-text.ts';
import type {BuildService} from './services.ts';
import {difference, snapshotOfPlan} from './snapshot.ts';

/** What an image card shows of an image: read from the store and from past builds when somebody looks, then kept. */
export interface ImageDocuments {
	/** @param digest of what the image's tags name: a manifest or an index */
	facts(digest: string): Promise<ImageFacts>;
	packages(digest: string): Promise<readonly SbomPackage[]>;
	/** Of one layer, or of all layers together as a container sees them. */
	files(digest: string, layer: string | null, signal: AbortSignal): Promise<readonly ImageFile[]>;
	/** What a file holds, as far as a person would read it: of one layer, or as a container sees it. */
	content(digest: string, layer: string | null, file: ImageFile, signal: AbortSignal): Promise<FileContent>;
	/** Past builds of an image, newest first, each with what it changed. */
	builds(image: string): Promise<readonly PastBuild[]>;
}

export interface FileContent {
	/** Null: it is no text. */
	readonly text: string | null;
	/** Of the file; the text is its beginning if it is shorter. */
	readonly sizeBytes: number;
	readonly isWhole: boolean;
}

export interface PastBuild {
	readonly build: string;
	readonly status: string;
	readonly startedAt: string;
	readonly durationMs: number | null;
	readonly lines: readonly PastLine[];
}

export interface PastLine {
	readonly line: string;
	readonly status: string;
	readonly digest: string | null;
	readonly size: number | null;
	readonly tags: readonly string[];
	/** Against the newest build before that made another image of the line. */
	readonly changes: {
		readonly packages: readonly LineChange[];
		readonly settings: readonly LineChange[];
		readonly sizeBytes: {readonly before: number | null; readonly after: number | null};
	} | null;
}

export interface LineChange {
	readonly name: string;
	/** Null if it was not there. */
	readonly before: string | null;
	readonly after: string | null;
}

export interface ImageDocumentParts {
	readonly store: ImageStore;
	readonly builds: BuildService;
	readonly buildsFolder: string;
	readonly architecture: 'amd64' | 'arm64';
}

/** How far back a card looks. */
const mostBuilds = 20;
/** More of a file is not shown: nobody reads it in a dialog. */
const mostReadBytes = 128 * 1024;
/** Images are up to some tens of thousands of files: a few are kept. */
const mostKept = 8;

export function createImageDocuments({store, builds, buildsFolder, architecture}: ImageDocumentParts): ImageDocuments {
	const factsOf = keepNewest(async (digest: string) => {
		const tagged = (await store.list()).find(({descriptor}) => descriptor.digest === digest);
		if (!tagged) throw gone(digest);
		const all = await imageFacts(store, tagged.descriptor);
		const own = all.find(({config}) => config.architecture === architecture) ?? all[0];
		if (!own) throw gone(digest);
		return own;
	});
	const packagesOf = keepNewest(async (digest: string) => {
		const {descriptor} = await factsOf(digest);
		const document = await readAttached(store, descriptor);
		if (document) return readSpdxPackages(document);
		throw new SlipwayError('not-found', 'The image has no SBOM in the local store.', {hint: 'Build it again.'});
	});
	return {
		facts: factsOf,
		packages: packagesOf,
		async files(digest, layer, signal) {
			const {layers} = await factsOf(digest);
			if (layer !== null) {
				const one = layers.find(({descriptor}) => descriptor.digest === layer);
				if (!one) throw gone(layer);
				return listLayerFiles(store, one.descriptor, {signal});
			}
			const read: (readonly ImageFile[])[] = [];
			// One after another: decompressing several at once would hold the keys up.
			for (const {descriptor} of layers) read.push(await listLayerFiles(store, descriptor, {signal}));
			return [...mergeLayers(read).values()];
		},
		async content(digest, layer, file, signal) {
			const {layers} = await factsOf(digest);
			const path = file.kind === 'hard-link' ? pathInLayer(file.target ?? '') : file.path;
			const among = layers.map(({descriptor}) => descriptor).filter(own => layer === null || own.digest === layer);
			for (const descriptor of among.toReversed()) {
				const found = await readLayerFile(store, descriptor, path, {mostBytes: mostReadBytes, signal});
				if (!found) continue;
				const isWhole = found.content.length === found.sizeBytes;
				return {text: fileText(found.content, isWhole), sizeBytes: found.sizeBytes, isWhole};
			}
			throw gone(layer ?? digest);
		},
		async builds(image) {
			const views = await builds.history(image, mostBuilds);
			const plans = new Map<string, readonly LinePlan[]>();
			for (const {build} of views) plans.set(build, await linesOfPlan(buildsFolder, build));
			return views.map((view, at) => pastBuild(view, views.slice(at + 1), plans));
		},
	};
}

const gone = (digest: string): SlipwayError =>
	new SlipwayError('not-found', `The local store has no ${digest as Digest} any more.`, {
		hint: 'Build the image again.',
	});

async function linesOfPlan(buildsFolder: string, build: string): Promise<readonly LinePlan[]> {
	try {
		return (await readBuildInput(buildFolderOf(buildsFolder, build))).plan.lines;
	} catch (error) {
		// A build without a readable plan is still listed; nothing is compared with it.
		if (error instanceof SlipwayError) return [];
		throw error;
	}
}

function pastBuild(
	view: BuildView,
	older: readonly BuildView[],
	plans: ReadonlyMap<string, readonly LinePlan[]>,
): PastBuild {
	const planOf = (build: string, line: string) =>
		plans.get(build)?.find(own => own.line === line && own.status === 'ok');
	return {
		build: view.build,
		status: view.finalStatus ?? 'interrupted',
		startedAt: new Date(view.startedAtMs ?? 0).toISOString(),
		durationMs: view.finishedAtMs !== null && view.startedAtMs !== null ? view.finishedAtMs - view.startedAtMs : null,
		lines: view.lines.map(({line, status, digest, size, tags}): PastLine => {
			const base = {line, status, digest, size, tags};
			if (digest === null) return {...base, changes: null};
			const before = older.find(other => other.lines.some(own => own.line === line && own.digest !== null));
			const old = before?.lines.find(own => own.line === line);
			const [from, to] = [before && planOf(before.build, line), planOf(view.build, line)];
			if (!old || old.digest === digest || !from || !to) return {...base, changes: null};
			const {packages, config} = difference(snapshotOfPlan(from), snapshotOfPlan(to));
			const settings = config.map(({field, ...change}) => ({name: field, ...change}));
			return {...base, changes: {packages, settings, sizeBytes: {before: old.size, after: size}}};
		}),
	};
}

/** Answers by key; those asked for longest ago are let go. A failure is not kept: the next look tries again. */
function keepNewest<Value>(read: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
	const kept = new Map<string, Promise<Value>>();
	return async key => {
		const found = kept.get(key) ?? read(key);
		kept.delete(key);
		kept.set(key, found);
		const [oldest] = kept.keys();
		if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
		try {
			return await found;
		} catch (error) {
			kept.delete(key);
			throw error;
		}
	};
}
