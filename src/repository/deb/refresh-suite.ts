import {createHash, randomBytes} from 'node:crypto';
import {rm} from 'node:fs/promises';
import {SlipwayError} from '../../base/errors.ts';
import type {Architecture, RefreshedSuite, RefreshOptions, SuiteState} from '../package-index.ts';
import {compressions, type CompressedFile, type Compression} from './compile-job.ts';
import {download, WrongContent} from './download.ts';
import {fetchInRelease, publicRoot, type ReleaseAnswer} from './fetch-release.ts';
import {readInRelease, type ListedFile, type Release} from './in-release.ts';
import type {CompiledIndex, StoredSuite} from './index-store.ts';
import {checkValidUntil, lagsBehind, refuseFuture} from './release-check.ts';
import type {SuiteDefinition} from './releases.ts';
import {rootsFor, type RefreshContext} from './repository-context.ts';

type Ready = Extract<StoredSuite, {kind: 'ready'}>;

export interface SuiteRefresh {
	readonly release: string;
	readonly definition: SuiteDefinition;
	readonly architectures: readonly Architecture[];
	readonly onProgress: RefreshOptions['onProgress'];
	readonly signal: AbortSignal | undefined;
}

interface Outcome {
	readonly outcome: 'unchanged' | 'updated' | 'offline';
	readonly reason: string | null;
	readonly ready: Ready;
	readonly downloadedBytes: Readonly<Partial<Record<Architecture, number>>>;
}

const knownArchitectures: readonly Architecture[] = ['amd64', 'arm64'];

/** How often a refresh starts over because the mirror moved on while it was read. */
const mostRounds = 3;

/**
 * Brings one suite up to date: one conditional request, and what it says has changed. Where the mirror fails, a state
 * at hand is kept and the reason told. Throws `network` or `verification` if there is none.
 */
export async function refreshSuite(context: RefreshContext, asked: SuiteRefresh): Promise<readonly RefreshedSuite[]> {
	const {suite} = asked.definition;
	const stored = await context.store.read(suite);
	const ready = stored?.kind === 'ready' && (await hasAll(context, stored, suite)) ? stored : null;
	// Architectures that are on disk go along: all indexes of a suite are of one Release.
	const onDisk = knownArchitectures.filter(architecture => ready?.compiled[architecture] !== undefined);
	const wanted = {...asked, architectures: [...new Set([...asked.architectures, ...onDisk])]};
	let result: Outcome;
	try {
		result = await refreshFromMirror(context, wanted, ready);
	} catch (error) {
		const isOfMirror = error instanceof SlipwayError && (error.code === 'network' || error.code === 'verification');
		const isUsable = ready !== null && wanted.architectures.every(architecture => ready.compiled[architecture]);
		if (!isOfMirror) throw error;
		if (!isUsable) {
			if (ready === null) await markUnavailable(context, suite, error.message);
			throw error;
		}
		result = {outcome: 'offline', reason: error.message, ready, downloadedBytes: {}};
	}
	const {outcome, reason, downloadedBytes} = result;
	return asked.architectures.map(architecture => ({
		suite,
		architecture,
		outcome,
		reason,
		state: result.ready.state,
		downloadedBytes: downloadedBytes[architecture] ?? 0,
		packageCount: result.ready.compiled[architecture]?.packageCount ?? 0,
	}));
}

/** Whether the compiled files that a state names are there. Their content is checked when they are opened. */
async function hasAll(context: RefreshContext, stored: Ready, suite: string): Promise<boolean> {
	for (const {file} of Object.values(stored.compiled)) {
		if (!(await context.store.hasCompiled(suite, file))) return false;
	}
	return true;
}

async function markUnavailable(context: RefreshContext, suite: string, reason: string): Promise<void> {
	await context.store.prepare(suite);
	await context.store.write(suite, {kind: 'unavailable', reason});
}

async function refreshFromMirror(context: RefreshContext, wanted: SuiteRefresh, ready: Ready | null): Promise<Outcome> {
	const {definition, architectures, signal} = wanted;
	const isComplete = ready !== null && architectures.every(architecture => ready.compiled[architecture]);
	const roots = rootsFor(context.mirror, definition.archive, ready?.state.uri ?? null);
	let failure: unknown = null;
	let failedSha256 = '';
	for (let round = 0; round < mostRounds; round++) {
		// Asked without conditions where more than a yes is needed.
		const known = isComplete && round === 0 ? {...ready, uri: ready.state.uri} : null;
		const answer = await fetchInRelease(context.transport, definition.suite, roots, known, signal);
		if (answer.kind === 'missing') throw missingSuite(definition.suite, roots);
		if (answer.kind === 'unchanged') {
			// Only a complete state is asked for with conditions.
			if (ready === null)
				throw new SlipwayError('network', `The mirror answered for ${definition.suite} without content.`);
			return {outcome: 'unchanged', reason: remark(context, wanted, ready.state), ready, downloadedBytes: {}};
		}
		if (isComplete && sha256Of(answer.bytes) === ready.state.inReleaseSha256)
			return await keepSame(context, wanted, ready, answer);
		const release = await readInRelease(answer.bytes, context.keyring, definition.suite);
		if (failure !== null && release.sha256 === failedSha256) throw failure;
		try {
			return await adopt(context, wanted, ready, answer, release);
		} catch (error) {
			if (!(error instanceof WrongContent)) throw error;
			[failure, failedSha256] = [error, release.sha256];
		}
	}
	throw failure;
}

/** The very file that was verified before, from a mirror that knows no conditional requests, or from another one. */
async function keepSame(
	context: RefreshContext,
	wanted: SuiteRefresh,
	ready: Ready,
	{root, etag, lastModified}: Extract<ReleaseAnswer, {kind: 'received'}>,
): Promise<Outcome> {
	const reason = remark(context, wanted, ready.state);
	const uri = publicRoot(root);
	const isNew = uri !== ready.state.uri || etag !== ready.etag || lastModified !== ready.lastModified;
	const next = {...ready, etag, lastModified, state: {...ready.state, uri}};
	if (isNew) await context.store.write(ready.state.suite, next);
	return {outcome: 'unchanged', reason, ready: next, downloadedBytes: {}};
}

function sha256Of(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex');
}

/** Checks the dates of a state that is current by the mirror's word. */
function remark(context: RefreshContext, {release}: SuiteRefresh, state: SuiteState): string | null {
	const validUntil = state.validUntil === null ? null : new Date(state.validUntil);
	return checkValidUntil({suite: state.suite, release, validUntil}, context.now(), context.acceptExpired);
}

/** Makes a verified Release the state at hand. */
async function adopt(
	context: RefreshContext,
	wanted: SuiteRefresh,
	ready: Ready | null,
	answer: Extract<ReleaseAnswer, {kind: 'received'}>,
	release: Release,
): Promise<Outcome> {
	const {suite} = wanted.definition;
	const {store} = context;
	refuseFuture(suite, release.date, context.now());
	const lag = ready === null ? null : lagsBehind(release, ready.state.date);
	if (ready !== null && lag !== null && wanted.architectures.every(architecture => ready.compiled[architecture])) {
		return {outcome: 'offline', reason: lag, ready, downloadedBytes: {}};
	}
	const expiry = {suite, release: wanted.release, validUntil: release.validUntil};
	const reason = checkValidUntil(expiry, context.now(), context.acceptExpired);
	await store.prepare(suite);
	const made = await allOf(
		wanted.architectures.map(architecture => compile(context, wanted, architecture, answer.root, release, ready)),
	);
	const next: Ready = {
		kind: 'ready',
		state: {
			suite,
			uri: publicRoot(answer.root),
			date: release.date.toISOString(),
			validUntil: release.validUntil?.toISOString() ?? null,
			inReleaseSha256: release.sha256,
		},
		etag: answer.etag,
		lastModified: answer.lastModified,
		compiled: Object.fromEntries(made.map(({architecture, compiled}) => [architecture, compiled])),
	};
	const isSame = made.every(({downloadedBytes, isReused}) => downloadedBytes === 0 && isReused);
	await store.write(suite, next);
	await store.sweep(suite, ready, next);
	const downloadedBytes = Object.fromEntries(made.map(one => [one.architecture, one.downloadedBytes]));
	return {outcome: isSame ? 'unchanged' : 'updated', reason, ready: next, downloadedBytes};
}

/** As Promise.all, but nothing goes on behind the back of who handles a failure. */
async function allOf<Value>(work: readonly Promise<Value>[]): Promise<readonly Value[]> {
	await Promise.allSettled(work);
	return Promise.all(work);
}

interface Compiled {
	readonly architecture: Architecture;
	readonly compiled: CompiledIndex;
	readonly downloadedBytes: number;
	readonly isReused: boolean;
}

async function compile(
	context: RefreshContext,
	{definition: {suite}, onProgress, signal}: SuiteRefresh,
	architecture: Architecture,
	root: string,
	release: Release,
	ready: Ready | null,
): Promise<Compiled> {
	const listed = indexFiles(release, suite, architecture);
	const contentSha256 = contentOf(listed.map(({plain}) => plain));
	const before = ready?.compiled[architecture];
	if (before?.contentSha256 === contentSha256) {
		return {architecture, compiled: before, downloadedBytes: 0, isReused: true};
	}
	const totalBytes = listed.reduce((sum, {packed}) => sum + packed.sizeBytes, 0);
	const what = `${suite} ${architecture}`;
	const packages: CompressedFile[] = [];
	let finishedBytes = 0;
	try {
		for (const {plain, packed, compression} of listed) {
			const path = context.store.pathOf(suite, `${packed.sha256}.${randomBytes(6).toString('hex')}.download`);
			packages.push({path, compression, sizeBytes: plain.sizeBytes});
			const start = finishedBytes;
			const onBytes = (bytes: number) => onProgress?.({kind: 'download', what, doneBytes: start + bytes, totalBytes});
			const file = {...packed, urls: addressesOf(root, suite, release, packed), what: `The package index of ${suite}`};
			await download(context.transport, file, path, context.store.partialFolder, {onBytes, ...(signal && {signal})});
			finishedBytes += packed.sizeBytes;
		}
		const plainBytes = listed.reduce((sum, {plain}) => sum + plain.sizeBytes, 0);
		onProgress?.({kind: 'compile', what, doneBytes: 0, totalBytes: plainBytes});
		const file = context.store.compiledName(architecture, contentSha256);
		const output = context.store.pathOf(suite, file);
		const {packageCount} = await context.compilers.run({suite, architecture, packages, output}, signal);
		onProgress?.({kind: 'compile', what, doneBytes: plainBytes, totalBytes: plainBytes});
		return {
			architecture,
			compiled: {contentSha256, file, packageCount},
			downloadedBytes: finishedBytes,
			isReused: false,
		};
	} finally {
		await Promise.all(packages.map(({path}) => rm(path, {force: true})));
	}
}

interface ListedIndex {
	readonly plain: ListedFile;
	readonly packed: ListedFile;
	readonly compression: Compression;
}

/** The Packages files that make up an architecture: one, or two where `all` is kept apart. */
function indexFiles(release: Release, suite: string, architecture: Architecture): readonly ListedIndex[] {
	const folders = release.separatesArchitectureAll ? [architecture, 'all'] : [architecture];
	return folders.map(folder => {
		const path = `main/binary-${folder}/Packages`;
		const plain = release.files.get(path);
		const found = compressions
			.map(compression => ({compression, packed: release.files.get(`${path}${suffixes[compression]}`)}))
			.find(one => one.packed !== undefined);
		if (plain === undefined || found?.packed === undefined) {
			throw new SlipwayError(
				'verification',
				`${suite} cannot be used: its Release file lists no packages for ${folder}.`,
				{
					hint: `It is made for ${release.architectures.join(', ') || 'no architecture'}.`,
				},
			);
		}
		return {plain, packed: found.packed, compression: found.compression};
	});
}

const suffixes: Readonly<Record<Compression, string>> = {gz: '.gz', xz: '.xz', none: ''};

/** By hash first, so that a mirror that moves on meanwhile does no harm; mirrors that do not keep those have the plain name. */
function addressesOf(root: string, suite: string, release: Release, {path, sha256}: ListedFile): readonly string[] {
	const folder = `${root}/dists/${suite}/${path.slice(0, path.lastIndexOf('/'))}`;
	const plain = `${root}/dists/${suite}/${path}`;
	return release.hasByHash ? [`${folder}/by-hash/SHA256/${sha256}`, plain] : [plain];
}

function contentOf(files: readonly ListedFile[]): string {
	const [only, ...more] = files;
	if (only !== undefined && more.length === 0) return only.sha256;
	return createHash('sha256')
		.update(files.map(file => file.sha256).join('\n'))
		.digest('hex');
}

function missingSuite(suite: string, roots: readonly string[]): SlipwayError {
	const places = roots.map(publicRoot).join(' and ');
	return new SlipwayError('network', `There is no suite ${suite} at ${places}.`, {
		hint: suite.endsWith('-security')
			? 'Name the root of the security archive behind the mirror: SLIPWAY_DEBIAN_MIRROR="http://HOST/debian http://HOST/debian-security".'
			: 'Check the address of the mirror: it is the folder that contains `dists`.',
	});
}
