import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {throwIfCancelled} from '../base/errors.ts';
import {tryProcessLock} from '../base/process-lock.ts';

const pollMs = 200;

/**
 * Waits until no other build of that image runs, and keeps others waiting until the returned function is called or the
 * process ends.
 */
export async function lockImage(
	buildsFolder: string,
	image: string,
	options: {readonly signal?: AbortSignal; readonly onWait?: () => void} = {},
): Promise<() => void> {
	let hasWaited = false;
	for (;;) {
		throwIfCancelled(options.signal);
		const release = await tryLockImage(buildsFolder, image);
		if (release) return release;
		if (!hasWaited) options.onWait?.();
		hasWaited = true;
		await delay(pollMs);
	}
}

/** Null while another build of that image runs. */
export async function tryLockImage(buildsFolder: string, image: string): Promise<(() => void) | null> {
	const folder = join(buildsFolder, '.locks');
	await mkdir(folder, {recursive: true});
	return tryProcessLock(join(folder, `${image}.sqlite`));
}
