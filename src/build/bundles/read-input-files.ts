import {constants} from 'node:fs';
import {open, readdir, stat} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {isSystemError, SlipwayError} from '../../base/errors.ts';
import {bundleLimits, type InputFile} from './bundle-files.ts';

/** Mode and owner for every file that is read. */
export type FileDefaults = Pick<InputFile, 'mode' | 'uid' | 'gid'>;

/**
 * Files for a bundle from paths of this host. A folder gives its files, with their paths below it; links are followed.
 * The mode keeps only whether the owner may execute it, unless said.
 */
export async function readInputFiles(
	paths: readonly string[],
	defaults: FileDefaults = {},
): Promise<readonly InputFile[]> {
	const files: InputFile[] = [];
	for (const path of paths) await collect(path, basename(path), defaults, files, true);
	return files;
}

async function collect(
	path: string,
	name: string,
	defaults: FileDefaults,
	files: InputFile[],
	isNamed: boolean,
): Promise<void> {
	if (files.length > bundleLimits.files) return;
	const status = await stat(path).catch((cause: unknown) => {
		if (!isSystemError(cause, 'ENOENT')) throw cause;
		throw new SlipwayError('bad-input', `There is no file ${path}.`, {
			hint: 'A bundle takes files and folders of this host.',
			cause,
		});
	});
	if (status.isDirectory()) {
		for (const entry of (await readdir(path)).sort()) {
			await collect(join(path, entry), isNamed ? entry : `${name}/${entry}`, defaults, files, false);
		}
		return;
	}
	if (!status.isFile()) {
		throw new SlipwayError('bad-input', `${path} is not a file.`, {hint: 'A bundle takes files and folders of files.'});
	}
	if (status.size > bundleLimits.fileSizeBytes) {
		throw new SlipwayError(
			'bad-input',
			`${path} has ${status.size} bytes; a file of a bundle has at most ${bundleLimits.fileSizeBytes}.`,
		);
	}
	// Not blocking, in case a named pipe took the file's place meanwhile.
	const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
	try {
		const content = await handle.readFile();
		files.push({name, content, mode: (status.mode & 0o100) === 0 ? 0o644 : 0o755, ...defaults});
	} finally {
		await handle.close();
	}
}
