import {readFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {writeFileAtomic} from '../base/atomic-file.ts';
import {isSystemError, messageOf, SlipwayError} from '../base/errors.ts';
import {readLock, writeLock, type PlanLock} from '../plan/lock.ts';
import type {Plan} from '../plan/plan.ts';
import type {CompositionFiles, OpenedComposition} from './composition-files.ts';
import type {LocalPlanning} from './planning.ts';

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

/** Records a plan beside the saved composition of its name; a plan without one is left alone. Never ends a build. */
export async function lockSaved(
	{compositions, planning}: {readonly compositions: CompositionFiles; readonly planning: LocalPlanning},
	plan: Plan,
	report: (text: string) => void,
): Promise<void> {
	try {
		if (!(await compositions.names()).includes(plan.image)) return;
		const composition = await compositions.whole(plan.image);
		const path = join(compositions.folder, `${plan.image}.lock`);
		await saveLock(path, await planning.lockOf(plan, composition), report);
	} catch (error) {
		report(`What ${plan.image} is built from was not locked: ${messageOf(error)}.`);
	}
}
