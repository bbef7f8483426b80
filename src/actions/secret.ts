import {readFile, stat} from 'node:fs/promises';
import {messageOf, SlipwayError} from '../base/errors.ts';
import type {Environment} from '../base/paths.ts';
import type {SecretSource} from './rules.ts';

/** Reads a secret. A file that others may read is refused. Throws `bad-input` without the secret in its message. */
export async function readSecret(source: SecretSource, env: Environment): Promise<string> {
	if ('env' in source) {
		const value = env[source.env];
		if (value) return value;
		throw new SlipwayError('bad-input', `The secret ${source.env} is not in the environment.`, {
			hint: `Set ${source.env} where Slipway runs, or name a file.`,
		});
	}
	const {file} = source;
	try {
		const {mode} = await stat(file);
		if ((mode & 0o077) !== 0) {
			throw new SlipwayError('bad-input', `The secret file ${file} can be read by others.`, {
				hint: `chmod 600 ${file}`,
			});
		}
		return (await readFile(file, 'utf8')).trim();
	} catch (cause) {
		if (cause instanceof SlipwayError) throw cause;
		throw new SlipwayError('bad-input', `The secret file ${file} cannot be read: ${messageOf(cause)}.`, {cause});
	}
}
