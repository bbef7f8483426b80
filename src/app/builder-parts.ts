import {join} from 'node:path';
import type {Settings} from '../../state/settings/settings-schema.ts';
import {slipwayPaths} from '../base/paths.ts';
import type {BuildRequest} from '../build/build-folder.ts';
import {openBundleRepository, type BundleRepository} from '../build/bundles/bundle-repository.ts';
import type {BundleContent, Engine, EngineServices} from '../build/engine.ts';
import {everyPlatform} from '../build/engines/every-platform.ts';
import {createNativeEngine} from '../build/engines/native/native-engine.ts';
import {openImageStore, type LocalImageStore} from '../image/local-store.ts';
import type {LinePlan} from '../plan/plan.ts';
import {openRepository} from '../repository/deb/debian-repository.ts';
import {readSettings} from './settings.ts';

/** What a build is carried out with. */
export interface BuilderParts {
	readonly engine: Engine;
	readonly store: LocalImageStore;
	readonly bundlesOf: (line: LinePlan) => Promise<readonly BundleContent[]>;
}

type EngineChoice = Pick<BuildRequest, 'engine' | 'testsInDocker'>;

/** For a builder process, which knows no more than its environment. */
export async function createBuilderParts(request: EngineChoice): Promise<BuilderParts> {
	const paths = slipwayPaths();
	const report = (text: string) => console.error(text);
	const settings = await readSettings(process.env, report);
	return builderParts(
		{
			repository: await openRepository({cacheFolder: paths.cache, settings: {mirror: settings.mirror}, report}),
			store: await openImageStore(join(paths.data, 'images'), {onProblem: report}),
			bundles: openBundleRepository(join(paths.data, 'bundles'), {onProblem: report}),
			cacheFolder: paths.cache,
			settings,
		},
		request,
	);
}

export interface OpenedForBuilding extends EngineServices {
	readonly store: LocalImageStore;
	readonly bundles: BundleRepository;
	readonly settings: Settings;
}

export async function builderParts(
	{settings, bundles, ...services}: OpenedForBuilding,
	request: EngineChoice,
): Promise<BuilderParts> {
	const {store} = services;
	return {
		engine: everyPlatform(await openEngine(services, settings, request), store),
		store,
		bundlesOf: ({bundles: planned}) =>
			Promise.all(planned.map(({name, version}) => bundles.bundleContent(name, version))),
	};
}

/** What speaks to Docker costs 0.2 s to import: only where it is asked for. */
async function openEngine(
	services: EngineServices & {readonly store: LocalImageStore},
	settings: Settings,
	request: EngineChoice,
): Promise<Engine> {
	const testsInDocker = request.testsInDocker ?? settings['docker.runTests'];
	if (request.engine === 'native' && !testsInDocker) return createNativeEngine(services);
	const {openDockerEngine, testedInDocker} = await import('./docker-engine.ts');
	if (request.engine === 'docker') return openDockerEngine(services, settings);
	return testedInDocker(createNativeEngine(services), services.store, settings);
}
