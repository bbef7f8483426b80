import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {LineBuildInput} from '../../../src/build/engine.ts';
import {createNativeEngine} from '../../../src/build/engines/native/native-engine.ts';
import {openImageStore} from '../../../src/image/local-store.ts';
import {Recorder} from './a-line.ts';

/*
 * A builder for another user: its argument is a folder with `input.json` and package files by SHA-256. Prints the digest.
 */
const [folder = ''] = process.argv.slice(2);
const input = JSON.parse(readFileSync(join(folder, 'input.json'), 'utf8')) as Omit<LineBuildInput, 'signal'>;
const repository = {
	releases: [],
	refresh: () => Promise.resolve([]),
	openIndex: () => Promise.reject(new Error('there is no index')),
	indexDigest: () => Promise.resolve(null),
	fetchPackages: (packages: readonly {readonly sha256: string}[]) =>
		Promise.resolve(new Map(packages.map(({sha256}) => [sha256, join(folder, 'packages', sha256)]))),
};
const store = await openImageStore(join(folder, 'images'));
const engine = createNativeEngine({repository, store, cacheFolder: join(folder, 'cache')});
const built = await engine.buildLine({...input, signal: new AbortController().signal}, new Recorder());
process.stdout.write(`${built.manifest.digest}\n`);
