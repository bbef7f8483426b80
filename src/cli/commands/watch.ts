import {Option} from 'commander';
import {SlipwayError} from '../../base/errors.ts';
import {displayModes, type DisplayMode} from '../displays/display.ts';
import {jsonOption, type Configure} from '../program.ts';
import {withServices} from '../with-services.ts';

export const configure: Configure = command =>
	void command
		.argument('[build]', 'a build’s ID, or a private image; the newest running build unless said')
		.addOption(new Option('--progress <mode>', 'how progress is shown').choices(displayModes))
		.addOption(jsonOption())
		.action(async (wanted: string | undefined, options: {progress?: DisplayMode; json?: boolean}) => {
			await withServices({}, async services => {
				const build =
					wanted === undefined
						? await newestRunning(services.builds)
						: (await services.locateBuild(wanted)).paths.build;
				const {showBuild} = await import('../show-build.ts');
				const mode = options.json ? 'json' : (options.progress ?? services.settings.progress);
				await showBuild(services, build, {mode, onInterrupt: 'leave'});
			});
		});

async function newestRunning(builds: {list(): Promise<readonly {build: string; status: string}[]>}): Promise<string> {
	const running = (await builds.list()).find(({status}) => status === 'in progress');
	if (running) return running.build;
	throw new SlipwayError('not-found', 'No build is running.', {
		hint: '`slipway builds` lists past builds; `slipway watch BUILD` shows one of them.',
	});
}
