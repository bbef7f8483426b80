import {readFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {writeFileAtomic} from '../base/atomic-file.ts';
import {isSystemError, messageOf, SlipwayError} from '../base/errors.ts';
import {readLock, writeLock, type PlanLock} from '../plan/lock.ts';
import type {OpenedComposition} from './composition-files.ts';

/** NAME.lock beside the composition. */
export function lockFileOf({composition, file}: OpenedComposition, compositionsFolder: string): string {
	return join(file === null ? compositionsFolder : dirname(file), `${composition.name}.lock`);
}

export async function openLock(path: string): Promise<PlanLock> {
	try {
		return readLock(await readFile(path, 'utf8'), path);
	} catch (cause) {
		if (!isSystemError(cause, 'ENOENT')) throw cause;
		throw new SlipwayError('not-found', `There is no lock file ${path}.`, {
			hint: 'A build without --locked writes it.',
			cause,
		});
	}
}

/** Writes the lock if it says something new. A folder that may not be written is reported: the build does not need it. */
export async function saveLock(path: string, lock: PlanLock, report: (text: string) => void): Promise<void> {
	const text = writeLock(lock);
	try {
		const before = await readFile(path, 'utf8').catch(() => null);
		if (before !== text) await writeFileAtomic(path, text);
	} catch (error) {
		report(`The lock file ${path} was not written: ${messageOf(error)}.`);
	}
}
