import {exitCodes} from '../../base/errors.ts';
import {jsonOption, mirrorOption, type Configure} from '../program.ts';
import {printJson, print} from '../terminal.ts';
import {withServices} from '../with-services.ts';
import {planText} from '../plan-text.ts';
import {planFor} from '../plan-for.ts';

export const configure: Configure = command =>
	void command
		.argument('<file|name>', 'a composition file, or the name of a private image')
		.option('--locked', 'build exactly what the lock file beside the composition records')
		.option('--packages', 'list every package, not only the added ones')
		.addOption(mirrorOption())
		.addOption(jsonOption())
		.action(
			async (wanted: string, options: {locked?: boolean; packages?: boolean; json?: boolean; mirror?: string}) => {
				await withServices({mirror: options.mirror, indexes: 'if missing'}, async (services, signal) => {
					const {plan} = await planFor(services, wanted, {locked: options.locked ?? false, signal});
					if (options.json) printJson(plan);
					else print(planText(plan, {allPackages: options.packages ?? false}));
					process.exitCode = exitCodeOfPlan(plan.lines.map(({status}) => status));
				});
			},
		);

/** As a build of this plan would end at best. */
function exitCodeOfPlan(statuses: readonly ('ok' | 'conflict' | 'skipped')[]): number {
	if (!statuses.includes('ok')) return exitCodes.failed;
	return statuses.includes('conflict') ? exitCodes.someLinesCreated : exitCodes.done;
}
