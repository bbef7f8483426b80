import {resolve} from 'node:path';
import {diagnosticsOf} from '../../app/diagnostics.ts';
import {programVersion} from '../../base/program-version.ts';
import {writeFileAtomic} from '../../base/atomic-file.ts';
import {jsonOption, type Configure} from '../program.ts';
import {print, printJson} from '../terminal.ts';
import {withServices} from '../with-services.ts';

export const configure: Configure = command =>
	void command
		.argument('<build>', 'a build’s ID, a trace ID, or a private image (its newest build)')
		.option('-o, --output <file>', 'where to write it; diagnostics-BUILD.txt in this folder unless said')
		.addOption(jsonOption())
		.action(async (wanted: string, options: {output?: string; json?: boolean}) => {
			await withServices({}, async ({locateBuild, settings}, signal) => {
				const {paths} = await locateBuild(wanted);
				const file = resolve(options.output ?? `diagnostics-${paths.build}.txt`);
				const text = await diagnosticsOf(paths, {version: programVersion(), settings, env: process.env, signal});
				await writeFileAtomic(file, text, 0o600);
				if (options.json) printJson({build: paths.build, file});
				else print(`${file}\nSecrets are left out; look it through before you hand it on.`);
			});
		});
