import pLimit from 'p-limit';
import {linesWithPlatforms} from '../../plan/join-platforms.ts';
import {lineContentHash} from '../../plan/line-content.ts';
import type {LinePlan, Plan} from '../../plan/plan.ts';
import type {FinishedLine} from '../journal-event.ts';
import {ownIdentity} from '../process-identity.ts';
import type {BuildInput, BuildResult} from './build-input.ts';
import {buildLine, type LineResult} from './build-line.ts';
import {buildStatusOf} from './build-status.ts';
import {tagLine} from './tag-line.ts';
import {tagsToMove} from './tags-to-move.ts';

export async function runBuild(input: BuildInput): Promise<BuildResult> {
	const {build, plan, engine, journal} = input;
	const lines = plan.lines.filter(({line}) => input.lines === null || input.lines.includes(line));
	const owner = ownIdentity();
	journal.append({
		type: 'build/started',
		build,
		image: plan.image,
		engine: engine.name,
		...(input.engineReason ? {engineReason: input.engineReason} : {}),
		lines: lines.map(({line}) => line),
		content: contentOf(plan, lines),
		pid: owner.pid,
		processStart: owner.start,
	});
	const limit = pLimit(Math.max(1, input.parallelLines));
	const lock = onceLocked(input);
	const finished = new Map<string, FinishedLine>();
	const finish = (line: FinishedLine) => {
		finished.set(line.line, line);
		journal.append({type: 'line/finished', ...line});
	};
	try {
		const results = await Promise.all(
			lines.map(line =>
				limit(async (): Promise<LineResult> => {
					const result = await buildLine(input, line, onWait => lock.acquired(onWait));
					if (result.kind === 'ended') finish(result.finished);
					return result;
				}),
			),
		);
		const built = results.filter(result => result.kind === 'built');
		const tags = await tagsToMove(input, new Set(built.map(({line}) => line.line)));
		for (const result of built) finish(await tagLine(input, result, tags.get(result.line.line) ?? []));
	} finally {
		await lock.release();
	}
	const inOrder = lines.flatMap(({line}) => finished.get(line) ?? []);
	const status = buildStatusOf(inOrder, input.signal.aborted);
	journal.append({type: 'build/finished', status, lines: inOrder});
	return {status, lines: inOrder};
}

/** Of the lines that are built, by line. */
function contentOf(plan: Plan, lines: readonly LinePlan[]): Readonly<Record<string, string>> {
	const whole = linesWithPlatforms(plan).filter(({line}) => lines.some(built => built.line === line));
	return Object.fromEntries(whole.map(line => [line.line, lineContentHash(line)]));
}

/** The image's lock, taken by the first line that needs it and shared by all. */
function onceLocked({lock, signal}: BuildInput) {
	let pending: Promise<() => void> | null = null;
	const waiters: (() => void)[] = [];
	let isWaiting = false;
	return {
		async acquired(onWait: () => void): Promise<void> {
			if (isWaiting) onWait();
			else waiters.push(onWait);
			pending ??= lock(signal, () => {
				isWaiting = true;
				for (const waiter of waiters) waiter();
			});
			await pending;
		},
		async release(): Promise<void> {
			// A lock that could not be had has ended its lines already.
			const release = await pending?.catch(() => null);
			release?.();
		},
	};
}
