import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {createNativeEngine} from '../../../src/build/engines/native/native-engine.ts';
import {openImageStore} from '../../../src/image/local-store.ts';
import {Recorder} from './a-line.ts';
import type {NamedInput} from './ten-compositions.ts';

/*
 * Another machine: builds all inputs of a file in a folder of its own, in the order that it is told, and prints their
 * digests. Arguments: folder, folder of packages by SHA-256, file of inputs, `forward` or `backward`, workers.
 */
const [folder = '', packages = '', file = '', order = '', workers = ''] = process.argv.slice(2);
const inputs = JSON.parse(readFileSync(file, 'utf8')) as NamedInput[];
const repository = {
	releases: [],
	refresh: () => Promise.resolve([]),
	openIndex: () => Promise.reject(new Error('there is no index')),
	indexDigest: () => Promise.resolve(null),
	fetchPackages: (wanted: readonly {readonly sha256: string}[]) =>
		Promise.resolve(new Map(wanted.map(({sha256}) => [sha256, join(packages, sha256)]))),
};
const store = await openImageStore(join(folder, 'images'));
const engine = createNativeEngine({repository, store, cacheFolder: join(folder, 'cache')}, {workers: Number(workers)});
const digests: Record<string, string> = {};
for (const {title, input} of order === 'backward' ? inputs.toReversed() : inputs) {
	const bundles = input.bundles.map(bundle => ({
		...bundle,
		// As JSON has them.
		files: bundle.files.map(one => ({...one, content: Buffer.from(one.content as unknown as string, 'base64')})),
	}));
	const built = await engine.buildLine({...input, bundles, signal: new AbortController().signal}, new Recorder());
	digests[title] = built.manifest.digest;
}
process.stdout.write(JSON.stringify(digests));
