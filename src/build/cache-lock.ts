import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {throwIfCancelled} from '../base/errors.ts';
import {tryProcessLock} from '../base/process-lock.ts';

/*
 * Builders share the cache; who cleans it has it alone, so that nothing is removed from under a sandbox.
 */
const pollMs = 100;

async function lockFileIn(buildsFolder: string): Promise<string> {
	const folder = join(buildsFolder, '.locks');
	await mkdir(folder, {recursive: true});
	// No image has such a name.
	return join(folder, '.cache.sqlite');
}

/**
 * Waits until nobody cleans the cache, and keeps it from being cleaned until the returned function is called or the
 * process ends.
 */
export async function shareCache(buildsFolder: string, signal?: AbortSignal): Promise<() => void> {
	const file = await lockFileIn(buildsFolder);
	for (;;) {
		throwIfCancelled(signal);
		const release = tryProcessLock(file, 'shared');
		if (release !== null) return release;
		await delay(pollMs);
	}
}

/** Null while any build runs; otherwise builds wait until the returned function is called or the process ends. */
export async function tryCleanCache(buildsFolder: string): Promise<(() => void) | null> {
	return tryProcessLock(await lockFileIn(buildsFolder));
}
