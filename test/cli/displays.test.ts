import xterm from '@xterm/headless';
import {PassThrough} from 'node:stream';
import {text} from 'node:stream/consumers';
import {describe, expect, test} from 'vitest';
import {emptyBuildView, foldBuild, foldEvent} from '../../src/build/journal/build-view.ts';
import {createJsonDisplay} from '../../src/cli/displays/json-display.ts';
import {emptyPlainState, updatePlain} from '../../src/cli/displays/plain-display.ts';
import {createQuietDisplay} from '../../src/cli/displays/quiet-display.ts';
import {buildSummary, type Paint} from '../../src/cli/displays/summary.ts';
import {buildFrame, repaint} from '../../src/cli/displays/tty-frame.ts';
import {buildId, digest, events, twoLines} from './a-build.ts';

const plain: Paint = (_format, text) => text;

describe('plain', () => {
	test('numbers every phase, interleaves lines, and strips escapes from logs', () => {
		let state = emptyPlainState;
		const lines: string[] = [];
		for (const event of twoLines) {
			const next = updatePlain(state, event);
			state = next.state;
			lines.push(...next.lines);
		}
		expect(`\n${lines.join('\n')}\n`).toBe(`
Building php-api, lines 8.4, 8.2 (build ${buildId})
#1 [8.4] fetch

#2 [8.2] configure
#2 0.998 Setting up picky
#2 0.998 no

#1 [8.4] fetch
#1 24.0 MB / 48.0 MB

#2 [8.2] configure
#2 DONE 4.1s

[8.2] failed: picky cannot be configured.

#1 [8.4] fetch
#1 DONE 5.0s

#3 [8.4] unpack
#3 CACHED

[8.4] created

`);
	});
});

describe('summary', () => {
	test('has a row for every line, then what went wrong with its trace ID', () => {
		expect(`\n${buildSummary(foldBuild(twoLines), 'some lines created', plain).join('\n')}\n`).toBe(`
php-api some lines created in 5.0s (build ${buildId})
  8.4  created  48.2 MB  sha256:0123456789ab  8.4.28 8.4 latest
  8.2  failed

8.2 failed: picky cannot be configured.
  Read its log.
  Trace ID ${buildId}.8.2: \`slipway logs ${buildId}.8.2\` prints the full log.
`);
	});

	test('tells of an interrupted build what to do', () => {
		const summary = buildSummary(foldBuild(twoLines.slice(0, 5)), 'interrupted', plain);
		expect(summary.join('\n')).toContain('Build again: all that was finished is reused.');
	});
});

describe('tty', () => {
	const size = {columns: 70, rows: 12};
	const frameAfter = (count: number, nowMs: number, at = size) =>
		buildFrame(foldBuild(twoLines.slice(0, count)), at, Date.parse(twoLines[0]!.at) + nowMs, plain);

	test('shows every line with its phase, progress and newest log', () => {
		expect(`\n${frameAfter(7, 1500).join('\n')}\n`).toBe(`
Building php-api 1.5s 0/2 lines · Ctrl+C cancels
 ⏵ 8.4   fetch     ━━━━━─────────────── 12.0 MB/48.0 MB 1.5s
 ⏵ 8.2   configure 1.5s
        │ Setting up picky
        │ no
`);
	});

	test('a line that has ended keeps one row with its outcome', () => {
		expect(frameAfter(12, 5000)[2]).toBe(' ✘ 8.2   failed picky cannot be configured.');
	});

	test.each([
		[80, 24],
		[40, 3],
		[20, 2],
	])('never exceeds a terminal of %d×%d', (columns, rows) => {
		for (let count = 1; count <= twoLines.length; count += 1) {
			const frame = frameAfter(count, 1000, {columns, rows});
			expect(frame.length).toBeLessThan(Math.max(3, rows));
			for (const row of frame) expect(row.length).toBeLessThan(columns);
		}
	});

	test('fifty lines on a small screen show those that run', () => {
		const lines = Array.from({length: 50}, (_, index) => String(50 - index));
		const view = foldBuild(
			events(
				[0, {type: 'build/started', build: buildId, image: 'big', engine: 'native', lines, pid: 1}],
				[0, {type: 'line/started', line: '3', traceId: 't'}],
			),
		);
		const frame = buildFrame(view, {columns: 80, rows: 10}, 0, plain);
		expect(frame).toHaveLength(9);
		expect(frame.join('\n')).toContain('⏵ 3');
		expect(frame.at(-1)).toContain('and 43 more');
	});

	test('painting over leaves exactly the newest frame, whatever came before', async () => {
		const terminal = new xterm.Terminal({cols: 70, rows: 12, allowProposedApi: true, convertEol: true});
		const write = (bytes: string) => new Promise<void>(resolve => terminal.write(bytes, resolve));
		await write('$ slipway build php-api\n');
		let before: readonly string[] = [];
		for (let count = 1; count <= twoLines.length; count += 1) {
			const after = frameAfter(count, count * 100);
			await write(repaint(before, after));
			before = after;
			const screen = Array.from({length: 12}, (_, row) =>
				terminal.buffer.active.getLine(terminal.buffer.active.baseY + row)?.translateToString(true),
			);
			expect(screen.filter(Boolean)).toEqual(['$ slipway build php-api', ...after]);
		}
	});

	test('a frame that did not change costs nothing, a changed row about its own length', () => {
		const frame = frameAfter(7, 1500);
		expect(repaint(frame, frame)).toBe('');
		expect(repaint(frame, frameAfter(7, 1600)).length).toBeLessThan(250);
	});
});

describe('for programs', () => {
	test('json gives the events, one a line, harmless on a terminal', async () => {
		const stdout = new PassThrough();
		const display = createJsonDisplay(stdout);
		for (const event of twoLines) display.show(event);
		display.end('some lines created');
		stdout.end();
		const output = await text(stdout);
		expect(
			output
				.trimEnd()
				.split('\n')
				.map(line => JSON.parse(line) as unknown),
		).toEqual(twoLines);
		expect(output).not.toContain('\u001b');
	});

	test('quiet gives what was made, with its digest', async () => {
		const stdout = new PassThrough();
		const display = createQuietDisplay(stdout);
		for (const event of twoLines) display.show(event);
		display.end('some lines created');
		stdout.end();
		expect(await text(stdout)).toBe(`php-api:latest@${digest}\n`);
	});
});

describe('the fold', () => {
	test('gives the same view at once and event by event', () => {
		let view = emptyBuildView;
		for (const event of twoLines) view = foldEvent(view, event);
		expect(view).toEqual(foldBuild(twoLines));
	});

	test('takes phases, progress, outcome and times from the events', () => {
		const view = foldBuild(twoLines);
		expect(view.lines.map(({line, status}) => `${line} ${status}`)).toEqual(['8.4 created', '8.2 failed']);
		expect(view.lines[0]?.phases).toEqual([
			expect.objectContaining({phase: 'fetch', durationMs: 5000, cached: false}),
			expect.objectContaining({phase: 'unpack', cached: true}),
		]);
		expect(view.lines[1]?.logTail).toEqual(['Setting up picky', '\u001b[31mno\u001b[0m']);
		expect(view.finalStatus).toBe('some lines created');
	});

	test('a view is never changed, a new one is made', () => {
		const before = foldBuild(twoLines.slice(0, 5));
		const copy = structuredClone(before);
		foldEvent(before, twoLines[5]!);
		expect(before).toEqual(copy);
	});
});
