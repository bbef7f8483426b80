import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** The folder of Slipway's own package.json: starters and keyrings are read from below it, bundled or not. */
export function packageRoot(from: string = import.meta.url): string {
	let folder = dirname(fileURLToPath(from));
	while (!existsSync(join(folder, 'package.json'))) {
		const parent = dirname(folder);
		if (parent === folder) throw new Error('Slipway cannot find its own package.json');
		folder = parent;
	}
	return folder;
}

/**
 * The entry file of a worker thread or child process. From sources Node 24 runs the .ts file as it is; in the bundle
 * every entry stands beside main.js.
 *
 * @param source path of the .ts file from the package root, for example `src/repository/deb/compile-worker.ts`
 */
export function entryFile(source: string, from: string = import.meta.url): string {
	const root = packageRoot(from);
	if (from.endsWith('.ts')) return join(root, source);
	const name = source.slice(source.lastIndexOf('/') + 1).replace(/\.ts$/, '.js');
	return join(root, 'dist', name);
}
