import pLimit from 'p-limit';
import {buildFolderOf, listBuildIds, outlineOf, readBuildInput, type BuildOutline} from '../build/build-folder.ts';
import type {FinishedLine, LineOutcome} from '../build/journal-event.ts';
import type {BuiltLine} from '../freshness/line-freshness.ts';
import {linesWithPlatforms} from '../plan/join-platforms.ts';
import {lineContentHash} from '../plan/line-content.ts';
import type {LinePlan} from '../plan/plan.ts';

/** Builds of every image by its name, newest first. */
export type BuildHistory = ReadonlyMap<string, readonly BuildOutline[]>;

/** Files that are open at a time. */
const atATime = 32;

/** Reads the two ends of every journal, no plan. */
export async function readBuildHistory(buildsFolder: string): Promise<BuildHistory> {
	const limit = pLimit(atATime);
	const outlines = await Promise.all(
		(await listBuildIds(buildsFolder)).map(build => limit(() => outlineOf(buildFolderOf(buildsFolder, build)))),
	);
	return Map.groupBy(outlines, ({image}) => image);
}

/** An image that a build made of a line, or found there already. */
export interface MadeLine {
	readonly build: string;
	readonly finishedAt: string | null;
	readonly line: FinishedLine;
	/** `lineContentHash` of the plan that it was built from; null if its build did not say. */
	readonly content: string | null;
}

/** What builds made of every line, newest first, by line. */
export function madeLines(builds: readonly BuildOutline[]): ReadonlyMap<string, readonly MadeLine[]> {
	const made = builds.flatMap(({build, finishedAt, started, finished}) =>
		(finished?.lines ?? [])
			.filter(({status}) => hasImage(status))
			.map(line => ({build, finishedAt, line, content: started?.content?.[line.line] ?? null})),
	);
	return Map.groupBy(made, ({line}) => line.line);
}

/**
 * The newest image of every line with the plan that it was built from, by line. An image that was built of just what the
 * line would be built of today comes with today's plan: so nothing is read for a thousand images that are up to date.
 *
 * @param isThere whether the store still has an image; one that is gone has to be built again
 * @param today the lines as they are planned today
 */
export async function newestBuiltLines(
	buildsFolder: string,
	builds: readonly BuildOutline[],
	isThere: (digest: string) => Promise<boolean>,
	today: readonly LinePlan[],
): Promise<ReadonlyMap<string, BuiltLine>> {
	const newest = new Map<string, BuiltLine>();
	const plans = new Map<string, ReturnType<typeof readBuildInput>>();
	for (const [name, made] of madeLines(builds)) {
		const [last] = made;
		if (!last?.line.digest || !(await isThere(last.line.digest))) continue;
		const current = today.find(({line}) => line === name);
		if (current?.status === 'ok' && lineContentHash(current) === last.content) {
			newest.set(name, {build: last.build, plan: current});
			continue;
		}
		const reading = plans.get(last.build) ?? readBuildInput(buildFolderOf(buildsFolder, last.build));
		plans.set(last.build, reading);
		const plan = linesWithPlatforms((await reading).plan).find(({line}) => line === name);
		if (plan) newest.set(name, {build: last.build, plan});
	}
	return newest;
}

/** `up to date`: the build gave the image that was there already. */
const hasImage = (status: LineOutcome) => status === 'created' || status === 'up to date';
