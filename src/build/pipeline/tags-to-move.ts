import {tagOf, tagsFor} from '../../plan/tags.ts';
import type {BuildInput} from './build-input.ts';

/**
 * Tags of the lines that were built, by line. A mutable tag goes to the most advanced line that has an image: one that
 * this build made, or one that failed or was not asked for now and has its image from before. Lines that the plan
 * itself leaves out do not count.
 */
export async function tagsToMove(
	{plan, store}: Pick<BuildInput, 'plan' | 'store'>,
	built: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly string[]>> {
	const lines = await Promise.all(
		plan.lines.map(async ({line, version, status}) => {
			const isBuilt = built.has(line) || (status === 'ok' && (await store.resolve(plan.image, tagOf(line))) !== null);
			return {line, version, isBuilt};
		}),
	);
	const tags = tagsFor(lines);
	return new Map(lines.map(({line}, place) => [line, tags[place]?.tags ?? []]));
}
