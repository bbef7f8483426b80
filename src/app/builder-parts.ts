import {join} from 'node:path';
import {SlipwayError} from '../base/errors.ts';
import {slipwayPaths} from '../base/paths.ts';
import {openBundleRepository} from '../build/bundles/bundle-repository.ts';
import type {BundleContent, Engine, EngineServices} from '../build/engine.ts';
import type {ImageStore} from '../image/image-store.ts';
import {openImageStore} from '../image/local-store.ts';
import type {LinePlan} from '../plan/plan.ts';
import {openRepository} from '../repository/deb/debian-repository.ts';
import {readSettings} from './settings.ts';

/** What a builder process works with. */
export interface BuilderParts {
	readonly engine: Engine;
	readonly store: ImageStore;
	readonly bundlesOf: (line: LinePlan) => Promise<readonly BundleContent[]>;
}

export async function createBuilderParts(_engine: 'native' | 'docker'): Promise<BuilderParts> {
	const paths = slipwayPaths();
	const report = (text: string) => console.error(text);
	const {mirror} = await readSettings(process.env, report);
	const repository = await openRepository({cacheFolder: paths.cache, settings: {mirror}, report});
	const store = await openImageStore(join(paths.data, 'images'), {onProblem: report});
	const bundles = openBundleRepository(join(paths.data, 'bundles'), {onProblem: report});
	return {
		engine: await openEngine({repository, store, cacheFolder: paths.cache}),
		store,
		bundlesOf: ({bundles: planned}) =>
			Promise.all(planned.map(({name, version}) => bundles.bundleContent(name, version))),
	};
}

async function openEngine(services: EngineServices): Promise<Engine> {
	try {
		const {createNativeEngine} = await import('../build/engines/native/native-engine.ts');
		return createNativeEngine(services);
	} catch (cause) {
		throw new SlipwayError('host', 'The native engine is missing from this version.', {cause});
	}
}
