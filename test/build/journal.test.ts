import {spawnSync} from 'node:child_process';
import {appendFile, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {JournalEvent, JournalEventBody} from '../../src/build/journal-event.ts';
import {followJournal, readJournal} from '../../src/build/journal/journal-reader.ts';
import {createJournal} from '../../src/build/journal/journal-writer.ts';
import {testNeeding} from '../support/needs.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

const started: JournalEventBody = {
	type: 'build/started',
	build: '20261123-120000-000abc',
	image: 'web',
	engine: 'native',
	lines: ['2', '1'],
	pid: 1,
};
const finished: JournalEventBody = {type: 'build/finished', status: 'created', lines: []};
const log = (text: string, line = '1'): JournalEventBody => {
	return {type: 'log/appended', line, phase: 'configure', stream: 'stdout', text};
};
const progress = (done: number): JournalEventBody => {
	return {type: 'phase/progressed', line: '1', phase: 'fetch', done, total: 100, unit: 'bytes'};
};
const phaseFinished = (phase: 'fetch' | 'configure'): JournalEventBody => {
	return {type: 'phase/finished', line: '1', phase, cached: false, durationMs: 5};
};

const newPath = async () => join(await temporaryFolder('journal'), 'journal.ndjson');

async function written(events: readonly JournalEventBody[], secrets: readonly string[] = []) {
	const path = await newPath();
	let nowMs = Date.UTC(2026, 10, 23);
	const journal = createJournal(path, {secrets, now: () => new Date((nowMs += 10))});
	for (const event of events) journal.append(event);
	journal.close();
	return {path, ...(await readJournal(path))};
}

describe('writing', () => {
	test('events are numbered from 1 without gaps and stand in the file at once', async () => {
		const path = await newPath();
		const journal = createJournal(path);
		journal.append(started);
		expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(2);
		journal.append(finished);
		journal.close();
		const {events, damage} = await readJournal(path);
		expect(events.map(({seq, type}) => [seq, type])).toEqual([
			[1, 'build/started'],
			[2, 'build/finished'],
		]);
		expect(damage).toEqual([]);
	});

	test('a journal that is there already is never written over', async () => {
		const {path} = await written([started]);
		expect(() => createJournal(path)).toThrow(/EEXIST/);
	});

	test('progress is written ten times a second at most, and its last value always', async () => {
		const steps = Array.from({length: 100}, (_, done) => progress(done + 1));
		const {events} = await written([started, ...steps, phaseFinished('fetch')]);
		const done = events.flatMap(event => (event.type === 'phase/progressed' ? [event.done] : []));
		// 100 steps, 10 ms apart.
		expect(done.length).toBeLessThanOrEqual(12);
		expect(done.at(-1)).toBe(100);
	});

	test('log text is gathered, and cut between lines', async () => {
		const {events} = await written([log('one\ntw'), log('o\nthr'), log('ee\n'), phaseFinished('configure')]);
		const texts = events.flatMap(event => (event.type === 'log/appended' ? [event.text] : []));
		expect(texts).toEqual(['one\ntwo\nthree\n']);
	});

	test('log text is written before the phase that it belongs to finishes', async () => {
		const {events} = await written([log('without an end'), phaseFinished('configure')]);
		expect(events.map(({type}) => type)).toEqual(['log/appended', 'phase/finished']);
	});

	test('values of variables never enter: in logs, over the border of two pieces, in errors', async () => {
		const error = {code: 'build', message: 'said hunter22', hint: 'try hunter22'};
		const line = {line: '1', status: 'failed', digest: null, tags: [], size: null, traceId: 't', error} as const;
		const {path} = await written(
			[
				log('password is hun'),
				log('ter22\n'),
				{type: 'line/finished', ...line},
				{type: 'build/finished', status: 'image build failed', lines: [line]},
			],
			['hunter22'],
		);
		const text = await readFile(path, 'utf8');
		expect(text).not.toContain('hunter22');
		expect(text).toContain('password is ***');
		expect(text).toContain('said ***');
	});
});

testNeeding('root')(
	'on a full disk the ends of phases, lines and the build are still written, without a gap',
	async () => {
		const folder = await temporaryFolder('full');
		expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', folder]).status).toBe(0);
		try {
			const path = join(folder, 'journal.ndjson');
			const journal = createJournal(path);
			journal.append(started);
			expect(() => {
				for (;;) journal.append(log(`${'x'.repeat(70_000)}\n`));
			}).toThrow(/journal.*the disk is full/);
			expect(() => journal.append(log('more'))).toThrow(/the disk is full/);
			journal.append(phaseFinished('configure'));
			journal.append(finished);
			journal.close();
			const {events, damage} = await readJournal(path);
			expect(damage).toEqual([]);
			expect(events.slice(-2).map(({type}) => type)).toEqual(['phase/finished', 'build/finished']);
		} finally {
			spawnSync('umount', [folder]);
		}
	},
);

describe('reading', () => {
	test('a torn last line is left out and reported', async () => {
		const {path} = await written([started]);
		await appendFile(path, '{"seq":2,"at":"2026');
		const {events, damage} = await readJournal(path);
		expect(events).toHaveLength(1);
		expect(damage).toEqual([{lineNumber: 2, kind: 'torn end'}]);
	});

	test.each([
		['no JSON', 'garbage'],
		['no event', '{"seq":2}'],
		['an unknown type', '{"seq":2,"at":"x","type":"build/renamed"}'],
		['no object', '[]'],
	])('a line that is %s is left out and reported', async (_name, line) => {
		const {path} = await written([started]);
		await appendFile(path, `${line}\n`);
		const {events, damage} = await readJournal(path);
		expect(events).toHaveLength(1);
		expect(damage).toEqual([{lineNumber: 2, kind: 'not an event'}]);
	});

	test('a journal that is not there has no events', async () => {
		expect(await readJournal(await newPath())).toEqual({events: [], damage: []});
	});
});

describe('following', () => {
	const gather = async (events: AsyncIterable<JournalEvent>) => {
		const gathered: JournalEvent[] = [];
		for await (const event of events) gathered.push(event);
		return gathered;
	};
	const collect = async (events: AsyncIterable<JournalEvent>) => (await gather(events)).map(({type}) => type);

	test('gives all events from the first on, then new ones, and ends with the build', async () => {
		const path = await newPath();
		const journal = createJournal(path);
		journal.append(started);
		const seen: string[] = [];
		for await (const event of followJournal(path, {isAlive: () => true})) {
			seen.push(event.type);
			if (event.type === 'build/started') journal.append({type: 'line/started', line: '1', traceId: 't'});
			if (event.type === 'line/started') journal.append(finished);
		}
		journal.close();
		expect(seen).toEqual(['build/started', 'line/started', 'build/finished']);
	});

	test('waits for a journal that is not there yet', async () => {
		const path = await newPath();
		const following = collect(followJournal(path, {isAlive: () => true}));
		const journal = createJournal(path);
		journal.append(started);
		journal.append(finished);
		journal.close();
		expect(await following).toEqual(['build/started', 'build/finished']);
	});

	test('ends when the builder is no more, without the torn last line', async () => {
		const {path} = await written([started]);
		await appendFile(path, '{"seq":2,');
		expect(await collect(followJournal(path, {isAlive: () => false}))).toEqual(['build/started']);
	});

	test('an event that is written in two pieces, within a character, arrives whole', async () => {
		const path = await newPath();
		const bytes = Buffer.from(`${JSON.stringify({seq: 1, at: 'x', ...log('grün\n')})}\n`);
		const middle = bytes.indexOf(0xc3) + 1;
		await writeFile(path, bytes.subarray(0, middle));
		let checks = 0;
		const isAlive = () => {
			checks += 1;
			return checks < 4;
		};
		const events = gather(followJournal(path, {isAlive}));
		await appendFile(path, bytes.subarray(middle));
		expect((await events).map(event => event.type === 'log/appended' && event.text)).toEqual(['grün\n']);
	});

	test('ends when its signal fires, though the builder lives', async () => {
		const {path} = await written([started]);
		const controller = new AbortController();
		const seen: string[] = [];
		for await (const event of followJournal(path, {isAlive: () => true, signal: controller.signal})) {
			seen.push(event.type);
			controller.abort();
		}
		expect(seen).toEqual(['build/started']);
	});
});
