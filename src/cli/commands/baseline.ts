import {readFile} from 'node:fs/promises';
import {resolve} from 'node:path';
import {stillExtended} from '../../app/composition-files.ts';
import {isSystemError, SlipwayError} from '../../base/errors.ts';
import {safeText} from '../../base/safe-text.ts';
import {formatTable, plural} from '../format.ts';
import {jsonOption, type Configure} from '../program.ts';
import {print, printJson, style} from '../terminal.ts';
import {withServices} from '../with-services.ts';

export const configure: Configure = command => {
	command
		.command('add')
		.argument('<file>', 'a composition file without a starter')
		.description('save a baseline, or bring it up to date')
		.addOption(jsonOption())
		.action(async (file: string, options: {json?: boolean}) => {
			await withServices({}, async ({compositions}) => {
				const {name} = await compositions.baselines.save(await textOf(file), resolve(file));
				const heirs = await compositions.heirsOf(name);
				if (options.json) return printJson({name, heirs});
				const next = heirs.length > 0 ? `${heirs.join(', ')} extend it.` : `Extend it: \`extends: [${name}]\`.`;
				print(`Saved the baseline ${name}. ${safeText(next)}`);
			});
		});
	command
		.command('ls', {isDefault: true})
		.description('list baselines, and what extends them')
		.addOption(jsonOption())
		.action(async (options: {json?: boolean}) => {
			await withServices({}, async ({compositions}) => {
				const extended = [...(await compositions.inheritance())];
				const rows = (await compositions.baselines.names()).map(name => ({
					name,
					heirs: extended.filter(([, wanted]) => wanted.includes(name)).map(([heir]) => heir),
				}));
				if (options.json) return printJson(rows);
				if (rows.length === 0) return print('There is no baseline yet. `slipway baseline add FILE` saves one.');
				const cells = rows.map(({name, heirs}) => [
					style('bold', safeText(name)),
					heirs.length > 0 ? `${plural(heirs.length, 'heir')}: ${safeText(heirs.join(', '))}` : 'not extended',
				]);
				print(formatTable(cells));
			});
		});
	command
		.command('show')
		.argument('<name>', 'a baseline')
		.description('print a baseline')
		.action(async (name: string) => {
			await withServices({}, async ({compositions}) => {
				print(safeText((await compositions.baselines.text(name)).trimEnd(), {keepNewlines: true}));
			});
		});
	command
		.command('rm')
		.argument('<name>', 'a baseline that nothing extends')
		.description('remove a baseline')
		.addOption(jsonOption())
		.action(async (name: string, options: {json?: boolean}) => {
			await withServices({}, async ({compositions}) => {
				await compositions.baselines.text(name);
				const heirs = await compositions.heirsOf(name);
				if (heirs.length > 0) throw stillExtended(name, heirs);
				await compositions.baselines.remove(name);
				if (options.json) printJson({removed: name});
				else print(`Removed the baseline ${name}.`);
			});
		});
};

async function textOf(file: string): Promise<string> {
	try {
		return await readFile(file, 'utf8');
	} catch (cause) {
		if (!isSystemError(cause, 'ENOENT')) throw cause;
		throw new SlipwayError('bad-input', `There is no file ${file}.`, {hint: 'Name a composition file.', cause});
	}
}
