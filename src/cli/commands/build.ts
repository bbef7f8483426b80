import {Option} from 'commander';
import {displayModes, type DisplayMode} from '../displays/display.ts';
import {lockPlan, planFor} from '../plan-for.ts';
import {jsonOption, mirrorOption, type Configure} from '../program.ts';
import {print, printJson} from '../terminal.ts';
import {withServices} from '../with-services.ts';

interface BuildOptions {
	readonly line: readonly string[];
	readonly engine?: 'auto' | 'native' | 'docker';
	readonly dockerTests?: boolean;
	readonly detach?: boolean;
	readonly locked?: boolean;
	readonly progress?: DisplayMode;
	readonly quiet?: boolean;
	readonly json?: boolean;
	readonly mirror?: string;
}

const collect = (value: string, before: readonly string[]) => [...before, ...value.split(',')];

export const configure: Configure = command =>
	void command
		.argument('<file|name>', 'a composition file, or the name of a private image')
		.option('-l, --line <line>', 'build only this line; may be repeated', collect, [])
		.addOption(new Option('--engine <engine>', 'what builds').choices(['auto', 'native', 'docker']))
		.option('--docker-tests', 'run the composition’s tests in Docker, too')
		.option('-d, --detach', 'print the build’s ID and leave the build running')
		.option('--locked', 'build exactly what the lock file beside the composition records')
		.addOption(new Option('--progress <mode>', 'how progress is shown').choices(displayModes))
		.option('-q, --quiet', 'the same as --progress quiet')
		.addOption(mirrorOption())
		.addOption(jsonOption().helpGroup('Options:'))
		.action(async (wanted: string, options: BuildOptions) => {
			await withServices({mirror: options.mirror}, async (services, signal) => {
				const planned = await planFor(services, wanted, {
					locked: options.locked ?? false,
					signal,
					indexes: 'if old',
					// There will be something to make.
					onNew: () => services.builds.prepare(options.engine),
				});
				const {opened, plan} = planned;
				if (opened.file !== null) await services.compositions.remember(opened);
				if (!options.locked) await lockPlan(services, planned);
				const build = await services.builds.start(plan, {
					lines: options.line,
					...(options.engine === undefined ? {} : {engine: options.engine}),
					...(options.dockerTests ? {testsInDocker: true} : {}),
					unchangedHere: true,
					signal,
				});
				if (options.detach) {
					if (options.json) printJson({build, image: plan.image});
					else print(build);
					return;
				}
				const {showBuild} = await import('../show-build.ts');
				const mode = options.json ? 'json' : options.quiet ? 'quiet' : (options.progress ?? services.settings.progress);
				await showBuild(services, build, {mode, onInterrupt: 'cancel'});
			});
		});
