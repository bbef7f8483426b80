import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Engine, LineBuildInput, PhaseReporter} from '../../../src/build/engine.ts';
import type {Phase} from '../../../src/build/journal-event.ts';
import {createNativeEngine, type NativeEngineOptions} from '../../../src/build/engines/native/native-engine.ts';
import {openImageStore, type LocalImageStore} from '../../../src/image/local-store.ts';
import type {LinePlan, PlannedPackage} from '../../../src/plan/plan.ts';
import type {PackageRepository} from '../../../src/repository/package-index.ts';
import type {Deb} from '../../support/deb.ts';
import {temporaryFolder} from '../../support/temporary-folder.ts';
import {leaveWarmCaches, takeWarmCaches} from '../../support/warm-caches.ts';
import {aLine, aPlan} from '../../build/a-plan.ts';

export interface LineOf {
	readonly starter: readonly Deb[];
	readonly added?: readonly Deb[];
	/** Names of packages that only scripts need. */
	readonly buildOnly?: readonly string[];
	readonly line?: Partial<LinePlan>;
	readonly variant?: 'minimal' | 'dev';
}

/** A build's input from packages made in memory, dependencies by name. */
export function inputOf({
	starter,
	added = [],
	buildOnly = [],
	line = {},
	variant = 'dev',
}: LineOf): Omit<LineBuildInput, 'signal'> {
	const all = [...starter, ...added];
	const names = new Set(all.map(({name}) => name));
	const providers = new Map(
		all.flatMap(({name, fields}) => namesIn(fields['Provides'] ?? '').map(virtual => [virtual, name])),
	);
	const dependenciesOf = ({fields}: Deb) =>
		namesIn(`${fields['Depends'] ?? ''},${fields['Pre-Depends'] ?? ''}`).flatMap(name =>
			names.has(name) ? name : (providers.get(name) ?? []),
		);
	const planned = all.map((deb, place): PlannedPackage => {
		const isBuildOnly = buildOnly.includes(deb.name);
		return {
			name: deb.name,
			version: deb.version,
			architecture: deb.architecture as 'amd64' | 'all',
			role: isBuildOnly ? 'build-only' : place < starter.length ? 'starter' : 'added',
			requestedAs: null,
			inImage: !isBuildOnly,
			inStarter: place < starter.length,
			downloadSize: deb.sizeBytes,
			installedSize: deb.sizeBytes,
			sha256: deb.sha256,
			filename: `pool/${deb.fileName}`,
			suite: 'trixie',
			essential: deb.fields['Essential'] === 'yes',
			source: deb.name,
			sourceVersion: deb.version,
			maintainer: 'Test Maintainers <test@example.org>',
			homepage: null,
			section: 'misc',
			summary: '',
			dependencies: dependenciesOf(deb),
		};
	});
	const whole = aLine('13', {packages: planned, ...line});
	return {plan: aPlan([whole], {variant}), line: whole, architecture: 'amd64', bundles: []};
}

const namesIn = (relations: string) =>
	relations
		.split(/[,|]/)
		.map(relation => relation.trim().replace(/[ :(].*$/, ''))
		.filter(name => name !== '');

/** Package files in a folder, as the repository hands them out. */
export async function repositoryOf(debs: readonly Deb[]): Promise<PackageRepository> {
	const folder = await temporaryFolder('packages');
	await mkdir(folder, {recursive: true, mode: 0o755});
	const files = new Map<string, string>();
	for (const deb of debs) {
		const file = join(folder, `${deb.sha256}.deb`);
		await writeFile(file, deb.bytes);
		files.set(deb.sha256, file);
	}
	return {
		releases: [],
		refresh: () => Promise.resolve([]),
		openIndex: () => Promise.reject(new Error('there is no index')),
		indexDigest: () => Promise.resolve(null),
		fetchPackages: packages =>
			Promise.resolve(new Map(packages.map(({sha256}) => [sha256, files.get(sha256) ?? 'missing']))),
	};
}

export interface Workshop {
	readonly folder: string;
	readonly store: LocalImageStore;
	readonly engine: Engine;
}

export async function openWorkshop(
	debs: readonly Deb[],
	options?: NativeEngineOptions,
	folder?: string,
): Promise<Workshop> {
	const home = folder ?? (await temporaryFolder('workshop'));
	const store = await openImageStore(join(home, 'images'));
	const repository = await repositoryOf(debs);
	return {
		folder: home,
		store,
		engine: createNativeEngine({repository, store, cacheFolder: join(home, 'cache')}, options),
	};
}

/** The same with segments and stages of that line, which other files of the test run may have made. */
export async function openWarmWorkshop(debs: readonly Deb[], line: LineBuildInput): Promise<Workshop> {
	const folder = await temporaryFolder('workshop');
	await takeWarmCaches(join(folder, 'cache'));
	const workshop = await openWorkshop(debs, {}, folder);
	await workshop.engine.buildLine(line, new Recorder());
	await leaveWarmCaches(join(folder, 'cache'));
	return workshop;
}

/** What a build reported. */
export class Recorder implements PhaseReporter {
	readonly phases: {readonly phase: Phase; cached: boolean}[] = [];
	readonly lines: string[] = [];
	onLine: (text: string) => void = () => {};

	async phase<T>(phase: Phase, work: Parameters<PhaseReporter['phase']>[1]): Promise<T> {
		const record = {phase, cached: false};
		this.phases.push(record);
		return (await work({
			progress: () => {},
			log: (_stream, text) => {
				for (const line of text.replace(/\n$/, '').split('\n')) {
					this.lines.push(line);
					this.onLine(line);
				}
			},
			cached: () => void (record.cached = true),
		})) as T;
	}

	cachedPhases(): readonly Phase[] {
		return this.phases.filter(({cached}) => cached).map(({phase}) => phase);
	}
}
