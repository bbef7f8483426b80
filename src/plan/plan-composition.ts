import {setImmediate} from 'node:timers/promises';
import {throwIfCancelled} from '../base/errors.ts';
import type {LinePlan, Plan} from './plan.ts';
import {planOneLine} from './plan-request.ts';
import type {PlanRequest} from './plan-request.ts';
import {suggestionsFor} from './suggestions.ts';
import {tagsFor} from './tags.ts';

/**
 * Plans every line of the starter for a composition that has been checked. Gives way between lines, so that a signal can
 * arrive. Throws only `cancelled`: what cannot be built is said in the plan.
 */
export async function planComposition(request: PlanRequest): Promise<Plan> {
	const {composition, starter, indexes, signal} = request;
	const lines: LinePlan[] = [];
	for (const line of starter.lines) {
		throwIfCancelled(signal);
		lines.push(planOneLine(request, line));
		await setImmediate();
	}
	if (!lines.some(({status}) => status === 'ok')) {
		// Pins leave nothing to build: no longer a choice of lines, but a conflict with ways out.
		for (const [place, line] of starter.lines.entries()) {
			if (lines[place]?.status === 'skipped') lines[place] = planOneLine(request, line, 'conflicts');
		}
	}
	for (const [place, line] of lines.entries()) {
		if (line.conflict === null) continue;
		throwIfCancelled(signal);
		const suggestions = await suggestionsFor({request, line, lines});
		lines[place] = {...line, conflict: {...line.conflict, suggestions}};
		await setImmediate();
	}
	throwIfCancelled(signal);
	const tags = tagsFor(lines.map(({line, version, status}) => ({line, version, isBuilt: status === 'ok'})));
	return {
		image: composition.name,
		description: composition.description,
		starter: composition.starter,
		variant: composition.variant,
		architecture: indexes.values().next().value?.architecture ?? request.architecture ?? 'amd64',
		lines: lines.map((line, place) => Object.assign({}, line, tags[place])),
	};
}
