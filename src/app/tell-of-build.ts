import {messageOf} from '../base/errors.ts';
import {buildFolderOf, outlineOf} from '../build/build-folder.ts';
import type {BuildStatus, FinishedLine} from '../build/journal-event.ts';
import type {Plan} from '../plan/plan.ts';
import {createActions} from './actions.ts';
import {eventsOfBuild, type LineBefore} from './build-events.ts';
import {builtLines} from './freshness.ts';
import {readSettings, tenantOf} from './settings.ts';

/** How every line of an image stood before a build: by line. */
export async function linesBefore(buildsFolder: string, image: string): Promise<ReadonlyMap<string, LineBefore>> {
	const built = (await builtLines(buildsFolder)).get(image);
	const before = new Map<string, LineBefore>();
	for (const [line, {build, plan}] of built ?? []) {
		const {finished} = await outlineOf(buildFolderOf(buildsFolder, build));
		const digest = finished?.lines.find(candidate => candidate.line === line)?.digest ?? null;
		before.set(line, {version: plan.version, digest});
	}
	return before;
}

export interface EndedBuild {
	readonly build: string;
	readonly plan: Plan;
	readonly before: ReadonlyMap<string, LineBefore>;
	readonly status: BuildStatus;
	readonly finished: readonly FinishedLine[];
	readonly signal: AbortSignal;
}

/** Makes the actions that the rules have for a build's end. A rule that is wrong never makes a build fail. */
export async function tellOfBuild({build, plan, before, status, finished, signal}: EndedBuild): Promise<void> {
	const report = (text: string) => console.error(text);
	try {
		const actions = await createActions({onProblem: report});
		if (actions.rules.length === 0) return;
		const tenant = tenantOf(await readSettings(process.env, report));
		const events = eventsOfBuild(
			{status, lines: finished, at: new Date().toISOString()},
			{
				build,
				image: `${tenant}/${plan.image}`,
				starter: plan.starter,
				versions: new Map(plan.lines.map(({line, version}) => [line, version])),
				before,
			},
		);
		await actions.handle(events, {signal});
	} catch (error) {
		report(`The actions of build ${build} could not be made: ${messageOf(error)}`);
	}
}
