import {existsSync} from 'node:fs';
import {mkdir, mkdtemp, readdir, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {mustRun} from './run-program.ts';

/*
 * Segments and configured stages that one test file of a run made, for others of the same run that would only make the same
 * again. They are kept by what goes into them: whoever takes them builds what it would have built without. Tests of how they
 * are made take none.
 */
const warmFolder = () => join(process.env['SLIPWAY_TEST_ROOT'] ?? '', 'warm-caches');

/** What others left by now, into a cache folder of the native engine. */
export async function takeWarmCaches(cacheFolder: string): Promise<void> {
	if (process.env['SLIPWAY_TEST_ROOT'] === undefined) return;
	for (const [folder, names] of await wholeOnesIn(warmFolder())) {
		await mkdir(join(cacheFolder, folder), {recursive: true});
		await copy(join(warmFolder(), folder), names, join(cacheFolder, folder));
	}
}

/** Leaves what the cache has and others have not. Nothing may be built in it meanwhile. */
export async function leaveWarmCaches(cacheFolder: string): Promise<void> {
	if (process.env['SLIPWAY_TEST_ROOT'] === undefined) return;
	for (const [folder, names] of await wholeOnesIn(cacheFolder)) {
		const warm = join(warmFolder(), folder);
		await mkdir(warm, {recursive: true});
		const missing = names.filter(name => !existsSync(join(warm, name)));
		const own = await mkdtemp(join(warmFolder(), 'new-'));
		await copy(join(cacheFolder, folder), missing, own);
		for (const name of missing) await rename(join(own, name), join(warm, name)).catch(() => {}); // Another was faster.
		await rm(own, {recursive: true, force: true});
	}
}

/** Names of whole segments and stages, by the folder that they are in. */
async function wholeOnesIn(cacheFolder: string): Promise<ReadonlyMap<string, readonly string[]>> {
	const namesIn = (folder: string) => readdir(join(cacheFolder, folder)).catch((): string[] => []);
	const marks = new Map([['rootfs', 'complete.json']]);
	for (const version of await namesIn('segments')) marks.set(join('segments', version), 'segment.json');
	const found = new Map<string, readonly string[]>();
	for (const [folder, mark] of marks) {
		const names = await namesIn(folder);
		found.set(
			folder,
			names.filter(name => existsSync(join(cacheFolder, folder, name, mark))),
		);
	}
	return found;
}

/** With owners, times and extended attributes, which a stage is known by. */
async function copy(from: string, names: readonly string[], to: string): Promise<void> {
	if (names.length > 0) await mustRun('cp', ['--archive', ...names.map(name => join(from, name)), to]);
}
