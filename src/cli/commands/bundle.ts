import {Option} from 'commander';
import {safeText} from '../../base/safe-text.ts';
import {readInputFiles} from '../../build/bundles/read-input-files.ts';
import {formatBytes, formatTable, formatTime, plural} from '../format.ts';
import {jsonOption, type Configure} from '../program.ts';
import {print, printJson, style, warn} from '../terminal.ts';
import {withServices} from '../with-services.ts';

export const configure: Configure = command => {
	command
		.command('add')
		.description('add files; a changed bundle gets a new version')
		.argument('<name>', 'name of the bundle')
		.argument('<path...>', 'files or folders')
		.addOption(new Option('--kind <kind>', 'what it holds').choices(['certificates', 'files']).default('files'))
		.option('--target <dir>', 'absolute folder in the image; certificates have theirs')
		.addOption(jsonOption())
		.action(async (name: string, paths: readonly string[], options: AddOptions) => {
			await withServices({}, async ({bundles}) => {
				const target = options.target === undefined ? {} : {target: options.target};
				const files = await readInputFiles(paths);
				const {bundle, isNew, warnings} = await bundles.add({name, kind: options.kind, files, ...target});
				for (const warning of warnings) warn(warning);
				if (options.json) printJson({...bundle, isNew, warnings});
				else
					print(
						`${safeText(name)} version ${bundle.version}${isNew ? '' : ' holds these files already'}: ${plural(bundle.files.length, 'file')}.`,
					);
			});
		});
	command
		.command('ls')
		.description('list bundles, or the files of one')
		.argument('[name]', 'a bundle')
		.addOption(jsonOption())
		.action(async (name: string | undefined, options: {json?: boolean}) => {
			await withServices({}, async ({bundles}) => {
				if (name !== undefined) {
					const bundle = await bundles.show(name);
					if (options.json) printJson(bundle);
					else
						print(
							formatTable(
								bundle.files.map(file => [safeText(file.path), file.mode.toString(8), formatBytes(file.sizeBytes)]),
								[2],
							),
						);
					return;
				}
				const list = await bundles.list();
				if (options.json) printJson(list);
				else if (list.length === 0) print('There is no file bundle yet. `slipway bundle add NAME PATH…` makes one.');
				else {
					print(
						formatTable(
							list.map(({name, version, kind, files, createdAt}) => [
								style('bold', safeText(name)),
								`version ${version}`,
								kind,
								plural(files.length, 'file'),
								formatTime(createdAt),
							]),
						),
					);
				}
			});
		});
	command
		.command('rm')
		.description('remove a bundle')
		.argument('<name>', 'a bundle')
		.addOption(jsonOption())
		.action(async (name: string, options: {json?: boolean}) => {
			await withServices({}, async ({bundles}) => {
				await bundles.remove(name);
				if (options.json) printJson({removed: name});
				else print(`Removed ${safeText(name)}.`);
			});
		});
};

interface AddOptions {
	readonly kind: 'certificates' | 'files';
	readonly target?: string;
	readonly json?: boolean;
}
