import {SlipwayError} from '../../base/errors.ts';
import type {Architecture, PackageIndex, RefreshedSuite, RefreshOptions} from '../package-index.ts';
import type {IndexStore} from './index-store.ts';
import {indexDigest, ReleaseIndex, type ReleaseIndexParts} from './release-index.ts';
import type {ReleaseDefinition, SuiteDefinition} from './releases.ts';

type SuitePart = ReleaseIndexParts['suites'][number];

/** Opens compiled indexes, and mends what is torn. An index that did not change is opened once. */
export class IndexOpener {
	readonly #store: IndexStore;
	readonly #refresh: (options: RefreshOptions) => Promise<readonly RefreshedSuite[]>;
	readonly #opened = new Map<string, {readonly fingerprint: string; readonly index: PackageIndex}>();

	constructor(store: IndexStore, refresh: (options: RefreshOptions) => Promise<readonly RefreshedSuite[]>) {
		this.#store = store;
		this.#refresh = refresh;
	}

	async open(release: ReleaseDefinition, architecture: Architecture): Promise<PackageIndex> {
		const opened = await this.#tryOpen(release, architecture);
		if (opened !== null) return opened;
		// A compiled file is gone or torn: the mirror has what is needed to make it anew.
		try {
			await this.#refresh({releases: [release.release], architectures: [architecture]});
		} catch (error) {
			if (!(error instanceof SlipwayError) || error.code === 'cancelled') throw error;
			throw notThere(
				release.release,
				architecture,
				`its file was damaged and could not be made anew. ${error.message}`,
			);
		}
		const again = await this.#tryOpen(release, architecture);
		if (again !== null) return again;
		throw notThere(release.release, architecture, 'its file disappears as soon as it is made');
	}

	/** Of what `open` would open; null if it would have to be made first. */
	async digest({release, suites}: ReleaseDefinition, architecture: Architecture): Promise<string | null> {
		const contents: {readonly suite: string; readonly contentSha256: string}[] = [];
		for (const {suite, isRequired} of suites) {
			const stored = await this.#store.read(suite);
			const compiled = stored?.kind === 'ready' ? stored.compiled[architecture] : undefined;
			if (compiled === undefined && !isRequired) continue;
			if (compiled === undefined || !(await this.#store.hasCompiled(suite, compiled.file))) return null;
			contents.push({suite, contentSha256: compiled.contentSha256});
		}
		return indexDigest(release, architecture, contents);
	}

	/** Whether a refresh has looked for the release, with or without success. */
	async isKnown(release: ReleaseDefinition, architecture: Architecture): Promise<boolean> {
		for (const {suite, isRequired} of release.suites) {
			const stored = await this.#store.read(suite);
			if (stored?.kind === 'unavailable') continue;
			const compiled = stored?.compiled[architecture];
			if (compiled === undefined ? isRequired : !(await this.#store.hasCompiled(suite, compiled.file))) return false;
		}
		return true;
	}

	/** Null if a compiled file is gone or torn. Throws `not-found` if a required suite was never compiled. */
	async #tryOpen(release: ReleaseDefinition, architecture: Architecture): Promise<PackageIndex | null> {
		const key = `${release.release} ${architecture}`;
		const stored = await Promise.all(release.suites.map(({suite}) => this.#store.read(suite)));
		const fingerprint = JSON.stringify(
			stored.map(one => (one?.kind === 'ready' ? [one.state, one.compiled[architecture]] : null)),
		);
		const known = this.#opened.get(key);
		if (known?.fingerprint === fingerprint) return known.index;

		const suites: SuitePart[] = [];
		let isWhole = true;
		for (const [index, definition] of release.suites.entries()) {
			const one = stored[index] ?? null;
			const compiled = one?.kind === 'ready' ? one.compiled[architecture] : undefined;
			if (one?.kind !== 'ready' || compiled === undefined) {
				if (definition.isRequired) throw notThere(release.release, architecture, whyNot(definition, one));
				continue;
			}
			const columns = await this.#store.openCompiled(definition.suite, compiled.file);
			// All torn ones are moved aside before they are made anew.
			if (columns === null) isWhole = false;
			else suites.push({state: one.state, columns, contentSha256: compiled.contentSha256});
		}
		if (!isWhole) return null;
		const index = new ReleaseIndex({release: release.release, architecture, suites});
		this.#opened.set(key, {fingerprint, index});
		return index;
	}
}

function whyNot({suite}: SuiteDefinition, stored: Awaited<ReturnType<IndexStore['read']>>): string {
	return stored?.kind === 'unavailable' ? stored.reason : `${suite} was not downloaded yet`;
}

function notThere(release: string, architecture: Architecture, why: string): SlipwayError {
	return new SlipwayError(
		'not-found',
		`There is no package index of ${release} for ${architecture}: ${why.replace(/\.$/, '')}.`,
		{
			hint: 'Run `slipway update`.',
			details: {release, architecture},
		},
	);
}
