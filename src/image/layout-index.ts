import {mkdir, readFile, rename, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {writeFileAtomic} from '../base/atomic-file.ts';
import {isSystemError} from '../base/errors.ts';
import {canonicalJson} from './canonical-json.ts';
import {mediaTypes, type Descriptor, type Digest} from './oci.ts';
import {isImageIndex} from './read-documents.ts';
import {withLock} from './store-lock.ts';

/** `org.opencontainers.image.ref.name` (OCI annotations.md): NAME:TAG of a tagged image. */
export const refNameKey = 'org.opencontainers.image.ref.name';
/** The manifest that an untagged entry belongs to, so that referrers are found without opening every artefact. */
export const subjectKey = 'dev.slipway.subject';

/** index.json of an image layout, read and changed as a whole. */
export interface LayoutIndex {
	/** Entries, sorted by reference and digest. */
	read(): Promise<readonly Descriptor[]>;
	/** Under the lock: what the function returns is written, by rename; the same array means no change. */
	change(
		edit: (entries: readonly Descriptor[]) => Promise<readonly Descriptor[]> | readonly Descriptor[],
	): Promise<void>;
}

/**
 * @param onProblem is told, in a sentence, of a file that was not ours and was moved aside.
 * @param options.keepsSecond a second copy beside it, for a store of ours; layouts that are handed on hold what OCI names.
 */
export async function openLayoutIndex(
	folder: string,
	onProblem: (text: string) => void,
	options: {readonly keepsSecond?: boolean} = {},
): Promise<LayoutIndex> {
	const file = join(folder, 'index.json');
	const lockFile = join(folder, 'index.json.lock');
	// What was written last, once more: a torn or foreign index.json costs no tag.
	const secondFile = join(folder, 'index.json.second');
	await mkdir(folder, {recursive: true});
	let known: {readonly stamp: string; readonly entries: readonly Descriptor[]} | undefined;
	let queue: Promise<unknown> = Promise.resolve();

	async function load(): Promise<readonly Descriptor[] | 'missing' | 'foreign'> {
		const stamp = await stampOf(file);
		if (stamp === null) return 'missing';
		if (known?.stamp === stamp) return known.entries;
		const entries = parseEntries(await readFile(file, 'utf8'));
		if (entries === null) return 'foreign';
		known = {stamp, entries};
		return entries;
	}

	async function loadOrMoveAside(): Promise<readonly Descriptor[]> {
		const entries = await load();
		if (typeof entries !== 'string') return entries;
		const second = await readSecond();
		if (entries === 'missing') return second ?? [];
		const aside = `${file}.damaged-${new Date().toISOString().replaceAll(':', '')}`;
		await rename(file, aside);
		const outcome = second === null ? 'images have to be built again' : 'all tags were restored from its copy';
		onProblem(`The image store's index.json could not be read. It was moved to ${aside}; ${outcome}.`);
		return second ?? [];
	}

	async function readSecond(): Promise<readonly Descriptor[] | null> {
		if (options.keepsSecond !== true) return null;
		try {
			return parseEntries(await readFile(secondFile, 'utf8'));
		} catch (error) {
			if (isSystemError(error, 'ENOENT')) return null;
			throw error;
		}
	}

	/** By rename, but without a sync: it is there for accidents, and the disk's time is dear. */
	async function writeSecond(text: string): Promise<void> {
		const temporary = `${secondFile}.${process.pid}.tmp`;
		await writeFile(temporary, text);
		await rename(temporary, secondFile);
	}

	function exclusively<T>(work: () => Promise<T>): Promise<T> {
		const result = queue.then(work, work);
		queue = result.catch(() => undefined);
		return result;
	}

	const change: LayoutIndex['change'] = edit =>
		exclusively(() =>
			withLock(lockFile, async lock => {
				const before = await loadOrMoveAside();
				const after = await edit(before);
				if (after === before && (await stampOf(file)) !== null) return;
				const entries = [...after].sort(byReference);
				await lock.assertHeld();
				const text = canonicalJson({schemaVersion: 2, mediaType: mediaTypes.index, manifests: entries});
				await writeFileAtomic(file, text);
				if (options.keepsSecond === true) await writeSecond(text);
				const stamp = await stampOf(file);
				if (stamp !== null) known = {stamp, entries};
			}),
		);

	await writeFileAtomicOnce(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
	if (typeof (await load()) === 'string') await change(entries => entries);
	return {
		async read() {
			const entries = await load();
			if (typeof entries !== 'string') return entries;
			await change(same => same);
			const again = await load();
			return typeof again === 'string' ? [] : again;
		},
		change,
	};
}

async function writeFileAtomicOnce(file: string, content: string): Promise<void> {
	if ((await stampOf(file)) === null) await writeFileAtomic(file, content);
}

/** Every write is a new file by rename: its inode, size and times name a state. */
async function stampOf(file: string): Promise<string | null> {
	try {
		const {ino, size, mtimeNs, ctimeNs} = await stat(file, {bigint: true});
		return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return null;
		throw error;
	}
}

function parseEntries(text: string): readonly Descriptor[] | null {
	try {
		const value: unknown = JSON.parse(text);
		return isImageIndex(value) ? value.manifests : null;
	} catch {
		return null;
	}
}

export function referenceOf(entry: Descriptor): string | null {
	return entry.annotations?.[refNameKey] ?? null;
}

export function subjectOf(entry: Descriptor): Digest | null {
	return (entry.annotations?.[subjectKey] as Digest | undefined) ?? null;
}

function byReference(a: Descriptor, b: Descriptor): number {
	const [left, right] = [`${referenceOf(a) ?? ''} ${a.digest}`, `${referenceOf(b) ?? ''} ${b.digest}`];
	return left < right ? -1 : left > right ? 1 : 0;
}
