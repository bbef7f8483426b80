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

/** Adds to a plan what only this machine knows: files that collide, and where a conflict's explanation stands whole. */
export function planNotes({
	bundles,
	notes,
}: PlanNotesParts): (plan: Plan, indexes: () => Promise<IndexesByRelease>) => Promise<Plan> {
	if (notes === undefined) return plan => Promise.resolve(plan);
	const explanations = new ExplanationFiles(notes.explanations);
	const files = new SegmentFiles(notes.segments);
	const collisions = new FileCollisions();
	const withCollisions = async (line: LinePlan, indexes: () => Promise<IndexesByRelease>): Promise<LinePlan> => {
		if (line.status !== 'ok') return line;
		const fileCollisions = await collisions.of(line, {
			filesOf: sha256 => files.of(sha256),
			bundleFiles: async ({name, version}) => (await bundles.show(name, version)).files,
			index: async () => (await indexes()).get(line.suite) ?? null,
		});
		return {...line, fileCollisions};
	};
	return async (plan, indexes) => {
		await files.look();
		const lines = await Promise.all(plan.lines.map(line => withCollisions(line, indexes)));
		return explanations.write({...plan, lines});
	};
}
