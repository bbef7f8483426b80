import {mkdir, readdir, readFile, rename, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {writeFileAtomic} from '../../base/atomic-file.ts';
import {isSystemError, SlipwayError} from '../../base/errors.ts';
import type {Architecture, SuiteState} from '../package-index.ts';
import {openSections} from './index-file.ts';
import {storageError} from './storage-error.ts';
import {SuiteColumns} from './suite-columns.ts';

/** The compiled form of one architecture's packages. */
export interface CompiledIndex {
	/** SHA-256 of the Packages files that it was made from. */
	readonly contentSha256: string;
	/** Name of the file beside the state. */
	readonly file: string;
	readonly packageCount: number;
}

/** What is on disk of a suite: `cache/indexes/SUITE/state.json`. */
export type StoredSuite =
	| {
			readonly kind: 'ready';
			readonly state: SuiteState;
			/** Validators for a conditional request (RFC 9110 section 13). */
			readonly etag: string | null;
			readonly lastModified: string | null;
			readonly compiled: Readonly<Partial<Record<Architecture, CompiledIndex>>>;
	  }
	/** The last refresh found no suite, or none that could be trusted. */
	| {readonly kind: 'unavailable'; readonly reason: string};

/** Goes up when either the state or the compiled form changes its layout: older files are then made anew. */
const layoutVersion = 3;

/** Leftovers of processes that died are removed after that time. */
const leftoverAgeMs = 24 * 60 * 60 * 1000;

/** The folder `cache/indexes`: a folder for each suite with its state and compiled files, named by their content. */
export class IndexStore {
	readonly #folder: string;
	readonly #report: (notice: string) => void;

	/** @param report told of files that were torn and moved aside */
	constructor(folder: string, report: (notice: string) => void) {
		this.#folder = folder;
		this.#report = report;
	}

	get partialFolder(): string {
		return join(this.#folder, 'partial');
	}

	async prepare(suite: string): Promise<void> {
		try {
			await mkdir(join(this.#folder, suite), {recursive: true});
		} catch (error) {
			throw storageError(error, 'The folder for package indexes cannot be made');
		}
	}

	pathOf(suite: string, file: string): string {
		return join(this.#folder, suite, file);
	}

	/** Content-addressed, so that processes that compile the same do not disturb each other. */
	compiledName(architecture: Architecture, contentSha256: string): string {
		return `${architecture}-${contentSha256.slice(0, 24)}.v${layoutVersion}.index`;
	}

	/** Null if nothing is known of the suite. A torn state is moved aside and counts as nothing. */
	async read(suite: string): Promise<StoredSuite | null> {
		const path = this.pathOf(suite, 'state.json');
		let text: string;
		try {
			text = await readFile(path, 'utf8');
		} catch (error) {
			if (isSystemError(error, 'ENOENT')) return null;
			throw storageError(error, `The state of ${suite} cannot be read`);
		}
		const stored = parseStored(text, suite);
		if (stored === 'foreign') return null;
		if (stored !== 'torn') return stored;
		await this.moveAside(path);
		return null;
	}

	async write(suite: string, stored: StoredSuite): Promise<void> {
		try {
			const text = JSON.stringify({version: layoutVersion, ...stored}, null, '\t');
			await writeFileAtomic(this.pathOf(suite, 'state.json'), `${text}\n`);
		} catch (error) {
			throw storageError(error, `The state of ${suite} cannot be saved`);
		}
	}

	/** Null if the file is missing or torn; a torn one is moved aside. */
	async openCompiled(suite: string, file: string): Promise<SuiteColumns | null> {
		const path = this.pathOf(suite, file);
		try {
			return new SuiteColumns(openSections(path));
		} catch (error) {
			if (isSystemError(error, 'ENOENT')) return null;
			if (!(error instanceof SlipwayError) || error.code !== 'storage')
				throw storageError(error, `The index of ${suite} cannot be read`);
			await this.moveAside(path);
			return null;
		}
	}

	async hasCompiled(suite: string, file: string): Promise<boolean> {
		try {
			return (await stat(this.pathOf(suite, file))).isFile();
		} catch (error) {
			if (isSystemError(error, 'ENOENT')) return false;
			throw storageError(error, `The index of ${suite} cannot be read`);
		}
	}

	/** Deletes compiled files that the state named before and no longer names, and old leftovers. */
	async sweep(suite: string, before: StoredSuite | null, after: StoredSuite): Promise<void> {
		const kept = new Set(filesOf(after));
		const replaced = new Set(filesOf(before));
		for (const name of await readdir(join(this.#folder, suite))) {
			if (kept.has(name) || name === 'state.json') continue;
			const path = this.pathOf(suite, name);
			if (replaced.has(name) || (await isOlderThan(path, leftoverAgeMs))) await rm(path, {force: true});
		}
	}

	async moveAside(path: string): Promise<void> {
		const aside = `${path}.torn`;
		try {
			await rename(path, aside);
			this.#report(`${path} was torn or altered; it was moved to ${aside} and is made anew.`);
		} catch (error) {
			if (!isSystemError(error, 'ENOENT')) throw storageError(error, `${path} is torn and cannot be moved aside`);
		}
	}
}

function filesOf(stored: StoredSuite | null): readonly string[] {
	return stored?.kind === 'ready' ? Object.values(stored.compiled).map(compiled => compiled.file) : [];
}

async function isOlderThan(path: string, ageMs: number): Promise<boolean> {
	try {
		return Date.now() - (await stat(path)).mtimeMs > ageMs;
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return false;
		throw error;
	}
}

function parseStored(text: string, suite: string): StoredSuite | 'torn' | 'foreign' {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return 'torn';
	}
	if (!isRecord(value) || typeof value['version'] !== 'number') return 'torn';
	if (value['version'] !== layoutVersion) return 'foreign';
	if (value['kind'] === 'unavailable') {
		return typeof value['reason'] === 'string' ? {kind: 'unavailable', reason: value['reason']} : 'torn';
	}
	const {state, compiled, etag = null, lastModified = null} = value;
	const isWhole =
		isRecord(state) &&
		state['suite'] === suite &&
		['uri', 'date', 'inReleaseSha256'].every(key => typeof state[key] === 'string') &&
		isTextOrNull(state['validUntil']) &&
		isTextOrNull(etag) &&
		isTextOrNull(lastModified) &&
		isRecord(compiled) &&
		Object.values(compiled).every(isCompiled);
	// Every field was looked at above.
	return isWhole ? (value as StoredSuite & object) : 'torn';
}

function isCompiled(value: unknown): value is CompiledIndex {
	return (
		isRecord(value) &&
		typeof value['contentSha256'] === 'string' &&
		typeof value['packageCount'] === 'number' &&
		typeof value['file'] === 'string' &&
		/^[a-z0-9.-]+\.index$/.test(value['file'])
	);
}

function isTextOrNull(value: unknown): value is string | null {
	return value === null || typeof value === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
