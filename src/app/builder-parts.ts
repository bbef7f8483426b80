import {join} from 'node:path';
import {slipwayPaths} from '../base/paths.ts';
import {openBundleRepository, type BundleRepository} from '../build/bundles/bundle-repository.ts';
import type {BundleContent, Engine, EngineServices} from '../build/engine.ts';
import {createNativeEngine} from '../build/engines/native/native-engine.ts';
import type {ImageStore} from '../image/image-store.ts';
import {openImageStore, type LocalImageStore} from '../image/local-store.ts';
import type {LinePlan} from '../plan/plan.ts';
import {openRepository} from '../repository/deb/debian-repository.ts';
import type {PackageRepository} from '../repository/package-index.ts';
import {readSettings} from './settings.ts';

/** What a builder process works with. */
export interface BuilderParts {
	readonly engine: Engine;
	readonly store: ImageStore;
	readonly bundlesOf: (line: LinePlan) => Promise<readonly BundleContent[]>;
}

export async function createBuilderParts(kind: 'native' | 'docker'): Promise<BuilderParts> {
	const paths = slipwayPaths();
	const report = (text: string) => console.error(text);
	const settings = await readSettings(process.env, report);
	const repository = await openRepository({
		cacheFolder: paths.cache,
		settings: {mirror: settings.mirror},
		report,
	});
	const store = await openImageStore(join(paths.data, 'images'), {onProblem: report});
	const bundles = openBundleRepository(join(paths.data, 'bundles'), {onProblem: report});
	const services = {repository, store, cacheFolder: paths.cache};
	return {
		engine:
			kind === 'native'
				? createNativeEngine(services)
				: await openDockerEngine(services, {repository, store, bundles, named: settings['docker.baseImage']}),
		store,
		bundlesOf: ({bundles: planned}) =>
			Promise.all(planned.map(({name, version}) => bundles.bundleContent(name, version))),
	};
}

async function openDockerEngine(
	services: EngineServices,
	parts: {
		readonly repository: PackageRepository;
		readonly store: LocalImageStore;
		readonly bundles: BundleRepository;
		readonly named: string;
	},
): Promise<Engine> {
	const [{createDockerEngine}, {createBaseImages}, {connectDefaultDocker}] = await Promise.all([
		import('../build/engines/docker/docker-engine.ts'),
		import('./docker-base-image.ts'),
		import('../docker/connect.ts'),
	]);
	const engine = createNativeEngine(services);
	return createDockerEngine(services, {
		hosts: [await connectDefaultDocker()],
		baseImage: createBaseImages({...parts, engine}),
	});
}
