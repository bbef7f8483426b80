import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {setTimeout as delay} from 'node:timers/promises';
import {throwIfCancelled} from '../base/errors.ts';

/** Result code SQLITE_BUSY (sqlite.org/rescode.html). */
const busy = 5;
const pollMs = 200;

/**
 * Waits until no other build of that image runs, and keeps others waiting until the returned function is called or the
 * process ends. An SQLite transaction holds it: its file locks end with their process, kill -9 included, and hold over
 * containers that share the folder.
 */
export async function lockImage(
	buildsFolder: string,
	image: string,
	options: {readonly signal?: AbortSignal; readonly onWait?: () => void} = {},
): Promise<() => void> {
	const folder = join(buildsFolder, '.locks');
	await mkdir(folder, {recursive: true});
	let hasWaited = false;
	for (;;) {
		throwIfCancelled(options.signal);
		const release = tryLock(join(folder, `${image}.sqlite`));
		if (release) return release;
		if (!hasWaited) options.onWait?.();
		hasWaited = true;
		await delay(pollMs);
	}
}

function tryLock(path: string): (() => void) | null {
	const database = new DatabaseSync(path, {timeout: 0});
	try {
		database.exec('BEGIN EXCLUSIVE');
		return () => database.close();
	} catch (error) {
		database.close();
		if (error instanceof Error && 'errcode' in error && error.errcode === busy) return null;
		throw error;
	}
}
