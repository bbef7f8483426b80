import type {BundleRepository} from '../build/bundles/bundle-repository.ts';
import {SegmentFiles} from '../build/engines/native/segment-files.ts';
import {join} from 'node:path';
import type {SlipwayPaths} from '../base/paths.ts';
import type {IndexesByRelease} from '../catalog/starter.ts';
import type {LinePlan, Plan} from '../plan/plan.ts';
import {ExplanationFiles} from './explanation-files.ts';
import {FileCollisions} from './file-collisions.ts';

export interface PlanNotesParts {
	readonly bundles: BundleRepository;
	readonly notes?: {readonly explanations: string; readonly segments: string};
}

/** The places of DESIGN.md section 6. */
export function notesPlace({cache}: SlipwayPaths): NonNullable<PlanNotesParts['notes']> {
	return {explanations: join(cache, 'explanations'), segments: join(cache, 'segments')};
}

/** What only this machine knows of a plan. */
export interface PlanNotes {
	/** With the files that collide; complete if the files of all packages are known. */
	withCollisions(
		plan: Plan,
		indexes: () => Promise<IndexesByRelease>,
	): Promise<{readonly plan: Plan; readonly isComplete: boolean}>;
	/** With the places where explanations of conflicts stand whole. */
	withExplanations(plan: Plan): Promise<Plan>;
}

export function planNotes({bundles, notes}: PlanNotesParts): PlanNotes {
	if (notes === undefined) {
		return {
			withCollisions: plan => Promise.resolve({plan, isComplete: false}),
			withExplanations: plan => Promise.resolve(plan),
		};
	}
	const explanations = new ExplanationFiles(notes.explanations);
	const files = new SegmentFiles(notes.segments);
	const collisions = new FileCollisions();
	return {
		async withCollisions(plan, indexes) {
			await files.look();
			let isComplete = true;
			const filesOf = async (sha256: string) => {
				const found = await files.of(sha256);
				isComplete &&= found !== null;
				return found;
			};
			const withOwn = async (line: LinePlan): Promise<LinePlan> => {
				if (line.status !== 'ok') return line;
				const fileCollisions = await collisions.of(line, {
					filesOf,
					bundleFiles: async ({name, version}) => (await bundles.show(name, version)).files,
					index: async () => (await indexes()).get(line.suite) ?? null,
				});
				return {...line, fileCollisions};
			};
			const lines = await Promise.all(plan.lines.map(withOwn));
			return {plan: {...plan, lines}, isComplete};
		},
		withExplanations: plan => explanations.write(plan),
	};
}
