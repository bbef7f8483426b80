import {appendFileSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import {inspect} from 'node:util';
import type {Settings} from '../../state/settings/settings-schema.ts';
import {SlipwayError} from '../base/errors.ts';
import type {Environment} from '../base/paths.ts';
import {
	buildFolderOf,
	createBuildFolder,
	findBuild,
	isBeginning,
	listBuildIds,
	outlineOf,
	readBuildInput,
	type BuildFolder,
	type BuildOutline,
	type BuildRequest,
} from '../build/build-folder.ts';
import {readOutcome} from '../build/journal/read-outcome.ts';
import {emulatorFor} from '../build/emulation.ts';
import {followJournal} from '../build/journal/journal-reader.ts';
import {tryLockImage} from '../build/image-lock.ts';
import {isRunning} from '../build/process-identity.ts';
import type {Starter} from '../catalog/starter.ts';
import {nearestNames} from '../plan/composition/nearest-names.ts';
import type {Plan} from '../plan/plan.ts';
import {spawnBuilder, type BuilderProcess} from './builder-process.ts';
import type {BuilderParts} from './builder-parts.ts';
import {chooseEngine, type ChosenEngine} from './choose-engine.ts';
import type {BuildService, BuildStartOptions, BuildSummary} from './services.ts';

export interface BuildServiceParts {
	readonly buildsFolder: string;
	readonly starter: (name: string) => Promise<Starter>;
	/** Records what is built beside the saved composition of that name. */
	readonly lock: (plan: Plan) => Promise<void>;
	/** The builder's environment: with the mirror that this process was told to use. */
	readonly env: Environment;
	/** 0: as many as there are processors. */
	readonly parallelLines: number;
	readonly engine: 'auto' | 'native' | 'docker';
	/** What `auto` looks at. */
	readonly host: Pick<Settings, 'architecture' | 'docker.contexts'>;
	/** For builds that are carried out in this process; null where something has to be told of every build. */
	readonly partsHere: (() => Promise<BuilderParts>) | null;
}

export function createBuildService(parts: BuildServiceParts): BuildService {
	const {buildsFolder} = parts;
	/** What has ended stays as it is: dashboards ask for the list every few seconds. */
	const ended = new Map<string, BuildOutline>();
	let waiting: BuilderProcess | null = null;
	let chosen: Promise<ChosenEngine> | null = null;
	const choose = (wanted: 'auto' | 'native' | 'docker' = parts.engine) =>
		chooseEngine(wanted, parts.host, {env: parts.env});

	/** What builds here, if it has the images of all those lines already, and the image's lock: nothing is asked of the host then. */
	async function unchangedHere(plan: Plan, wanted: readonly string[]): Promise<BuildHere | null> {
		if (parts.partsHere === null) return null;
		const lines = plan.lines.filter(
			({line, status}) => status === 'ok' && (wanted.length === 0 || wanted.includes(line)),
		);
		if (lines.length === 0) return null;
		const here = await parts.partsHere();
		for (const line of lines) {
			const bundles = await here.bundlesOf(line);
			const {signal} = new AbortController();
			const found = await here.engine.find?.({plan, line, architecture: plan.architecture, bundles, signal});
			if (!found) return null;
		}
		const unlock = await tryLockImage(buildsFolder, plan.image);
		return unlock && {parts: here, unlock};
	}

	async function startBuilder(plan: Plan, options: BuildStartOptions): Promise<string> {
		const {engine, reason} = await (chosen ?? choose(options.engine));
		chosen = null;
		if (engine === 'native') for (const one of [plan, ...(plan.platforms ?? [])]) await emulatorFor(one.architecture);
		const paths = await createBuildFolder(buildsFolder, plan, await requestFor(plan, options, {engine, reason}));
		const builder = waiting ?? spawnBuilder(buildsFolder, parts.env);
		waiting = null;
		await builder.begin(paths);
		await parts.lock(plan);
		return paths.build;
	}

	async function requestFor(
		plan: Plan,
		{lines = [], testsInDocker}: BuildStartOptions,
		{engine, reason}: ChosenEngine,
	): Promise<BuildRequest> {
		return {
			lines: lines.length > 0 ? lines : null,
			engine,
			engineReason: reason,
			...(testsInDocker === undefined ? {} : {testsInDocker}),
			concealedVariables: composedVariables(plan, await parts.starter(plan.starter)),
			parallelLines: parts.parallelLines || availableParallelism(),
		};
	}

	async function outline(build: string): Promise<BuildOutline> {
		const known = ended.get(build);
		if (known) return known;
		const read = await outlineOf(buildFolderOf(buildsFolder, build));
		if (read.finished) ended.set(build, read);
		return read;
	}

	return {
		prepare(engine) {
			waiting ??= spawnBuilder(buildsFolder, parts.env);
			chosen = choose(engine);
			chosen.catch(() => {}); // Told by start.
		},

		async start(plan, options = {}) {
			const {lines = [], testsInDocker} = options;
			checkLines(plan, lines);
			const mayBeHere = options.unchangedHere && !testsInDocker && (options.engine ?? parts.engine) !== 'docker';
			const here = mayBeHere ? await unchangedHere(plan, lines) : null;
			if (here === null) return startBuilder(plan, options);
			try {
				const choice = {engine: 'native', reason: 'nothing has to be made'} as const;
				const request = await requestFor(plan, options, choice);
				const paths = await createBuildFolder(buildsFolder, plan, request);
				await carryOutHere(paths, {plan, request}, here.parts, options.signal);
				await parts.lock(plan);
				return paths.build;
			} finally {
				here.unlock();
			}
		},

		async *follow(build, signal) {
			const {paths} = await findBuild(buildsFolder, build);
			yield* followJournal(paths.journal, {
				signal,
				isAlive: ({started}) =>
					started?.type === 'build/started'
						? isRunning({pid: started.pid, start: started.processStart ?? null})
						: isBeginning(paths.build),
			});
		},

		async list(image) {
			const outlines = await Promise.all((await listBuildIds(buildsFolder)).map(outline));
			return outlines
				.filter(outline => image === undefined || outline.image === image)
				.map(({build, image, status, startedAt, finishedAt, folder}): BuildSummary => {
					return {build, image, status, startedAt, finishedAt, folder};
				});
		},

		async history(image, most) {
			const past = (await this.list(image)).filter(({finishedAt}) => finishedAt !== null).slice(0, most);
			return Promise.all(past.map(({build}) => readOutcome(buildFolderOf(buildsFolder, build).journal)));
		},

		async plan(build) {
			return (await readBuildInput(buildFolderOf(buildsFolder, build))).plan;
		},

		async cancel(build, line) {
			const {paths} = await findBuild(buildsFolder, build);
			const {started, status} = await outlineOf(paths);
			if (status === 'in progress' && !started) {
				throw new SlipwayError('usage', `Build ${paths.build} cannot be cancelled yet: its builder is just starting.`, {
					hint: 'Try again in a moment.',
				});
			}
			if (status !== 'in progress' || !started) {
				throw new SlipwayError('not-found', `Build ${paths.build} cannot be cancelled: it has ended (${status}).`, {
					hint: '`slipway builds` lists the builds and their status.',
				});
			}
			if (line === undefined) process.kill(started.pid, 'SIGTERM');
			else {
				if (!started.lines.includes(line)) throw noSuchLine(line, started.lines);
				await writeFile(join(paths.cancelledLines, line), '');
				process.kill(started.pid, 'SIGUSR2');
			}
		},
	};
}

interface BuildHere {
	readonly parts: BuilderParts;
	/** Ends the lock on the image. */
	readonly unlock: () => void;
}

async function carryOutHere(
	paths: BuildFolder,
	input: {readonly plan: Plan; readonly request: BuildRequest},
	parts: BuilderParts,
	signal = new AbortController().signal,
): Promise<void> {
	const {carryOut} = await import('./carry-out.ts');
	const {promise: failed, reject} = Promise.withResolvers<never>();
	const onDefect = (error: unknown) => appendFileSync(paths.builderLog, `${inspect(error)}\n`, {mode: 0o600});
	const controls = {signal, isLocked: true, onFailure: reject, onDefect};
	// As in a builder: it outlives its terminal, and no line is left to cancel.
	const ignored = ['SIGHUP', 'SIGUSR2'] as const;
	const ignore = () => {};
	for (const name of ignored) process.on(name, ignore);
	try {
		await Promise.race([carryOut(paths, input, () => Promise.resolve(parts), controls), failed]);
	} finally {
		for (const name of ignored) process.off(name, ignore);
	}
}

function checkLines(plan: Plan, lines: readonly string[]): void {
	const known = plan.lines.map(({line}) => line);
	for (const line of lines) if (!known.includes(line)) throw noSuchLine(line, known);
}

function noSuchLine(line: string, known: readonly string[]): SlipwayError {
	const [near] = nearestNames(line, known, 1);
	return new SlipwayError('usage', `There is no line “${line}”.`, {
		hint: near ? `Did you mean ${near}? The lines are ${known.join(', ')}.` : `The lines are ${known.join(', ')}.`,
	});
}

/** Names of the variables that the composition sets, as against those that the starter brings. */
function composedVariables(plan: Plan, starter: Starter): readonly string[] {
	const names = new Set<string>();
	for (const {line, config} of plan.lines) {
		const own = starter.lines.find(candidate => candidate.line === line)?.config.env ?? {};
		for (const [name, value] of Object.entries(config.env)) if (own[name] !== value) names.add(name);
	}
	return [...names];
}
