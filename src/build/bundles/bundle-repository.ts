/**
 * src/build/bundles owns the file repository: file bundles in data/bundles, named and versioned.
 * A version never changes once it is there: NAME/VERSION/bundle.json and its files by SHA-256.
 * It knows nothing of layers: an engine reads a version's content and places it.
 */
import {randomBytes} from 'node:crypto';
import {mkdir, open, readdir, readFile, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {isSystemError, messageOf, SlipwayError} from '../../base/errors.ts';
import type {PlannedBundle} from '../../plan/plan.ts';
import type {BundleContent} from '../engine.ts';
import {sha256Of, toBundleFiles, type BundleFile, type BundleInput, type CertificateFacts} from './bundle-files.ts';
import {isBundleVersion, versionHash, type BundleVersion, type StoredFile} from './bundle-version.ts';

export interface BundleSummary extends BundleVersion {
	/** Every version that is there, oldest first; `version` is the newest. */
	readonly versions: readonly number[];
}

export interface AddedBundle {
	readonly bundle: BundleVersion;
	/** False if the newest version holds the same already. */
	readonly isNew: boolean;
	/** An expired certificate, one that is no authority …: sentences for the user. */
	readonly warnings: readonly string[];
}

export interface BundleRepository {
	/** Checks and stores files; a new version only if they differ from the newest. Throws `bad-input`. */
	add(input: BundleInput): Promise<AddedBundle>;
	list(): Promise<readonly BundleSummary[]>;
	/** The newest version unless said. Throws `not-found`. */
	show(name: string, version?: number): Promise<BundleVersion>;
	/** What a plan records of the newest versions, in the order of the names. Throws `not-found`. */
	plannedBundles(names: readonly string[]): Promise<readonly PlannedBundle[]>;
	/** Files with their content, checked against their hashes. */
	bundleContent(name: string, version: number): Promise<BundleContent>;
	/** One version, or all of them. Throws `not-found`. */
	remove(name: string, version?: number): Promise<void>;
}

export interface BundleRepositoryOptions {
	/** Told, in a sentence, of a damaged version that was left out. */
	readonly onProblem?: (text: string) => void;
}

export function openBundleRepository(folder: string, options: BundleRepositoryOptions = {}): BundleRepository {
	const {onProblem = text => process.emitWarning(text)} = options;

	async function versionsOf(name: string): Promise<readonly number[]> {
		checkName(name);
		const names = await readFolder(join(folder, name));
		return names
			.filter(entry => /^[1-9]\d{0,8}$/.test(entry))
			.map(Number)
			.sort((a, b) => a - b);
	}

	async function load(name: string, version: number): Promise<BundleVersion> {
		const file = join(folder, name, String(version), 'bundle.json');
		const value: unknown = JSON.parse(await readFile(file, 'utf8'));
		if (!isBundleVersion(value) || value.name !== name || value.version !== version) {
			throw new SlipwayError('storage', `${file} does not describe a file bundle.`);
		}
		return value;
	}

	async function show(name: string, wanted?: number): Promise<BundleVersion> {
		const versions = await versionsOf(name);
		const version = wanted ?? versions.at(-1);
		if (version === undefined || !versions.includes(version)) {
			throw new SlipwayError(
				'not-found',
				wanted === undefined ? `There is no file bundle ${name}.` : `The file bundle ${name} has no version ${wanted}.`,
				{hint: `See \`slipway bundle ls\`, or add it: slipway bundle add ${name} FILE…`, details: {bundle: name}},
			);
		}
		try {
			return await load(name, version);
		} catch (cause) {
			throw new SlipwayError('storage', `Cannot read version ${version} of the file bundle ${name}.`, {
				hint: `Remove it with \`slipway bundle rm ${name}\` and add it again.`,
				cause,
			});
		}
	}

	/** Names of bundles whose newest version can be read. */
	async function summaryOf(name: string): Promise<readonly BundleSummary[]> {
		const versions = await versionsOf(name);
		const newest = versions.at(-1);
		if (newest === undefined) return [];
		try {
			return [{...(await load(name, newest)), versions}];
		} catch (error) {
			onProblem(`The file bundle ${name} cannot be read: ${messageOf(error)}`);
			return [];
		}
	}

	return {
		show,
		async add(input) {
			checkName(input.name);
			const {files, warnings} = toBundleFiles(input);
			const versions = await versionsOf(input.name);
			const [newest] = await summaryOf(input.name);
			const sha256 = versionHash(input.kind, files.map(toStored));
			if (newest?.sha256 === sha256) return {bundle: newest, isNew: false, warnings};
			for (let version = (versions.at(-1) ?? 0) + 1; ; version++) {
				const bundle: BundleVersion = {
					name: input.name,
					version,
					kind: input.kind,
					sha256,
					createdAt: new Date().toISOString(),
					files: files.map(toStored),
				};
				if (await storeVersion(folder, bundle, files)) return {bundle, isNew: true, warnings};
			}
		},
		async list() {
			const names = (await readFolder(folder)).filter(name => bundleNamePattern.test(name)).sort();
			return (await Promise.all(names.map(summaryOf))).flat();
		},
		async plannedBundles(names) {
			return Promise.all(
				names.map(async name => {
					const {version, kind, sha256} = await show(name);
					return {name, version, kind, sha256};
				}),
			);
		},
		async bundleContent(name, version) {
			const bundle = await show(name, version);
			const files = await Promise.all(
				bundle.files.map(async ({path, mode, uid, gid, sha256}) => {
					const content = await readFile(join(folder, name, String(version), 'files', sha256));
					if (sha256Of(content) !== sha256) {
						throw new SlipwayError('verification', `The file ${path} of the bundle ${name} was altered on disk.`, {
							hint: `Add it again: slipway bundle add ${name} FILE…`,
							details: {bundle: name, version, path},
						});
					}
					return {path, mode, uid, gid, content};
				}),
			);
			return {name, version, kind: bundle.kind, files};
		},
		async remove(name, version) {
			await show(name, version);
			const gone = join(folder, `.removed-${randomBytes(6).toString('hex')}`);
			await rename(version === undefined ? join(folder, name) : join(folder, name, String(version)), gone);
			await rm(gone, {recursive: true, force: true});
		},
	};
}

/** False if another process took that version's number. */
async function storeVersion(folder: string, bundle: BundleVersion, files: readonly BundleFile[]): Promise<boolean> {
	const unfinished = join(folder, `.unfinished-${process.pid}-${randomBytes(6).toString('hex')}`);
	try {
		await mkdir(join(unfinished, 'files'), {recursive: true});
		for (const file of files) await writeSynced(join(unfinished, 'files', sha256Of(file.content)), file.content);
		await writeSynced(join(unfinished, 'bundle.json'), JSON.stringify(bundle, null, '\t'));
		await mkdir(join(folder, bundle.name), {recursive: true});
		await rename(unfinished, join(folder, bundle.name, String(bundle.version)));
		return true;
	} catch (error) {
		if (isSystemError(error, 'ENOTEMPTY') || isSystemError(error, 'EEXIST')) return false;
		throw error;
	} finally {
		await rm(unfinished, {recursive: true, force: true});
	}
}

async function writeSynced(file: string, content: string | Uint8Array): Promise<void> {
	const handle = await open(file, 'w', 0o644);
	try {
		await handle.writeFile(content);
		await handle.sync();
	} finally {
		await handle.close();
	}
}

async function readFolder(folder: string): Promise<readonly string[]> {
	try {
		return await readdir(folder);
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return [];
		throw error;
	}
}

function toStored({content, ...facts}: BundleFile): StoredFile {
	return {...facts, sha256: sha256Of(content), sizeBytes: content.byteLength};
}

const bundleNamePattern = /^[a-z][a-z0-9-]{0,38}[a-z]$/;

function checkName(name: string): void {
	if (bundleNamePattern.test(name)) return;
	throw new SlipwayError('bad-input', `${JSON.stringify(name).slice(0, 60)} is not a name for a file bundle.`, {
		hint: 'Use 2 to 40 of a–z, 0–9 and "-", with a letter at both ends.',
	});
}

export type {BundleFile, BundleInput, BundleVersion, CertificateFacts, StoredFile};
