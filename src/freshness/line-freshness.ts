/**
 * src/freshness owns what is stale: a line's newest image beside the plan of today. Words: outdated (a rebuild would
 * change the image), security update (a newer package from the security suite), end of life (of the upstream branch).
 * It builds nothing and refreshes nothing.
 */
import {diffLines, type LineDiff} from '../plan/diff-plans.ts';
import type {LinePlan} from '../plan/plan.ts';

/** `up to date`: a rebuild would give the same image. `gone`: built once, no longer a line of the starter. */
export type LineState = 'up to date' | 'outdated' | 'not built' | 'conflict' | 'skipped' | 'gone';

export interface EndOfLife {
	/** `2028-12-31` */
	readonly date: string;
	readonly state: 'near' | 'past';
}

export interface LineFreshness {
	readonly line: string;
	readonly state: LineState;
	readonly versionBefore: string | null;
	readonly versionAfter: string | null;
	/** What a rebuild would change; null unless outdated. */
	readonly diff: LineDiff | null;
	/** Names of packages whose newer version comes from the security suite. */
	readonly securityUpdates: readonly string[];
	readonly endOfLife: EndOfLife | null;
	/** A line that the starter has got since the image's other lines were built. */
	readonly isNew: boolean;
	/** The build that made the image. */
	readonly build: string | null;
}

/** A line's newest image, by the plan that it was built from. */
export interface BuiltLine {
	readonly build: string;
	readonly plan: LinePlan;
}

export interface LineFacts {
	readonly line: string;
	readonly built: BuiltLine | null;
	/** Null if the starter no longer has the line. */
	readonly current: LinePlan | null;
	/** Other lines of the image were built, this one never. */
	readonly isNew?: boolean;
	/** `2028-12-31`, of the starter's file. */
	readonly endOfLife: string | null;
}

/** A quarter ahead is time to plan a move. */
const nearDays = 90;
const dayMs = 86_400_000;

export function lineFreshness({line, built, current, isNew = false, endOfLife}: LineFacts, now: Date): LineFreshness {
	const diff = built && current?.status === 'ok' ? diffLines(built.plan, current, line) : null;
	const isChanged = diff !== null && built !== null && current !== null && isOtherImage(built.plan, current, diff);
	return {
		line,
		state: stateOf(built, current, isChanged),
		versionBefore: built?.plan.version ?? null,
		versionAfter: current?.status === 'ok' ? current.version : null,
		diff: isChanged ? diff : null,
		securityUpdates: diff && current ? securityUpdates(diff, current) : [],
		endOfLife: endOfLife === null ? null : endOfLifeState(endOfLife, now),
		isNew: isNew && current?.status === 'ok',
		build: built?.build ?? null,
	};
}

function stateOf(built: BuiltLine | null, current: LinePlan | null, isChanged: boolean): LineState {
	if (current === null) return 'gone';
	if (current.status !== 'ok') return current.status;
	if (built === null) return 'not built';
	return isChanged ? 'outdated' : 'up to date';
}

/** The difference of packages and configuration, and what else an image is made of. */
function isOtherImage(before: LinePlan, after: LinePlan, diff: LineDiff): boolean {
	if (diff.kind !== 'same') return true;
	const rest = ({paths, bundles, tests}: LinePlan) => JSON.stringify([paths, bundles, tests]);
	return rest(before) !== rest(after);
}

/** Names of packages of the image whose newer version comes from the security suite. */
export function securityUpdates({packages}: LineDiff, current: LinePlan): readonly string[] {
	const suiteOf = new Map(current.packages.map(({name, suite}) => [name, suite]));
	return packages
		.filter(({name, kind, inImage}) => inImage && kind === 'upgraded' && suiteOf.get(name)?.endsWith('-security'))
		.map(({name}) => name);
}

function endOfLifeState(date: string, now: Date): EndOfLife | null {
	const left = Date.parse(date) + dayMs - now.getTime();
	if (Number.isNaN(left)) return null;
	if (left <= 0) return {date, state: 'past'};
	return left <= nearDays * dayMs ? {date, state: 'near'} : null;
}

/** Lines that a rebuild has to build. */
export const needsBuild = ({state}: LineFreshness): boolean => state === 'outdated' || state === 'not built';
