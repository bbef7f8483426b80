import type {OpenedComposition} from '../app/composition-files.ts';
import type {AllServices} from '../app/create-services.ts';
import {lockFileOf, openLock, saveLock} from '../app/lock-files.ts';
import type {Plan} from '../plan/plan.ts';
import {warn} from './terminal.ts';
import {refreshFirst, type IndexWish} from './with-services.ts';

export interface PlannedComposition {
	readonly opened: OpenedComposition;
	readonly plan: Plan;
}

export interface PlanWishes {
	readonly locked: boolean;
	readonly signal: AbortSignal;
	/** As ServiceWishes has it; after the composition was read, so that a mistake in it is told before a download. */
	readonly indexes?: IndexWish;
	/** Called where the plan has to be made, as it is not kept from before. */
	readonly onNew?: () => void;
}

/** Reads the composition that the user named, and plans it. */
export async function planFor(services: AllServices, wanted: string, options: PlanWishes): Promise<PlannedComposition> {
	const {compositions, planning} = services;
	const opened = await compositions.open(wanted);
	if (options.indexes) await refreshFirst(services, options.indexes, options.signal);
	const plan = options.locked
		? await planning.planLocked(opened.composition, await openLock(lockFileOf(opened, compositions.folder)))
		: await planning.plan(opened.composition, options.signal, opened.locate, options.onNew);
	return {opened, plan};
}

/** Records what is built now beside a composition file of the user's own; a saved one is locked by every build. */
export async function lockPlan(
	{compositions, planning}: AllServices,
	{opened, plan}: PlannedComposition,
): Promise<void> {
	if (opened.file === null) return;
	const lock = await planning.lockOf(plan, opened.composition);
	await saveLock(lockFileOf(opened, compositions.folder), lock, warn);
}
