import {composeDraft, composeSaved, type Composer} from '../../../../state/composer/composer.ts';
import {inheritedParts} from '../../../../state/composer/inherited.ts';
import {locateNowhere} from '../../../plan/composition/check-composition.ts';
import type {Composition} from '../../../plan/composition.ts';
import type {Plan} from '../../../plan/plan.ts';
import type {Parts} from '../parts.ts';

/** What the composer begins from: a saved image, the draft that was kept of it, what it inherits, what was built last. */
export async function composerOf(
	parts: Pick<Parts, 'app' | 'drafts'>,
	name: string,
): Promise<{readonly composer: Composer; readonly isDraft: boolean}> {
	const {app, drafts} = parts;
	const [saved, draft, lastBuild] = await Promise.all([
		app.services.images.composition(name),
		drafts.read(name),
		lastPlan(parts, name),
	]);
	const composer = draft ? composeDraft(draft, saved) : composeSaved(saved);
	const inherited = await inheritedOf(parts, saved);
	return {composer: {...composer, lastBuild, inherited}, isDraft: draft !== null};
}

async function inheritedOf({app}: Pick<Parts, 'app'>, saved: Composition): Promise<Composer['inherited']> {
	if (!saved.extends?.length) return null;
	const whole = await app.services.compositions?.baselines.whole(saved, locateNowhere, null);
	// What cannot be inherited refuses the plan, which says why.
	return whole?.kind === 'ok' ? inheritedParts(saved, whole.whole) : null;
}

/** Of the newest build that made an image. */
async function lastPlan({app}: Pick<Parts, 'app'>, name: string): Promise<Plan | null> {
	const builds = await app.services.builds.list(name);
	const made = builds.find(({status}) => status === 'created' || status === 'some lines created');
	// Without its plan a build is still a build: the review then compares with the saved composition alone.
	return made ? app.services.builds.plan(made.build).catch(() => null) : null;
}
