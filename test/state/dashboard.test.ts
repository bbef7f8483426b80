import {describe, expect, test} from 'vitest';
import {
	buildAttached,
	buildEnded,
	buildsListed,
	currentPhase,
	dashboardRows,
	emptyDashboard,
	eventsArrived,
	remainingMs,
} from '../../state/dashboard/dashboard.ts';
import type {JournalEvent, JournalEventBody} from '../../src/build/journal-event.ts';
import {freshLogView, scrollLog, shownLines, toggleFollow, toMatch, topOf} from '../../state/dashboard/log-view.ts';
import {fieldOf} from '../../state/fields/text-field.ts';

const known = {
	build: 'b1',
	image: 'php-api',
	status: 'in progress',
	startedAt: '2026-11-23T12:00:00.000Z',
	folder: '/b1',
} as const;

function journal(...bodies: readonly JournalEventBody[]): readonly JournalEvent[] {
	return bodies.map((body, at) => ({
		...body,
		seq: at + 1,
		at: new Date(Date.UTC(2026, 10, 23, 12, 0, at)).toISOString(),
	}));
}

const events = journal(
	{type: 'build/started', build: 'b1', image: 'php-api', engine: 'native', lines: ['8.4', '8.2'], pid: 1},
	{type: 'line/started', line: '8.4', traceId: 't84'},
	{type: 'phase/started', line: '8.4', phase: 'fetch'},
	{type: 'phase/progressed', line: '8.4', phase: 'fetch', done: 1_000_000, total: 9_000_000, unit: 'bytes'},
	{type: 'phase/progressed', line: '8.4', phase: 'fetch', done: 3_000_000, total: 9_000_000, unit: 'bytes'},
	{type: 'log/appended', line: '8.4', phase: 'fetch', stream: 'stdout', text: 'one\ntwo\n'},
);

const folded = eventsArrived(buildAttached(emptyDashboard, known), 'b1', events);

test('a batch and the same events one by one give the same dashboard', () => {
	const single = events.reduce(
		(dashboard, event) => eventsArrived(dashboard, 'b1', [event]),
		buildAttached(emptyDashboard, known),
	);
	expect(single).toEqual(folded);
});

test('rows are builds with their lines; phase, rate and log follow from the journal', () => {
	expect(dashboardRows(folded).map(row => (row.kind === 'line' ? row.line.line : row.entry.image))).toEqual([
		'php-api',
		'8.4',
		'8.2',
	]);
	const [entry] = folded.builds;
	expect(currentPhase(entry!.view.lines[0]!)?.phase).toBe('fetch');
	expect(entry!.rates['8.4']?.bytesPerSecond).toBe(2_000_000);
	expect(entry!.logs['8.4']).toEqual(['one', 'two']);
});

test('a journal that stops without an end is an interrupted build', () => {
	expect(buildEnded(folded, 'b1').builds[0]?.status).toBe('interrupted');
});

test('what the disk lists keeps what was folded, and a build that is not listed yet', () => {
	const other = {...known, build: 'b2', image: 'other', status: 'created'} as const;
	const listed = buildsListed(folded, [other]);
	expect(listed.builds.map(({build}) => build)).toEqual(['b1', 'b2']);
	expect(listed.builds[0]?.view.lines).toHaveLength(2);
});

test('a build that was listed before its builder had begun is not interrupted once it is attached', () => {
	const early = buildsListed(emptyDashboard, [{...known, status: 'interrupted'}]);
	expect(eventsArrived(buildAttached(early, known), 'b1', events).builds[0]?.status).toBe('in progress');
});

test('what is left is what the last build took, less what is done', () => {
	const line = folded.builds[0]!.view.lines[0]!;
	const phase = (name: 'fetch' | 'configure', durationMs: number) => ({
		phase: name,
		startedAtMs: 0,
		durationMs,
		cached: false,
		progress: null,
	});
	const past = {...line, status: 'created', phases: [phase('fetch', 5000), phase('configure', 7000)]} as const;
	const nowMs = Date.UTC(2026, 10, 23, 12, 0, 4);
	expect(remainingMs(line, past, nowMs)).toBe(3000 + 7000);
	expect(remainingMs(line, undefined, nowMs)).toBeNull();
});

describe('the log', () => {
	const lines = Array.from({length: 100}, (_, at) => (at % 10 === 3 ? `error ${at}` : `line ${at}`));

	test('the end is followed until one scrolls up', () => {
		expect(topOf(freshLogView, 100, 10)).toBe(90);
		const up = scrollLog(freshLogView, 'up', 100, 10);
		expect(up).toMatchObject({isFollowingEnd: false, top: 89});
		expect(topOf(up, 200, 10)).toBe(89);
		expect(scrollLog(up, 'last', 200, 10).isFollowingEnd).toBe(true);
		expect(toggleFollow(up, 200, 10).isFollowingEnd).toBe(true);
	});

	test('n and N go around', () => {
		const view = {...freshLogView, isFollowingEnd: false, top: 0, search: fieldOf('error')};
		const first = toMatch(view, lines, 10, 1);
		expect(first.top).toBe(3);
		expect(toMatch(first, lines, 10, 1).top).toBe(13);
		expect(toMatch(view, lines, 10, -1).top).toBe(93);
	});

	test('the filter takes words as they stand', () => {
		expect(shownLines({...freshLogView, filter: fieldOf('error')}, lines)).toHaveLength(10);
		expect(shownLines({...freshLogView, filter: fieldOf('eror')}, lines)).toHaveLength(0);
		expect(shownLines({...freshLogView, filter: fieldOf('!error')}, lines)).toHaveLength(90);
	});
});
