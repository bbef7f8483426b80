import {canonicalJson} from './canonical-json.ts';
import {imageFacts, readAttached, type ImageFacts} from './image-facts.ts';
import {listLayerFiles, mergeLayers, type ImageFile} from './image-files.ts';
import type {ImageStore} from './image-store.ts';
import type {Descriptor, Digest} from './oci.ts';
import {readSpdxPackages} from './sbom-packages.ts';

export interface PackageChange {
	readonly name: string;
	/** Null if it was not there. */
	readonly before: string | null;
	readonly after: string | null;
}

export interface ConfigChange {
	/** `User`, `Env.PATH`, `Labels.team` */
	readonly field: string;
	readonly before: string | null;
	readonly after: string | null;
}

export interface FileChange {
	readonly path: string;
	readonly kind: 'added' | 'removed' | 'changed';
	/** What differs of a changed one. */
	readonly differences: readonly ('content' | 'mode' | 'owner' | 'kind' | 'target')[];
	readonly sizeBytes: {readonly before: number; readonly after: number};
}

export interface ImageDiff {
	readonly isSame: boolean;
	/** Null if one of the two has no SBOM. */
	readonly packages: readonly PackageChange[] | null;
	readonly config: readonly ConfigChange[];
	/** Null if files were not compared. */
	readonly files: readonly FileChange[] | null;
	/** Compressed bytes of all layers. */
	readonly sizeBytes: {readonly before: number; readonly after: number};
}

export interface DiffOptions {
	/** Reading every layer takes seconds for large images. True unless said. */
	readonly withFiles?: boolean;
	readonly signal?: AbortSignal;
}

/** What differs from one image to the other. Of indexes, the first platform that both have. */
export async function diffImages(
	store: ImageStore,
	before: Descriptor,
	after: Descriptor,
	{withFiles = true, signal}: DiffOptions = {},
): Promise<ImageDiff> {
	const [a, b] = samePlatform(await imageFacts(store, before), await imageFacts(store, after));
	const sizeBytes = {before: a?.sizeBytes ?? 0, after: b?.sizeBytes ?? 0};
	if (a === undefined || b === undefined || a.descriptor.digest === b.descriptor.digest) {
		return {isSame: true, packages: [], config: [], files: [], sizeBytes};
	}
	const [packages, files] = await Promise.all([
		diffPackages(store, a, b),
		withFiles ? diffFiles(store, a, b, signal) : null,
	]);
	const config = diffConfig(a, b);
	return {isSame: false, packages, config, files, sizeBytes};
}

function samePlatform(
	a: readonly ImageFacts[],
	b: readonly ImageFacts[],
): readonly [ImageFacts | undefined, ImageFacts | undefined] {
	for (const one of a) {
		const other = b.find(facts => facts.config.architecture === one.config.architecture);
		if (other !== undefined) return [one, other];
	}
	return [a[0], b[0]];
}

async function diffPackages(store: ImageStore, a: ImageFacts, b: ImageFacts): Promise<readonly PackageChange[] | null> {
	const [before, after] = await Promise.all([a, b].map(facts => readAttached(store, facts.descriptor)));
	if (!before || !after) return null;
	const versions = (content: Uint8Array) =>
		new Map(readSpdxPackages(content).map(entry => [entry.name, entry.version]));
	return changesOf(versions(before), versions(after)).map(({key, ...change}) => ({name: key, ...change}));
}

function diffConfig(a: ImageFacts, b: ImageFacts): readonly ConfigChange[] {
	const changes = changesOf(flatten(a), flatten(b));
	return changes.map(({key, ...change}) => ({field: key, ...change}));
}

function flatten({config: {config, architecture}}: ImageFacts): ReadonlyMap<string, string> {
	const fields = new Map<string, string>([['Architecture', architecture]]);
	for (const [name, value] of Object.entries(config ?? {})) {
		if (name === 'Env' && Array.isArray(value)) {
			for (const variable of value.map(String)) {
				const equals = variable.indexOf('=');
				fields.set(`Env.${variable.slice(0, equals)}`, variable.slice(equals + 1));
			}
		} else if (name === 'Labels' && typeof value === 'object' && value !== null) {
			for (const [label, content] of Object.entries(value)) fields.set(`Labels.${label}`, String(content));
		} else fields.set(name, typeof value === 'string' ? value : canonicalJson(value));
	}
	return fields;
}

function changesOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) {
	const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
	return keys
		.map(key => ({key, before: before.get(key) ?? null, after: after.get(key) ?? null}))
		.filter(change => change.before !== change.after);
}

async function diffFiles(
	store: ImageStore,
	a: ImageFacts,
	b: ImageFacts,
	signal: AbortSignal | undefined,
): Promise<readonly FileChange[]> {
	// Images of one starter share layers: each is read once.
	const read = new Map<Digest, Promise<readonly ImageFile[]>>();
	const treeOf = async (facts: ImageFacts) => {
		const layers: (readonly ImageFile[])[] = [];
		for (const {descriptor} of facts.layers) {
			const files = read.get(descriptor.digest) ?? listLayerFiles(store, descriptor, {withHashes: true, signal});
			read.set(descriptor.digest, files);
			layers.push(await files);
		}
		return mergeLayers(layers);
	};
	const before = await treeOf(a);
	const after = await treeOf(b);
	const changes: FileChange[] = [];
	for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
		const [old, now] = [before.get(path), after.get(path)];
		const sizeBytes = {before: old?.sizeBytes ?? 0, after: now?.sizeBytes ?? 0};
		if (old === undefined) changes.push({path, kind: 'added', differences: [], sizeBytes});
		else if (now === undefined) changes.push({path, kind: 'removed', differences: [], sizeBytes});
		else if (old !== now) {
			const differences = differencesOf(old, now);
			if (differences.length > 0) changes.push({path, kind: 'changed', differences, sizeBytes});
		}
	}
	return changes;
}

/** Times are left out: they follow from the rest. */
function differencesOf(a: ImageFile, b: ImageFile): FileChange['differences'] {
	if (a.kind !== b.kind) return ['kind'];
	return [
		...(a.sha256 === b.sha256 ? [] : ['content' as const]),
		...(a.mode === b.mode ? [] : ['mode' as const]),
		...(a.uid === b.uid && a.gid === b.gid ? [] : ['owner' as const]),
		...(a.target === b.target ? [] : ['target' as const]),
	];
}
