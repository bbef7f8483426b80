import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import type {Settings} from '../../state/settings/settings-schema.ts';
import {writeFileAtomic} from '../base/atomic-file.ts';
import {makeFolder} from '../base/make-folder.ts';
import {hostArchitecture} from '../base/host.ts';
import {slipwayPaths, type Environment, type SlipwayPaths} from '../base/paths.ts';
import {findBuild, type BuildFolder} from '../build/build-folder.ts';
import {openBundleRepository, type BundleRepository} from '../build/bundles/bundle-repository.ts';
import {openImageStore, type LocalImageStore} from '../image/local-store.ts';
import {openRepository, type DebianRepository} from '../repository/deb/debian-repository.ts';
import type {Architecture, RefreshOptions} from '../repository/package-index.ts';
import {rulesFileOf} from './actions-file.ts';
import type {BaselineFiles} from './baseline-files.ts';
import {finishBulkEdit} from './bulk-edit.ts';
import {createBuildService} from './build-service.ts';
import {openCompositionFiles, type CompositionFiles} from './composition-files.ts';
import type {FreshnessOptions, LookedAt} from './freshness.ts';
import {openFreshnessFile} from './freshness-file.ts';
import {createImageDocuments, type ImageDocuments} from './image-documents.ts';
import {createImageService, type CountingImageService} from './image-service.ts';
import {lockSaved} from './lock-files.ts';
import {cataloguePlace} from './opened-catalogue.ts';
import {notesPlace} from './plan-notes.ts';
import {openPlanCache} from './plan-cache.ts';
import {createPlanning, type LocalPlanning, type PlanningParts} from './planning.ts';
import {createPublishService, type PublishService} from './publish-service.ts';
import {openPublishTargets} from './publish-targets.ts';
import type {RefreshService, Services} from './services.ts';
import {readSettings, tenantOf} from './settings.ts';

/**
 * The composition root: makes the parts of the domain and hands them to commands and the TUI. Nothing below src/app
 * knows where files are kept or which parts there are.
 */
export interface ServiceOptions {
	readonly env?: Environment;
	/** Read from the settings file unless given. */
	readonly settings?: Settings;
	/** --mirror */
	readonly mirror?: string | null;
	/** `worker`: starters, search and plans in a thread of their own, so that typing never waits. */
	readonly planning?: 'in-process' | 'worker';
	/** Told, in a sentence, of damaged files that were moved aside and the like. */
	readonly onProblem?: (text: string) => void;
}

/** What commands need beyond the TUI's services. */
export interface AllServices extends Services {
	readonly planning: LocalPlanning;
	readonly images: CountingImageService;
	readonly compositions: CompositionFiles;
	readonly store: LocalImageStore;
	readonly bundles: BundleRepository;
	/** What image cards show. */
	readonly documents: ImageDocuments;
	readonly publishing: PublishService;
	readonly settings: Settings;
	readonly paths: SlipwayPaths;
	readonly mirror: DebianRepository['mirror'];
	readonly architecture: Architecture;
	/** First part of full names. */
	readonly tenant: string;
	/** What a rebuild would change. */
	readonly freshnessOf: (image: string, options: FreshnessOptions) => Promise<LookedAt>;
	readonly lastRefresh: () => Promise<Date | null>;
	/** By ID, trace ID, the beginning of an ID, or an image's name. */
	readonly locateBuild: (wanted: string) => Promise<{readonly paths: BuildFolder; readonly line: string | null}>;
}

export async function createServices(options: ServiceOptions = {}): Promise<AllServices> {
	const env = options.env ?? process.env;
	const onProblem = options.onProblem ?? (() => {});
	const settings = options.settings ?? (await readSettings(env, onProblem));
	const paths = slipwayPaths(env);
	const architecture = settings.architecture === 'host' ? hostArchitecture() : settings.architecture;
	const mirror = options.mirror || null;
	await Promise.all([makeFolder(paths.data), makeFolder(paths.cache)]);
	const repository = await openRepository({
		cacheFolder: paths.cache,
		mirror,
		env,
		settings: {mirror: settings.mirror},
		report: onProblem,
	});
	const store = await openImageStore(join(paths.data, 'images'), {onProblem});
	const bundles = openBundleRepository(join(paths.data, 'bundles'), {onProblem});
	await finishBulkEdit(join(paths.data, 'compositions'));
	const compositions = openCompositionFiles(join(paths.data, 'compositions'), onProblem);
	const buildsFolder = join(paths.data, 'builds');
	const refresher =
		options.planning === 'worker'
			? (await import('./refresh-elsewhere.ts')).createRefresher({mirror, env, onProblem})
			: null;
	const planning = await openPlanning(options.planning ?? 'in-process', {
		repository,
		bundles,
		baselines: compositions.baselines,
		architecture,
		mirror,
		env,
		planFolder: join(paths.cache, 'plans'),
		catalogue: cataloguePlace(paths),
		notes: notesPlace(paths),
	});
	const refreshStamp = join(paths.cache, 'refreshed');
	const builds = createBuildService({
		buildsFolder,
		starter: name => planning.starter(name),
		lock: plan => lockSaved({compositions, planning}, plan, onProblem),
		env: builderEnvironment(env, mirror),
		parallelLines: settings.parallelLines,
		engine: settings.engine,
		host: settings,
		// A process of its own can wait until everyone was told; this one is waited for.
		partsHere: existsSync(rulesFileOf(paths))
			? null
			: async () =>
					(await import('./builder-parts.ts')).builderParts(
						{repository, store, bundles, cacheFolder: paths.cache, settings},
						{engine: 'native'},
					),
	});
	return {
		planning,
		repository: refreshService({
			repository,
			refresh: refresher?.refresh ?? (wishes => repository.refresh(wishes)),
			architecture,
			stamp: refreshStamp,
			reload: () => planning.reload(),
		}),
		builds,
		images: createImageService({compositions, store, buildsFolder, freshness: openFreshnessFile(paths.cache)}),
		compositions,
		store,
		bundles,
		documents: createImageDocuments({store, builds, buildsFolder, architecture}),
		publishing: createPublishService({
			store,
			targets: openPublishTargets(join(paths.data, 'targets'), onProblem),
			tenant: tenantOf(settings),
			env,
			// What speaks to the world is read only when something was pushed.
			tell: async moved =>
				(await import('./tell-of-image.ts')).tellOfImage(
					{compositions, paths, tenant: tenantOf(settings)},
					moved,
					onProblem,
				),
			onProblem,
		}),
		settings,
		paths,
		mirror: repository.mirror,
		architecture,
		tenant: tenantOf(settings),
		freshnessOf: async (image, options) =>
			(await import('./freshness.ts')).imageFreshness({compositions, planning, paths, store}, image, options),
		lastRefresh: () => readStamp(refreshStamp),
		locateBuild: wanted => findBuild(buildsFolder, wanted),
		async close() {
			refresher?.close();
			await planning.close();
		},
	};
}

/** A builder works in another folder, from where a relative SLIPWAY_HOME would mean another place. */
function builderEnvironment(env: Environment, mirror: string | null): Environment {
	const home = env['SLIPWAY_HOME'];
	return {
		...env,
		...(home ? {SLIPWAY_HOME: resolve(home)} : {}),
		...(mirror === null ? {} : {SLIPWAY_DEBIAN_MIRROR: mirror}),
	};
}

interface PlanningWishes {
	readonly repository: DebianRepository;
	readonly bundles: BundleRepository;
	readonly baselines: BaselineFiles;
	readonly architecture: Architecture;
	readonly mirror: string | null;
	readonly env: Environment;
	readonly planFolder: string;
	readonly catalogue: PlanningParts['catalogue'];
	readonly notes: NonNullable<PlanningParts['notes']>;
}

async function openPlanning(kind: 'in-process' | 'worker', wishes: PlanningWishes): Promise<LocalPlanning> {
	const ensureIndexes = (architecture: Architecture) => wishes.repository.ensureIndexes(architecture);
	if (kind === 'in-process') return createPlanning({...wishes, ensureIndexes, cache: openPlanCache(wishes.planFolder)});
	const {createWorkerPlanning} = await import('./worker-planning.ts');
	return createWorkerPlanning(wishes);
}

interface RefreshParts {
	readonly repository: DebianRepository;
	/** Does it, here or elsewhere. */
	readonly refresh: RefreshService['refresh'];
	readonly architecture: Architecture;
	readonly stamp: string;
	readonly reload: () => Promise<void>;
}

function refreshService({repository, refresh, architecture, stamp, reload}: RefreshParts): RefreshService {
	return {
		async refresh(options: RefreshOptions = {}) {
			// An architecture that a composition asked for once is kept as fresh as this host's own.
			const other: Architecture = architecture === 'amd64' ? 'arm64' : 'amd64';
			const architectures = (await repository.hasIndexes(other)) ? [architecture, other] : [architecture];
			const suites = await refresh({architectures, ...options});
			// Only a refresh of everything that reached the mirror counts.
			const reached = suites.some(({outcome}) => outcome === 'unchanged' || outcome === 'updated');
			const isWhole = options.releases === undefined && reached;
			if (isWhole) await writeFileAtomic(stamp, `${new Date().toISOString()}\n`);
			if (suites.some(({outcome}) => outcome === 'updated')) await reload();
			return suites;
		},
		hasIndexes: () => repository.hasIndexes(architecture),
	};
}

async function readStamp(path: string): Promise<Date | null> {
	const text = await readFile(path, 'utf8').catch(() => null);
	const time = text === null ? Number.NaN : Date.parse(text.trim());
	return Number.isNaN(time) ? null : new Date(time);
}
