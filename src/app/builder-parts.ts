import {join} from 'node:path';
import {slipwayPaths} from '../base/paths.ts';
import {openBundleRepository} from '../build/bundles/bundle-repository.ts';
import type {BundleContent, Engine} from '../build/engine.ts';
import {createNativeEngine} from '../build/engines/native/native-engine.ts';
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
		engine: createNativeEngine({repository, store, cacheFolder: paths.cache}),
		store,
		bundlesOf: ({bundles: planned}) =>
			Promise.all(planned.map(({name, version}) => bundles.bundleContent(name, version))),
	};
}
