import {createBuildFolder, type BuildFolder} from '../../src/build/build-folder.ts';
import {createJournal, type JournalWriter} from '../../src/build/journal/journal-writer.ts';
import {ownIdentity, type ProcessIdentity} from '../../src/build/process-identity.ts';
import {lineContentHash} from '../../src/plan/line-content.ts';
import type {LinePlan} from '../../src/plan/plan.ts';
import {aPlan} from './a-plan.ts';

/** A build on disk whose builder has written its first event. The caller closes the journal. */
export async function begunBuild(
	buildsFolder: string,
	lines: readonly LinePlan[],
	{image = 'web', builder = ownIdentity()}: {readonly image?: string; readonly builder?: ProcessIdentity} = {},
): Promise<{readonly paths: BuildFolder; readonly journal: JournalWriter}> {
	const request = {lines: null, engine: 'native', concealedVariables: [], parallelLines: 1} as const;
	const paths = await createBuildFolder(buildsFolder, aPlan(lines, {image}), request);
	const journal = createJournal(paths.journal);
	journal.append({
		type: 'build/started',
		build: paths.build,
		image,
		engine: 'native',
		lines: lines.map(({line}) => line),
		content: Object.fromEntries(lines.map(line => [line.line, lineContentHash(line)])),
		pid: builder.pid,
		processStart: builder.start,
	});
	return {paths, journal};
}
