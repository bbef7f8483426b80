import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {openReplay} from '../../src/app/replay.ts';
import type {JournalEvent} from '../../src/build/journal-event.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

const event = (seq: number, second: number, body: object) =>
	JSON.stringify({seq, at: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(), ...body});

const recorded = [
	event(1, 0, {type: 'build/started', build: 'b1', image: 'web', engine: 'native', lines: ['13'], pid: 1}),
	event(2, 10, {type: 'phase/started', line: '13', phase: 'fetch'}),
	event(3, 40, {type: 'phase/finished', line: '13', phase: 'fetch', cached: false, durationMs: 30_000}),
	event(4, 3600, {type: 'build/finished', status: 'created', lines: []}),
];

async function fileOf(lines: readonly string[]): Promise<string> {
	const file = join(await temporaryFolder('replay'), 'recording.txt');
	await writeFile(file, lines.join('\n'));
	return file;
}

test('plays from now on, faster, and cuts silences short', async () => {
	const {build, builds} = await openReplay(await fileOf(recorded), 1000);
	expect((await builds.list())[0]).toMatchObject({build: 'b1', status: 'in progress', finishedAt: null});
	const events: JournalEvent[] = [];
	for await (const own of builds.follow(build)) events.push(own);
	const seconds = events.map(({at}) => (Date.parse(at) - Date.parse(events[0]!.at)) / 1000);
	expect(seconds).toEqual([0, 0.01, 0.04, 2.04]);
	expect(events[2]).toMatchObject({durationMs: 30});
	expect((await builds.list())[0]).toMatchObject({status: 'created'});
	await expect(builds.cancel('b1')).rejects.toThrow('This is a recording');
});

test('finds the journal within a diagnostics file', async () => {
	const {builds} = await openReplay(await fileOf(['== Versions', 'slipway 1', '', '== Journal', ...recorded]), 1000);
	expect((await builds.list())[0]).toMatchObject({image: 'web'});
});

test('what is no recording is refused', async () => {
	await expect(openReplay(await fileOf(['hello']), 1)).rejects.toThrow('is no recorded build');
	await expect(openReplay('/nowhere/x.ndjson', 1)).rejects.toThrow('There is no file');
});
