import {messageOf, SlipwayError} from '../../base/errors.ts';

const hints: Readonly<Record<string, string>> = {
	ENOSPC: 'The disk is full: free some space. What was done so far is kept.',
	EDQUOT: 'The disk quota is used up: free some space. What was done so far is kept.',
	EACCES: 'Check who owns the cache folder, or set SLIPWAY_HOME to a folder of your own.',
	EPERM: 'Check who owns the cache folder, or set SLIPWAY_HOME to a folder of your own.',
	EROFS: 'The file system is read-only: set SLIPWAY_HOME to a folder that can be written.',
	ENOTDIR: 'A file stands where a folder should be: set SLIPWAY_HOME to a folder of your own.',
	EIO: 'The disk reports an error: check it.',
};

/** The code of an error of the operating system (ENOSPC …), or null. */
export function systemCodeOf(error: unknown): string | null {
	return error instanceof Error && 'code' in error && /^E[A-Z]+$/.test(String(error.code)) ? String(error.code) : null;
}

/** An error of the disk as `storage` with a hint; any other error as it is. */
export function storageError(error: unknown, what: string): unknown {
	if (error instanceof SlipwayError) return error;
	const hint = hints[systemCodeOf(error) ?? ''];
	if (hint === undefined) return error;
	return new SlipwayError('storage', `${what}: ${messageOf(error)}.`, {hint, cause: error});
}
