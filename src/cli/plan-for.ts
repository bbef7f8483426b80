import type {OpenedComposition} from '../app/composition-files.ts';
import type {AllServices} from '../app/create-services.ts';
import {SlipwayError} from '../base/errors.ts';
import type {Plan} from '../plan/plan.ts';

export interface PlannedComposition {
	readonly opened: OpenedComposition;
	readonly plan: Plan;
}

/** Reads the composition that the user named, and plans it. */
export async function planFor(
	{compositions, planning}: AllServices,
	wanted: string,
	options: {readonly locked: boolean; readonly signal: AbortSignal},
): Promise<PlannedComposition> {
	if (options.locked) {
		throw new SlipwayError('usage', '--locked cannot be used yet: this version writes no lock files.', {
			hint: 'Leave it out: the plan is made from the newest repository state.',
		});
	}
	const opened = await compositions.open(wanted);
	return {opened, plan: await planning.plan(opened.composition, options.signal, opened.locate)};
}
