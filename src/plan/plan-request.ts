import type {IndexesByRelease, Starter, StarterLine} from '../catalog/starter.ts';
import type {Architecture} from '../repository/package-index.ts';
import type {Composition} from './composition.ts';
import {noFamilies} from './families.ts';
import type {FamilyChoices} from './families.ts';
import type {LinePlan, PlannedBundle} from './plan.ts';
import {planLine, skippedLine, type LineRequest} from './plan-line.ts';

export interface PlanRequest {
	readonly composition: Composition;
	/** With all its lines, most advanced first. */
	readonly starter: Starter;
	readonly indexes: IndexesByRelease;
	readonly families?: FamilyChoices;
	/** The composition's bundles, at the version that this plan takes. */
	readonly bundles?: readonly PlannedBundle[];
	/** Where no index is open to tell. */
	readonly architecture?: Architecture;
	readonly signal?: AbortSignal | undefined;
}

/** One line as the request has it; synchronous, so that ways out of a conflict can be tried. */
export function planOneLine(
	request: PlanRequest,
	line: StarterLine,
	missingPin: LineRequest['missingPin'] = 'skips',
): LinePlan {
	const {composition, indexes, families = noFamilies, bundles = [], signal} = request;
	const index = indexes.get(line.suite);
	const common = {composition, line, families, bundles, missingPin, signal};
	if (composition.lines !== 'all' && !composition.lines.includes(line.line)) {
		return skippedLine(common, 'The composition leaves this line out.');
	}
	if (index === undefined) {
		return skippedLine(common, `There is no index of ${line.suite} yet: run \`slipway update\`.`);
	}
	return planLine({...common, index});
}
