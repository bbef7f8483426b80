import {spawnSync} from 'node:child_process';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {SlipwayError} from '../base/errors.ts';
import type {Environment} from '../base/paths.ts';

/** A text that is edited in a file of its own, which outlives a mistake in it. */
export interface EditorDraft {
	readonly file: string;
	/** The text that editing began with. */
	readonly before: string;
}

export async function beginEditorDraft(name: string, before: string): Promise<EditorDraft> {
	const file = join(await mkdtemp(join(tmpdir(), 'slipway-edit-')), name);
	await writeFile(file, before, {mode: 0o600});
	return {file, before};
}

/** Opens $EDITOR on it. Null: the text is as it was at the beginning. */
export async function openEditor({file, before}: EditorDraft, env: Environment): Promise<string | null> {
	runEditor(file, env);
	const after = await readFile(file, 'utf8');
	return after === before ? null : after;
}

export const dropEditorDraft = ({file}: EditorDraft): Promise<void> =>
	rm(dirname(file), {recursive: true, force: true});

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
	env: Environment = process.env,
): Promise<boolean> {
	const draft = await beginEditorDraft(name, before);
	let isKept = false;
	try {
		const after = await openEditor(draft, env);
		if (after === null) return false;
		isKept = true;
		await save(after, draft.file);
		isKept = false;
		return true;
	} catch (error) {
		if (!isKept || !(error instanceof SlipwayError)) throw error;
		throw new SlipwayError(error.code, error.message, {
			hint: [error.hint, `Nothing was saved; your text is in ${draft.file}.`].filter(Boolean).join(' '),
			cause: error,
		});
	} finally {
		if (!isKept) await dropEditorDraft(draft);
	}
}

function runEditor(file: string, env: Environment): void {
	const editor = env['VISUAL'] || env['EDITOR'] || 'vi';
	// $EDITOR may hold arguments (`code --wait`): a shell splits it, as git and others do.
	const result = spawnSync('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], {stdio: 'inherit', env: {...env}});
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
