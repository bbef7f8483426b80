import {exitCodes} from '../../base/errors.ts';
import {findEmulation} from '../../build/emulation.ts';
import type {Plan} from '../../plan/plan.ts';
import {jsonOption, mirrorOption, type Configure} from '../program.ts';
import {printJson, print, warn} from '../terminal.ts';
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
				await withServices({mirror: options.mirror}, async (services, signal) => {
					const {plan} = await planFor(services, wanted, {
						locked: options.locked ?? false,
						signal,
						indexes: 'if missing',
					});
					if (options.json) printJson(plan);
					else print(planText(plan, {allPackages: options.packages ?? false}));
					await warnOfPlatforms(plan);
					process.exitCode = exitCodeOfPlan(plan.lines.map(({status}) => status));
				});
			},
		);

/** What can be planned here, but not built. */
async function warnOfPlatforms(plan: Plan): Promise<void> {
	for (const {architecture} of [plan, ...(plan.platforms ?? [])]) {
		const emulation = await findEmulation(architecture);
		if (emulation.kind !== 'missing') continue;
		warn(`Images for linux/${architecture} cannot be built here: ${emulation.reason} ${emulation.mend}`);
	}
}

/** As a build of this plan would end at best. */
function exitCodeOfPlan(statuses: readonly ('ok' | 'conflict' | 'skipped')[]): number {
	if (!statuses.includes('ok')) return exitCodes.failed;
	return statuses.includes('conflict') ? exitCodes.someLinesCreated : exitCodes.done;
}
