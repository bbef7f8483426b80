import {mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {getPriority, setPriority} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {text} from 'node:stream/consumers';
import {buildFolderOf, readBuildInput} from '../build/build-folder.ts';
import {shareCache} from '../build/cache-lock.ts';
import {lockImage} from '../build/image-lock.ts';
import {createJournal} from '../build/journal/journal-writer.ts';
import {runBuild} from '../build/pipeline/run-build.ts';
import type {Plan} from '../plan/plan.ts';
import {createBuilderParts} from './builder-parts.ts';
import {tellOfBuild, untoldFile} from './tell-of-build.ts';

/**
 * The builder: a process of its own that carries one build out and outlives the terminal. Its standard input is the path
 * of the build's folder; if there is none, nobody wants a build any more, and the log that its argument names goes. SIGTERM cancels the build; SIGUSR2 cancels the lines that the folder `cancelled-lines` names.
 */
const graceMs = 30_000;
/** Whoever types goes first: a few steps only, so that a build does not starve on a busy host. */
const niceness = 5;

async function main(folder: string): Promise<void> {
	setPriority(Math.max(getPriority(), niceness));
	const paths = buildFolderOf(dirname(folder), basename(folder));
	const {plan, request} = await readBuildInput(paths);

	const cancelled = new AbortController();
	const lines = new Map(plan.lines.map(({line}) => [line, new AbortController()]));
	const cancel = () => {
		cancelled.abort();
		// What does not end within the grace is ended with the process; the journal then tells of an interrupted build.
		setTimeout(() => process.exit(1), graceMs).unref();
	};
	process.on('SIGTERM', cancel);
	process.on('SIGINT', cancel);
	process.on('SIGHUP', () => {});
	mkdirSync(paths.cancelledLines, {recursive: true});
	process.on('SIGUSR2', () => {
		for (const line of readdirSync(paths.cancelledLines)) lines.get(line)?.abort();
	});

	const releaseCache = await shareCache(dirname(folder), cancelled.signal);
	const journal = createJournal(paths.journal, {
		secrets: secretsOf(plan, request.concealedVariables),
		onFailure: error => {
			console.error(error);
			process.exit(1);
		},
	});
	const parts = await createBuilderParts(request);
	writeFileSync(untoldFile(dirname(folder), paths.build), '', {mode: 0o600});
	await runBuild({
		build: paths.build,
		plan,
		lines: request.lines,
		engine: parts.engine,
		engineReason: request.engineReason ?? null,
		store: parts.store,
		bundlesOf: parts.bundlesOf,
		journal,
		lock: (signal, onWait) => lockImage(join(folder, '..'), plan.image, {signal, onWait}),
		parallelLines: request.parallelLines,
		signal: cancelled.signal,
		signalOf: line => lines.get(line)?.signal ?? cancelled.signal,
		onDefect: error => console.error(error),
	});
	releaseCache();
	journal.close();
	const told = {build: paths.build, starter: plan.starter, signal: cancelled.signal};
	await tellOfBuild({buildsFolder: dirname(folder), store: parts.store}, told);
}

function* secretsOf(plan: Plan, names: readonly string[]): Generator<string> {
	for (const {config} of plan.lines) {
		for (const name of names) {
			const value = config.env[name];
			if (value !== undefined) yield value;
		}
	}
}

try {
	const folder = (await text(process.stdin)).trim();
	if (folder === '') rmSync(process.argv[2] ?? '', {force: true});
	else await main(folder);
	process.exit(0);
} catch (error) {
	console.error(error);
	process.exit(1);
}
