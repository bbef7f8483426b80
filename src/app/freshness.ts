import {buildFolderOf, listBuildIds, outlineOf, readBuildInput} from '../build/build-folder.ts';
import {SlipwayError} from '../base/errors.ts';
import type {LineOutcome} from '../build/journal-event.ts';
import type {Starter} from '../catalog/starter.ts';
import {lineFreshness, type BuiltLine, type LineFreshness} from '../freshness/line-freshness.ts';
import type {Plan} from '../plan/plan.ts';
import type {AllServices} from './create-services.ts';

/** One private image: what it is, what it would be today. */
export interface ImageFreshness {
	readonly image: string;
	/** Why the image cannot be planned at all any more. */
	readonly problem: string | null;
	readonly lines: readonly LineFreshness[];
	/** Null with a problem. */
	readonly plan: Plan | null;
}

export type BuiltLines = ReadonlyMap<string, ReadonlyMap<string, BuiltLine>>;

/** The newest image of every line of every private image, by image and line. Reads every build's ends once. */
export async function builtLines(buildsFolder: string): Promise<BuiltLines> {
	const images = new Map<string, Map<string, BuiltLine>>();
	for (const build of await listBuildIds(buildsFolder)) {
		const paths = buildFolderOf(buildsFolder, build);
		const {image, finished} = await outlineOf(paths);
		const known = images.get(image) ?? new Map<string, BuiltLine>();
		images.set(image, known);
		const made = (finished?.lines ?? []).filter(({line, status}) => hasImage(status) && !known.has(line));
		if (made.length === 0) continue;
		const {plan} = await readBuildInput(paths);
		for (const {line} of made) {
			const linePlan = plan.lines.find(candidate => candidate.line === line);
			if (linePlan) known.set(line, {build, plan: linePlan});
		}
	}
	return images;
}

/** Plans an image anew and compares every line with what was built. Throws only when cancelled. */
export async function imageFreshness(
	{compositions, planning}: Pick<AllServices, 'compositions' | 'planning'>,
	image: string,
	built: BuiltLines,
	signal: AbortSignal,
	now = new Date(),
): Promise<ImageFreshness> {
	try {
		const opened = await compositions.open(image);
		const [plan, starters] = await Promise.all([
			planning.plan(opened.composition, signal, opened.locate),
			planning.starters(signal),
		]);
		return {image, problem: null, plan, lines: linesOf(plan, starterOf(starters, plan), built.get(image), now)};
	} catch (error) {
		if (!(error instanceof SlipwayError) || error.code === 'cancelled') throw error;
		return {image, problem: error.message, plan: null, lines: []};
	}
}

const starterOf = (starters: readonly Starter[], plan: Plan) => starters.find(({name}) => name === plan.starter);

function linesOf(
	plan: Plan,
	starter: Starter | undefined,
	built: ReadonlyMap<string, BuiltLine> | undefined,
	now: Date,
): readonly LineFreshness[] {
	const gone = [...(built?.keys() ?? [])].filter(line => !plan.lines.some(candidate => candidate.line === line));
	return [...plan.lines.map(({line}) => line), ...gone].map(line =>
		lineFreshness(
			{
				line,
				built: built?.get(line) ?? null,
				current: plan.lines.find(candidate => candidate.line === line) ?? null,
				endOfLife: starter?.lines.find(candidate => candidate.line === line)?.endOfLife ?? null,
			},
			now,
		),
	);
}

/** `up to date`: the build gave the image that was there already. */
const hasImage = (status: LineOutcome) => status === 'created' || status === 'up to date';
