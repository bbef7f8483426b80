import {join} from 'node:path';
import {SlipwayError, throwIfCancelled} from '../../base/errors.ts';
import {hostArchitecture} from '../../base/host.ts';
import type {Environment} from '../../base/paths.ts';
import {safeText} from '../../base/safe-text.ts';
import type {
	Architecture,
	FetchOptions,
	PackageIndex,
	PackageRepository,
	PackageSource,
	RefreshedSuite,
	RefreshOptions,
} from '../package-index.ts';
import {readAptConfig} from './apt-config.ts';
import {readAptSources} from './apt-sources.ts';
import {CompilePool} from './compile-pool.ts';
import {fetchPackages} from './fetch-packages.ts';
import {IndexStore} from './index-store.ts';
import {Keyring} from './keyring.ts';
import {chooseMirror, type Mirror} from './mirror.ts';
import {IndexOpener} from './open-index.ts';
import {proxyRules} from './proxy.ts';
import {refreshSuite} from './refresh-suite.ts';
import {debianReleases, releaseNamed, type ReleaseDefinition} from './releases.ts';
import type {RepositoryContext} from './repository-context.ts';
import {Transport} from './transport.ts';

/*
 * Package repositories in Debian's format. This folder finds the mirror, fetches and verifies Release files and
 * indexes, compiles indexes into columns that load in milliseconds, and fetches package files.
 *
 * Words: an archive root holds `dists` and `pool`; a release (trixie) has suites (trixie, trixie-updates,
 * trixie-security), each with a Release file that lists its indexes by hash; content is what a hash names.
 * It must not know compositions, plans or images, must not run programs, and lets nothing unverified past it.
 */

export interface RepositorySettings {
	/** As --mirror; empty counts as not set. */
	readonly mirror?: string;
}

export interface RepositoryOptions {
	/** slipwayPaths().cache: the folders indexes/ and packages/ below it are this repository's. */
	readonly cacheFolder: string;
	/** --mirror: an archive root; a second one, behind a space or comma, for the security suites. */
	readonly mirror?: string | null;
	/** SLIPWAY_DEBIAN_MIRROR, SLIPWAY_DEBIAN_KEYRING, SLIPWAY_ACCEPT_EXPIRED, http_proxy and the like. */
	readonly env?: Environment;
	readonly settings?: RepositorySettings;
	/** Public key files that are trusted in place of the Debian archive's: for an archive of one's own. */
	readonly keyring?: readonly string[];
	/** Where the host's apt configuration stands. */
	readonly aptFolder?: string;
	/** Told of torn cache files that were moved aside, and the like. */
	readonly report?: (notice: string) => void;
	readonly now?: () => Date;
	/** See TransportOptions. */
	readonly stallTimeoutMs?: number;
	readonly attempts?: number;
	readonly backOffMs?: number;
}

export interface DebianRepository extends PackageRepository {
	readonly mirror: Mirror;
	/** Whether every release has been refreshed for that architecture: usable, or known to be unavailable. */
	hasIndexes(architecture: Architecture): Promise<boolean>;
	/** Refreshes that architecture alone, unless it has been before. */
	ensureIndexes(architecture: Architecture): Promise<void>;
}

/** Opens the Debian repository. Reads apt's configuration; sends nothing before it is asked to. Throws `bad-input`. */
export async function openRepository(options: RepositoryOptions): Promise<DebianRepository> {
	const env = options.env ?? process.env;
	const report = options.report ?? (() => {});
	const named = [options.mirror, env['SLIPWAY_DEBIAN_MIRROR'], options.settings?.mirror];
	const mirror = chooseMirror({
		mirror: named.find(value => value !== undefined && value !== null && value.trim() !== '') ?? null,
		sources: readAptSources(options.aptFolder),
	});
	const ownKeyring = options.keyring ?? words(env['SLIPWAY_DEBIAN_KEYRING'], ':');
	const {stallTimeoutMs, attempts, backOffMs} = options;
	const context: RepositoryContext = {
		mirror,
		transport: new Transport({
			proxies: proxyRules(readAptConfig(options.aptFolder), env),
			...(stallTimeoutMs !== undefined && {stallTimeoutMs}),
			...(attempts !== undefined && {attempts}),
			...(backOffMs !== undefined && {backOffMs}),
		}),
		keyring: ownKeyring.length > 0 ? new Keyring(ownKeyring) : new Keyring(),
		store: new IndexStore(join(options.cacheFolder, 'indexes'), report),
		now: options.now ?? (() => new Date()),
		acceptExpired: acceptedReleases(words(env['SLIPWAY_ACCEPT_EXPIRED'], ',')),
	};
	return new OpenedRepository(context, options.cacheFolder);
}

class OpenedRepository implements DebianRepository {
	readonly releases = debianReleases.map(({release}) => release);
	readonly mirror: Mirror;
	readonly #context: RepositoryContext;
	readonly #cacheFolder: string;
	readonly #indexes: IndexOpener;

	constructor(context: RepositoryContext, cacheFolder: string) {
		this.mirror = context.mirror;
		this.#context = context;
		this.#cacheFolder = cacheFolder;
		this.#indexes = new IndexOpener(context.store, options => this.refresh(options));
	}

	async refresh(options: RefreshOptions = {}): Promise<readonly RefreshedSuite[]> {
		const releases = (options.releases ?? this.releases).map(releaseNamed);
		const compilers = new CompilePool();
		try {
			const work = releases.map(release => refreshRelease({...this.#context, compilers}, release, options));
			// The first failure is thrown when all have ended: nothing may go on behind a closed pool.
			await Promise.allSettled(work);
			const refreshed = await Promise.all(work);
			throwIfCancelled(options.signal);
			const failures = refreshed.map(one => one.failure).filter(failure => failure !== null);
			const [failure] = failures;
			if (failure !== undefined && failures.length === releases.length) throw failure;
			return refreshed.flatMap(one => one.suites);
		} finally {
			await compilers.close();
		}
	}

	async openIndex(release: string, architecture: Architecture): Promise<PackageIndex> {
		return this.#indexes.open(releaseNamed(release), architecture);
	}

	async indexDigest(release: string, architecture: Architecture): Promise<string | null> {
		return this.#indexes.digest(releaseNamed(release), architecture);
	}

	async hasIndexes(architecture: Architecture): Promise<boolean> {
		for (const release of debianReleases) {
			if (!(await this.#indexes.isKnown(release, architecture))) return false;
		}
		return true;
	}

	async ensureIndexes(architecture: Architecture): Promise<void> {
		if (!(await this.hasIndexes(architecture))) await this.refresh({architectures: [architecture]});
	}

	fetchPackages(packages: readonly PackageSource[], options: FetchOptions = {}): Promise<ReadonlyMap<string, string>> {
		return fetchPackages(this.#context, join(this.#cacheFolder, 'packages'), packages, options);
	}
}

interface RefreshedRelease {
	readonly suites: readonly RefreshedSuite[];
	/** Why the release cannot be used at all. */
	readonly failure: SlipwayError | null;
}

async function refreshRelease(
	context: RepositoryContext & {readonly compilers: CompilePool},
	{release, suites}: ReleaseDefinition,
	{architectures = [hostArchitecture()], onProgress, signal}: RefreshOptions,
): Promise<RefreshedRelease> {
	const results = await Promise.allSettled(
		suites.map(definition => refreshSuite(context, {release, definition, architectures, onProgress, signal})),
	);
	const refreshed: RefreshedSuite[] = [];
	let failure: SlipwayError | null = null;
	for (const [index, result] of results.entries()) {
		const definition = suites[index];
		if (result.status === 'fulfilled') refreshed.push(...result.value);
		else {
			const error: unknown = result.reason;
			const isOfMirror = error instanceof SlipwayError && (error.code === 'network' || error.code === 'verification');
			if (!isOfMirror || definition === undefined) throw error;
			if (definition.isRequired) failure ??= error;
			refreshed.push(...architectures.map(architecture => unavailable(definition.suite, architecture, error)));
		}
	}
	return {suites: refreshed, failure};
}

function unavailable(suite: string, architecture: Architecture, {message, hint}: SlipwayError): RefreshedSuite {
	const reason = hint === null ? message : `${message} ${hint}`;
	return {suite, architecture, outcome: 'unavailable', reason, state: null, downloadedBytes: 0, packageCount: 0};
}

function words(text: string | undefined, separator: string): readonly string[] {
	return (text ?? '')
		.split(separator)
		.map(word => word.trim())
		.filter(word => word !== '');
}

/** Refuses a name that would be without effect. */
function acceptedReleases(names: readonly string[]): ReadonlySet<string> {
	const known = debianReleases.map(({release}) => release);
	const wrong = names.find(name => !known.includes(name));
	if (wrong === undefined) return new Set(names);
	throw new SlipwayError('bad-input', `SLIPWAY_ACCEPT_EXPIRED names no release: “${safeText(wrong)}”.`, {
		hint: `Releases are ${known.join(', ')}.`,
	});
}
