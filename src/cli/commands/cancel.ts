import {jsonOption, type Configure} from '../program.ts';
import {print, printJson} from '../terminal.ts';
import {withServices} from '../with-services.ts';

export const configure: Configure = command =>
	void command
		.argument('<build>', 'a build’s ID, a trace ID (only its line), or a private image (its newest build)')
		.option('-l, --line <line>', 'cancel only this line')
		.addOption(jsonOption())
		.action(async (wanted: string, options: {line?: string; json?: boolean}) => {
			await withServices({}, async ({builds, locateBuild}, signal) => {
				const {paths, line: tracedLine} = await locateBuild(wanted);
				const line = options.line ?? tracedLine ?? undefined;
				await builds.cancel(paths.build, line);
				// A cancel has happened when the journal says so.
				for await (const event of builds.follow(paths.build, signal)) {
					if (line !== undefined && event.type === 'line/finished' && event.line === line) break;
				}
				const status = (await builds.list()).find(({build}) => build === paths.build)?.status ?? null;
				if (options.json) printJson({build: paths.build, line: line ?? null, status});
				else
					print(
						line === undefined
							? `Build ${paths.build}: ${status}.`
							: `Line ${line} of build ${paths.build} was cancelled.`,
					);
			});
		});
