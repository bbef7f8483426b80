/**
 * A plan in another tool's words, so that nobody is locked in: the same packages in the same versions, built without
 * Slipway. Each definition is of one line.
 */
import {SlipwayError} from '../../base/errors.ts';
import type {LinePlan, Plan} from '../plan.ts';
import {dockerfileDefinition} from './dockerfile-definition.ts';
import {mmdebstrapDefinition} from './mmdebstrap-definition.ts';

export const definitionFormats = ['dockerfile', 'mmdebstrap', 'apko'] as const;
export type DefinitionFormat = (typeof definitionFormats)[number];

/** Throws `conflict` for a line that has no plan, `bad-input` for a format that these packages cannot have. */
export function exportDefinition(plan: Plan, line: LinePlan, format: DefinitionFormat): string {
	if (line.status !== 'ok') {
		throw new SlipwayError('conflict', `Line ${line.line} of ${plan.image} cannot be exported: it has no plan.`, {
			hint: line.conflict?.summary ?? line.reason ?? 'See `slipway plan`.',
		});
	}
	switch (format) {
		case 'dockerfile':
			return dockerfileDefinition(plan, line);
		case 'mmdebstrap':
			return mmdebstrapDefinition(plan, line);
		case 'apko':
			throw new SlipwayError('bad-input', 'apko takes Alpine-like packages only; these are Debian’s.', {
				hint: 'Use --format dockerfile or --format mmdebstrap.',
			});
	}
}
