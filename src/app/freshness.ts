import {join} from 'node:path';
import {SlipwayError} from '../base/errors.ts';
import type {Starter} from '../catalog/starter.ts';
import type {FreshnessSummary} from '../freshness/freshness-summary.ts';
import {lineFreshness, needsBuild, type BuiltLine, type LineFreshness} from '../freshness/line-freshness.ts';
import {isDigest} from '../image/digest.ts';
import type {Composition} from '../plan/composition.ts';
import {linesWithPlatforms} from '../plan/join-platforms.ts';
import type {LinePlan, Plan} from '../plan/plan.ts';
import {newestBuiltLines, type BuildHistory} from './build-history.ts';
import type {AllServices} from './create-services.ts';

/** One private image: what it is, what it would be today. */
export interface ImageFreshness {
	readonly image: string;
	/** Empty with a problem. */
	readonly starter: string;
	/** Why the image cannot be planned at all any more. */
	readonly problem: string | null;
	readonly lines: readonly LineFreshness[];
}

export interface FreshnessOptions {
	readonly history: BuildHistory;
	readonly signal: AbortSignal;
	readonly now?: Date;
}

export interface LookedAt {
	readonly freshness: ImageFreshness;
	/** Of today; null with a problem. */
	readonly plan: Plan | null;
	/** With all that it inherits; null where it cannot be read. */
	readonly composition: Composition | null;
}

export type FreshnessParts = Pick<AllServices, 'compositions' | 'planning' | 'paths' | 'store'>;

/**
 * Plans an image anew and compares every line with what was built. Keeps nothing of either plan but the difference, so
 * that a thousand images fit into memory. Throws only `cancelled`; a problem of the image is a value.
 */
export async function imageFreshness(
	{compositions, planning, paths, store}: FreshnessParts,
	image: string,
	{history, signal, now = new Date()}: FreshnessOptions,
): Promise<LookedAt> {
	let composition: Composition | null = null;
	try {
		const opened = await compositions.open(image);
		composition = opened.composition;
		const plan = await planning.plan(composition, signal, opened.locate);
		const starter = await planning.starter(plan.starter);
		const isThere = async (digest: string) => isDigest(digest) && (await store.sizeOf(digest)) !== null;
		const today = linesWithPlatforms(plan);
		const built = await newestBuiltLines(join(paths.data, 'builds'), history.get(image) ?? [], isThere, today);
		const lines = linesOf(today, starter, built, now);
		return {freshness: {image, starter: plan.starter, problem: null, lines}, plan, composition};
	} catch (error) {
		if (!(error instanceof SlipwayError) || error.code === 'cancelled') throw error;
		return {freshness: {image, starter: '', problem: error.message, lines: []}, plan: null, composition};
	}
}

function linesOf(
	today: readonly LinePlan[],
	starter: Starter,
	built: ReadonlyMap<string, BuiltLine>,
	now: Date,
): readonly LineFreshness[] {
	const gone = [...built.keys()].filter(line => !today.some(candidate => candidate.line === line));
	return [...today.map(({line}) => line), ...gone].map(line =>
		lineFreshness(
			{
				line,
				built: built.get(line) ?? null,
				current: today.find(candidate => candidate.line === line) ?? null,
				isNew: built.size > 0 && !built.has(line),
				endOfLife: starter.lines.find(candidate => candidate.line === line)?.endOfLife ?? null,
			},
			now,
		),
	);
}

export function summaryOf({problem, lines}: ImageFreshness, checkedAt: Date): FreshnessSummary {
	const outdated = lines.filter(needsBuild);
	const endOf = (state: 'near' | 'past') =>
		lines.filter(({endOfLife, state: own}) => endOfLife?.state === state && own !== 'skipped').map(({line}) => line);
	return {
		state: problem === null ? (outdated.length > 0 ? 'outdated' : 'up to date') : 'cannot be planned',
		checkedAt: checkedAt.toISOString(),
		outdatedLines: outdated.map(({line}) => line),
		securityUpdates: [...new Set(lines.flatMap(({securityUpdates}) => securityUpdates))].sort(),
		changedPackages: new Set(lines.flatMap(({diff}) => diff?.packages.map(({name}) => name) ?? [])).size,
		nearEndOfLife: endOf('near'),
		pastEndOfLife: endOf('past'),
		problem,
	};
}
