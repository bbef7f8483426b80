import {mkdirSync} from 'node:fs';
import {dirname} from 'node:path';
import type {BuildFolder, BuildRequest} from '../build/build-folder.ts';
import {shareCache} from '../build/cache-lock.ts';
import {lockImage} from '../build/image-lock.ts';
import {createJournal} from '../build/journal/journal-writer.ts';
import {runBuild} from '../build/pipeline/run-build.ts';
import type {Plan} from '../plan/plan.ts';
import type {BuilderParts} from './builder-parts.ts';

export interface BuildControls {
	/** The caller has the image's lock, and ends it; else it is taken when the first line needs it. */
	readonly isLocked?: boolean;
	/** Cancels the build. */
	readonly signal: AbortSignal;
	/** Cancels one line. */
	readonly signalOf?: (line: string) => AbortSignal;
	/** Told of a journal that cannot be written any more, between two events. */
	readonly onFailure: (error: unknown) => void;
	/** Told of defects, whose stacks have no place in the journal. */
	readonly onDefect: (error: unknown) => void;
}

/** Carries out the build of that folder, in this process. Throws `storage` if its journal cannot be written. */
export async function carryOut(
	paths: BuildFolder,
	{plan, request}: {readonly plan: Plan; readonly request: BuildRequest},
	createParts: () => Promise<BuilderParts>,
	{isLocked = false, ...controls}: BuildControls,
): Promise<BuilderParts> {
	const buildsFolder = dirname(paths.folder);
	mkdirSync(paths.cancelledLines, {recursive: true});
	const releaseCache = await shareCache(buildsFolder, controls.signal);
	try {
		const journal = createJournal(paths.journal, {
			secrets: secretsOf(plan, request.concealedVariables),
			onFailure: controls.onFailure,
		});
		const parts = await createParts();
		await runBuild({
			...controls,
			build: paths.build,
			plan,
			lines: request.lines,
			engine: parts.engine,
			engineReason: request.engineReason ?? null,
			store: parts.store,
			bundlesOf: parts.bundlesOf,
			journal,
			lock: (signal, onWait) =>
				isLocked ? Promise.resolve(() => {}) : lockImage(buildsFolder, plan.image, {signal, onWait}),
			parallelLines: request.parallelLines,
		});
		journal.close();
		return parts;
	} finally {
		releaseCache();
	}
}

function* secretsOf(plan: Plan, names: readonly string[]): Generator<string> {
	for (const {config} of plan.lines) {
		for (const name of names) {
			const value = config.env[name];
			if (value !== undefined) yield value;
		}
	}
}
