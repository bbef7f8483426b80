import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {SlipwayError} from '../../src/base/errors.ts';
import {lockImage} from '../../src/build/image-lock.ts';
import type {Engine} from '../../src/build/engine.ts';
import type {JournalEvent} from '../../src/build/journal-event.ts';
import {foldBuild} from '../../src/build/journal/build-view.ts';
import {readJournal} from '../../src/build/journal/journal-reader.ts';
import {createJournal} from '../../src/build/journal/journal-writer.ts';
import type {BuildInput} from '../../src/build/pipeline/build-input.ts';
import {runBuild} from '../../src/build/pipeline/run-build.ts';
import {openImageStore} from '../../src/image/local-store.ts';
import {mediaTypes} from '../../src/image/oci.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {aLine, aPlan} from './a-plan.ts';

type Behaviour = (signal: AbortSignal) => Promise<string>;

/** Carries a line out by storing a document whose text its behaviour gives. */
function engineWhere(
	behaviours: Readonly<Record<string, Behaviour>>,
	put: (text: string) => ReturnType<Engine['buildLine']>,
): Engine {
	return {
		name: 'native',
		buildLine: ({line, signal}, reporter) =>
			reporter.phase('assemble', async report => {
				report.progress(1, 1, 'packages');
				const behaviour = behaviours[line.line] ?? (async () => `image of ${line.line}`);
				return put(await behaviour(signal));
			}),
	};
}

async function build(
	behaviours: Readonly<Record<string, Behaviour>>,
	changes: Partial<BuildInput> & {readonly folder?: string} = {},
) {
	const folder = changes.folder ?? (await temporaryFolder('pipeline'));
	const store = await openImageStore(join(folder, 'images'));
	const put = async (text: string) => {
		const content = new TextEncoder().encode(JSON.stringify({text}));
		return {manifest: await store.put(mediaTypes.config, content), sizeBytes: content.length, createdAt: 0};
	};
	const id = changes.build ?? '20261123-120000-000aaa';
	const path = join(folder, id, 'journal.ndjson');
	const journal = createJournal(path);
	const defects: unknown[] = [];
	const result = await runBuild({
		build: id,
		plan: aPlan([aLine('2'), aLine('1')]),
		lines: null,
		engine: engineWhere(behaviours, put),
		store,
		journal,
		bundlesOf: async () => [],
		lock: (signal, onWait) => lockImage(folder, 'web', {signal, onWait}),
		parallelLines: 2,
		signal: new AbortController().signal,
		onDefect: error => defects.push(error),
		...changes,
	});
	journal.close();
	const {events} = await readJournal(path);
	return {folder, store, result, events, defects};
}

const statuses = (events: readonly JournalEvent[]) =>
	foldBuild(events).lines.map(({line, status}) => `${line} ${status}`);
const tagsIn = async (store: {list(): Promise<readonly {tag: string}[]>}) =>
	(await store.list()).map(({tag}) => tag).sort();

const fails = async () => {
	throw new SlipwayError('sandbox', 'dpkg gave up.', {hint: 'Look at the log.'});
};

describe('a build', () => {
	test('ends as created, with tags on every line and a tag of its own', async () => {
		const {result, events, store} = await build({});
		expect(result.status).toBe('created');
		expect(statuses(events)).toEqual(['2 created', '1 created']);
		expect(await tagsIn(store)).toEqual(['1', '1.0', '1.0-20261123120000', '2', '2.0', '2.0-20261123120000', 'latest']);
		expect(events.at(-1)).toMatchObject({type: 'build/finished', status: 'created'});
	});

	test('one line that fails leaves the other alone, with its trace ID, message and hint', async () => {
		const {result, store} = await build({'2': fails});
		expect(result.status).toBe('some lines created');
		expect(result.lines[0]).toMatchObject({
			line: '2',
			status: 'failed',
			traceId: '20261123-120000-000aaa.2',
			error: {code: 'sandbox', message: 'dpkg gave up.', hint: 'Look at the log.'},
			tags: [],
		});
		expect(await tagsIn(store)).toEqual(['1', '1.0', '1.0-20261123120000', 'latest']);
	});

	test('all lines that fail are a failed build', async () => {
		const {result, store} = await build({'2': fails, '1': fails});
		expect(result.status).toBe('image build failed');
		expect(await tagsIn(store)).toEqual([]);
	});

	test('a defect is said to be one, and its stack is kept out of the journal', async () => {
		const defect = new TypeError('x is undefined');
		const {result, defects, events} = await build({
			'2': async () => {
				throw defect;
			},
		});
		expect(result.lines[0]?.error?.code).toBe('internal');
		expect(defects).toEqual([defect]);
		expect(JSON.stringify(events)).not.toContain(import.meta.filename);
	});

	test('a line whose image is the same as before is up to date and gets no further tag', async () => {
		const {folder} = await build({});
		const {result, store} = await build({}, {folder, build: '20261123-130000-000aaa'});
		expect(result.lines.map(({status}) => status)).toEqual(['up to date', 'up to date']);
		expect(result.status).toBe('created');
		expect((await tagsIn(store)).filter(tag => tag.includes('130000'))).toEqual([]);
	});

	test('a mutable tag stays with the most advanced line that has an image, though that line fails now', async () => {
		const {folder, store} = await build({});
		const before = await store.resolve('web', 'latest');
		const {result} = await build({'2': fails, '1': async () => 'newer'}, {folder, build: '20261123-130000-000aaa'});
		expect(await store.resolve('web', 'latest')).toEqual(before);
		expect(result.lines[1]?.tags).toEqual(['1.0', '1', '1.0-20261123130000']);
	});

	test('a line that the composition leaves out is skipped with its reason, which lowers nothing', async () => {
		const plan = aPlan([aLine('2', {status: 'skipped', reason: 'The composition leaves this line out.'}), aLine('1')]);
		const {result, events} = await build({}, {plan});
		expect(result.status).toBe('created');
		expect(foldBuild(events).lines[0]).toMatchObject({
			status: 'skipped',
			reason: 'The composition leaves this line out.',
			error: null,
		});
	});

	test('a line with a conflict is skipped and says so; the others are created', async () => {
		const conflict = {
			summary: 'a and b cannot be together.',
			steps: [],
			suggestions: [{kind: 'drop-package' as const, package: 'b', text: 'Drop b.'}],
		};
		const {result} = await build({}, {plan: aPlan([aLine('2', {status: 'conflict', conflict}), aLine('1')])});
		expect(result.status).toBe('some lines created');
		expect(result.lines[0]).toMatchObject({
			status: 'skipped',
			error: {code: 'conflict', message: 'a and b cannot be together.', hint: 'Drop b.'},
		});
	});

	test('builds only the lines that were asked for', async () => {
		const {events} = await build({}, {lines: ['1']});
		expect(statuses(events)).toEqual(['1 created']);
	});

	test('lines are built side by side, as many as allowed', async () => {
		let running = 0;
		let most = 0;
		const gate = Promise.withResolvers<void>();
		const together: Behaviour = async () => {
			running += 1;
			most = Math.max(most, running);
			if (running === 2) gate.resolve();
			await gate.promise;
			running -= 1;
			return `image ${most}`;
		};
		const plan = aPlan([aLine('3'), aLine('2'), aLine('1')]);
		await build({'3': together, '2': together, '1': async () => 'one'}, {plan, parallelLines: 2});
		expect(most).toBe(2);
	});
});

describe('cancelling', () => {
	const untilCancelled: Behaviour = signal =>
		new Promise((_resolve, reject) => {
			signal.addEventListener('abort', () => reject(new Error('aborted')));
		});

	test('the build cancels every line, and no tag moves', async () => {
		const controller = new AbortController();
		const {result, store} = await build(
			{
				'2': signal => {
					queueMicrotask(() => controller.abort());
					return untilCancelled(signal);
				},
			},
			{signal: controller.signal},
		);
		expect(result.status).toBe('cancelled');
		expect(result.lines.map(({status}) => status)).toEqual(['cancelled', 'cancelled']);
		expect(await tagsIn(store)).toEqual([]);
	});

	test('one line leaves the others', async () => {
		const controller = new AbortController();
		const {result} = await build(
			{
				'2': signal => {
					queueMicrotask(() => controller.abort());
					return untilCancelled(signal);
				},
			},
			{signalOf: line => (line === '2' ? controller.signal : new AbortController().signal)},
		);
		expect(result.status).toBe('some lines created');
		expect(result.lines.map(({status}) => status)).toEqual(['cancelled', 'created']);
	});
});

describe('two builds of one image', () => {
	test('the second waits for the first, and says so in its log', async () => {
		const folder = await temporaryFolder('pipeline');
		const release = await lockImage(folder, 'web');
		const waits = Promise.withResolvers<void>();
		const second = build(
			{},
			{
				folder,
				lock: (signal, onWait) =>
					lockImage(folder, 'web', {
						signal,
						onWait: () => {
							onWait();
							waits.resolve();
						},
					}),
			},
		);
		await waits.promise;
		release();
		const {result, events} = await second;
		expect(result.status).toBe('created');
		expect(events.flatMap(event => (event.type === 'log/appended' ? [event.line] : [])).sort()).toEqual(['1', '2']);
	});

	test('a build that is cancelled while it waits ends as cancelled', async () => {
		const folder = await temporaryFolder('pipeline');
		const release = await lockImage(folder, 'web');
		const controller = new AbortController();
		const {result} = await build(
			{},
			{
				folder,
				signal: controller.signal,
				lock: (signal, onWait) =>
					lockImage(folder, 'web', {
						signal,
						onWait: () => {
							onWait();
							controller.abort();
						},
					}),
			},
		);
		release();
		expect(result.status).toBe('cancelled');
	});
});
