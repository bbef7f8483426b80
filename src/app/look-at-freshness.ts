import {messageOf} from '../base/errors.ts';
import type {Plan} from '../plan/plan.ts';
import {createActions} from './actions.ts';
import type {BuildHistory} from './build-history.ts';
import type {AllServices} from './create-services.ts';
import {eventsOfFreshness} from './freshness-events.ts';
import {openFreshnessFile, stateOfImage, type FoundFreshness} from './freshness-file.ts';
import {imageFreshness, summaryOf, type ImageFreshness} from './freshness.ts';

export interface Look {
	readonly names: readonly string[];
	readonly history: BuildHistory;
	readonly signal: AbortSignal;
	/** Told of each image as it is found; the plan is that of today, null where there is none. */
	readonly onFound?: (freshness: ImageFreshness, plan: Plan | null) => void;
	readonly report: (text: string) => void;
}

/**
 * Looks at images one by one, keeps what was found for the gallery, and tells it to the rules: the same news once. What
 * the rules could not do is reported and changes nothing here.
 */
export async function lookAtFreshness(
	services: AllServices,
	{names, history, signal, onFound, report}: Look,
): Promise<readonly ImageFreshness[]> {
	const images: ImageFreshness[] = [];
	const found = new Map<string, FoundFreshness>();
	for (const name of names) {
		const {freshness, plan, composition} = await imageFreshness(services, name, {history, signal});
		images.push(freshness);
		onFound?.(freshness, plan);
		const of = stateOfImage(composition, history.get(name)?.[0]?.build ?? null);
		found.set(name, {of, summary: summaryOf(freshness, new Date())});
	}
	await openFreshnessFile(services.paths.cache).write(found);
	await tellOfFreshness(services, images, signal, report);
	return images;
}

async function tellOfFreshness(
	{tenant}: AllServices,
	images: readonly ImageFreshness[],
	signal: AbortSignal,
	report: (text: string) => void,
): Promise<void> {
	try {
		const actions = await createActions({onProblem: report});
		const now = new Date();
		if (actions.rules.length > 0) {
			await actions.handle(
				images.flatMap(image => eventsOfFreshness(image, tenant, now)),
				{signal},
			);
		}
	} catch (error) {
		report(`The actions could not be made: ${messageOf(error)}`);
	}
}
