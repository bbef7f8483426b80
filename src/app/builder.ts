import {mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {getPriority, setPriority} from 'node:os';
import {basename, dirname} from 'node:path';
import {text} from 'node:stream/consumers';
import {buildFolderOf, readBuildInput} from '../build/build-folder.ts';
import {createBuilderParts} from './builder-parts.ts';
import {carryOut} from './carry-out.ts';
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

	writeFileSync(untoldFile(dirname(folder), paths.build), '', {mode: 0o600});
	const {store} = await carryOut(paths, {plan, request}, () => createBuilderParts(request), {
		signal: cancelled.signal,
		signalOf: line => lines.get(line)?.signal ?? cancelled.signal,
		onFailure: error => {
			console.error(error);
			process.exit(1);
		},
		onDefect: error => console.error(error),
	});
	const told = {build: paths.build, starter: plan.starter, signal: cancelled.signal};
	await tellOfBuild({buildsFolder: dirname(folder), store}, told);
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
