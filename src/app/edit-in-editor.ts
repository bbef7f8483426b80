import {spawnSync} from 'node:child_process';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {SlipwayError} from '../base/errors.ts';

/**
 * Has the user edit a text in $EDITOR, and saves it if it was changed. What was typed survives a mistake in it: the
 * error names the file.
 *
 * @param save throws a SlipwayError for what it does not take; it is told the draft's path
 * @returns whether something was changed
 */
export async function editInEditor(
	name: string,
	before: string,
	save: (text: string, draft: string) => Promise<unknown>,
): Promise<boolean> {
	const folder = await mkdtemp(join(tmpdir(), 'slipway-edit-'));
	const draft = join(folder, name);
	let isKept = false;
	try {
		await writeFile(draft, before, {mode: 0o600});
		runEditor(draft);
		const after = await readFile(draft, 'utf8');
		if (after === before) return false;
		isKept = true;
		await save(after, draft);
		isKept = false;
		return true;
	} catch (error) {
		if (!isKept || !(error instanceof SlipwayError)) throw error;
		throw new SlipwayError(error.code, error.message, {
			hint: [error.hint, `Nothing was saved; your text is in ${draft}.`].filter(Boolean).join(' '),
			cause: error,
		});
	} finally {
		if (!isKept) await rm(folder, {recursive: true, force: true});
	}
}

function runEditor(file: string): void {
	const editor = process.env['VISUAL'] || process.env['EDITOR'] || 'vi';
	// $EDITOR may hold arguments (`code --wait`): a shell splits it, as git and others do.
	const result = spawnSync('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], {stdio: 'inherit'});
	if (result.error || result.status !== 0) {
		throw new SlipwayError(
			'host',
			`The editor “${editor}” ended with ${result.status ?? result.signal ?? 'an error'}.`,
			{
				hint: 'Nothing was changed. Set $EDITOR to the editor you like.',
				cause: result.error,
			},
		);
	}
}
