import {randomUUID} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {isSystemError} from '../../../base/errors.ts';

let boot: Promise<string> | undefined;

/** Names the run of the machine since it was started: what was written in it without a sync is whole as long as it lasts. */
export function bootId(): Promise<string> {
	boot ??= readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
		text => text.trim(),
		(error: unknown) => {
			// Only Linux says: elsewhere every process looks at the contents once.
			if (isSystemError(error, 'ENOENT')) return randomUUID();
			throw error;
		},
	);
	return boot;
}
