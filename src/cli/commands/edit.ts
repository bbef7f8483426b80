import {spawnSync} from 'node:child_process';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {SlipwayError} from '../../base/errors.ts';
import {jsonOption, type Configure} from '../program.ts';
import {print, printJson} from '../terminal.ts';
import {withServices} from '../with-services.ts';

export const configure: Configure = command =>
	void command
		.argument('<name>', 'a private image')
		.addOption(jsonOption())
		.action(async (name: string, options: {json?: boolean}) => {
			await withServices({}, async ({compositions}) => {
				const before = await compositions.text(name);
				const folder = await mkdtemp(join(tmpdir(), 'slipway-edit-'));
				const draft = join(folder, `${name}.yaml`);
				let isKept = false;
				try {
					await writeFile(draft, before, {mode: 0o600});
					runEditor(draft);
					const after = await readFile(draft, 'utf8');
					const changed = after !== before;
					if (changed) {
						// What was typed survives a mistake in it.
						isKept = true;
						await compositions.saveText(name, after, draft);
						isKept = false;
					}
					if (options.json) printJson({name, changed});
					else print(changed ? `Saved ${name}. \`slipway build ${name}\` builds it.` : 'Nothing was changed.');
				} catch (error) {
					if (!isKept || !(error instanceof SlipwayError)) throw error;
					throw new SlipwayError(error.code, error.message, {
						hint: [error.hint, `Nothing was saved; your text is in ${draft}.`].filter(Boolean).join(' '),
						cause: error,
					});
				} finally {
					if (!isKept) await rm(folder, {recursive: true, force: true});
				}
			});
		});

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
