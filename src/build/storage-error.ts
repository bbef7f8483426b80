import {SlipwayError} from '../base/errors.ts';

/** A system call's error that says something about the disk, in words; null for any other. */
export function storageError(code: string, message: string): SlipwayError | null {
	switch (code) {
		case 'ENOSPC':
		case 'EDQUOT':
			return new SlipwayError('storage', 'Cannot write to the cache or the image store: the disk is full.', {
				hint: 'Free some space (`slipway gc` helps), then build again: what was done is kept.',
			});
		case 'EROFS':
		case 'EACCES':
		case 'EPERM':
			return new SlipwayError('storage', `Cannot write to the cache or the image store: ${message}.`, {
				hint: 'Make the folder writable, or choose another with SLIPWAY_HOME.',
			});
		case 'ENOENT':
		case 'EIO':
			return new SlipwayError('storage', `The cache was changed while it was in use: ${message}.`, {
				hint: 'Build again.',
			});
		default:
			return null;
	}
}
