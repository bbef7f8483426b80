import {mkdir, stat} from 'node:fs/promises';
import {dirname} from 'node:path';
import {isSystemError, SlipwayError} from './errors.ts';

/**
 * Makes a folder and those above it that are missing. Unlike mkdir with `recursive` it ends where a file system answers
 * ENOENT to every new folder, as proc(5) does. Throws `storage` with the mend.
 *
 * @param path absolute
 */
export async function makeFolder(path: string): Promise<void> {
	const parent = dirname(path);
	try {
		await mkdir(path);
	} catch (error) {
		if (isSystemError(error, 'EEXIST') && (await isFolder(path))) return;
		if (!isSystemError(error, 'ENOENT') || parent === path) throw refused(path, error);
		// Another may have made the parent since.
		if (!(await isFolder(parent))) await makeFolder(parent);
		await mkdir(path).catch(async (again: unknown) => {
			if (!isSystemError(again, 'EEXIST') || !(await isFolder(path))) throw refused(path, again);
		});
	}
}

async function isFolder(path: string): Promise<boolean> {
	return stat(path).then(
		status => status.isDirectory(),
		() => false,
	);
}

function refused(path: string, cause: unknown): SlipwayError {
	const isInTheWay = isSystemError(cause, 'EEXIST') || isSystemError(cause, 'ENOTDIR');
	const why = isInTheWay
		? 'a file is in the way'
		: isSystemError(cause, 'EACCES') || isSystemError(cause, 'EROFS') || isSystemError(cause, 'EPERM')
			? 'this user may not write there'
			: isSystemError(cause, 'ENOSPC')
				? 'the disk is full'
				: 'its file system takes no folders';
	return new SlipwayError('storage', `The folder ${path} cannot be made: ${why}.`, {
		hint: 'Mend that, or set SLIPWAY_HOME to a folder of your own.',
		cause,
	});
}
