import {existsSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {messageOf} from '../base/errors.ts';
import {buildFolderOf, listBuildIds, outlineOf, readBuildInput} from '../build/build-folder.ts';
import {isRunning} from '../build/process-identity.ts';
import {createActions} from './actions.ts';
import {readBuildHistory} from './build-history.ts';
import {eventsOfBuild} from './build-events.ts';
import {changelogOf, type ChangelogParts} from './changelog.ts';
import {readSettings, tenantOf} from './settings.ts';

/** Stands in a build's folder until what it has to tell is in the outbox: a builder that is killed tells nothing. */
export const untoldFile = (buildsFolder: string, build: string): string => join(buildsFolder, build, 'untold');

/** Tells of builds whose builder ended before it could. */
export async function tellOfUntold(parts: ChangelogParts, signal: AbortSignal): Promise<void> {
	for (const build of await listBuildIds(parts.buildsFolder)) {
		if (!existsSync(untoldFile(parts.buildsFolder, build))) continue;
		const paths = buildFolderOf(parts.buildsFolder, build);
		const {started} = await outlineOf(paths);
		if (started && isRunning({pid: started.pid, start: started.processStart ?? null})) continue;
		const {plan} = await readBuildInput(paths);
		await tellOfBuild(parts, {build, starter: plan.starter, signal});
	}
}

/** Makes the actions that the rules have for a build's end. A rule that is wrong never makes a build fail. */
export async function tellOfBuild(
	parts: ChangelogParts,
	{build, starter, signal}: {readonly build: string; readonly starter: string; readonly signal: AbortSignal},
): Promise<void> {
	const report = (text: string) => console.error(text);
	try {
		const actions = await createActions({onProblem: report});
		if (actions.rules.length === 0) return await rm(untoldFile(parts.buildsFolder, build), {force: true});
		const tenant = tenantOf(await readSettings(process.env, report));
		const outline = await outlineOf(buildFolderOf(parts.buildsFolder, build));
		const builds = (await readBuildHistory(parts.buildsFolder)).get(outline.image) ?? [];
		const changelog = await changelogOf(parts, outline, builds);
		await actions.enqueue(eventsOfBuild(changelog, {tenant, starter, traceIds: traceIdsOf(outline)}));
		await rm(untoldFile(parts.buildsFolder, build), {force: true});
		await actions.deliver({signal});
	} catch (error) {
		report(`The actions of build ${build} could not be made: ${messageOf(error)}`);
	}
}

const traceIdsOf = ({finished}: Awaited<ReturnType<typeof outlineOf>>): ReadonlyMap<string, string> =>
	new Map((finished?.lines ?? []).map(({line, traceId}) => [line, traceId]));
