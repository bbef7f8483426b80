import {describe, expect, test} from 'vitest';
import {
	buildAttached,
	buildEnded,
	buildsListed,
	currentPhase,
	dashboardRows,
	emptyDashboard,
	eventsArrived,
	type Dashboard,
	followBuilds,
} from '../../state/dashboard/dashboard.ts';
import type {JournalEvent, JournalEventBody} from '../../src/build/journal-event.ts';
import {remainingMs, typicalDurations} from '../../state/dashboard/estimate.ts';
import {
	freshLogView,
	matchesIn,
	scrollLog,
	shownLines,
	toggleFollow,
	toMatch,
	topOf,
} from '../../state/dashboard/log-view.ts';
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
	expect(entry!.logs['8.4']?.map(({kind, text}) => `${kind} ${text}`)).toEqual(['phase fetch', 'text one', 'text two']);
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

describe('the cursor', () => {
	const second = {...known, build: 'b2', image: 'other'};
	const begun = journal(
		{type: 'build/started', build: 'b2', image: 'other', engine: 'native', lines: ['13'], pid: 2},
		{type: 'line/started', line: '13', traceId: 't13'},
	);
	const rowAt = (dashboard: Dashboard) => {
		const row = dashboardRows(dashboard)[dashboard.cursor.at];
		return row?.kind === 'line' ? `${row.entry.build} ${row.line.line}` : row?.entry.build;
	};

	test('stays on its line when another build begins above it', () => {
		const onLine = {...folded, cursor: {at: 2, top: 0}};
		expect(rowAt(onLine)).toBe('b1 8.2');
		expect(rowAt(eventsArrived(buildAttached(onLine, second), 'b2', begun))).toBe('b1 8.2');
	});

	test('follows what is built, and goes on to the next build only when its own has ended', () => {
		const following = followBuilds({...folded, isFollowing: true});
		expect(rowAt(following)).toBe('b1 8.4');
		const both = eventsArrived(buildAttached(following, second), 'b2', begun);
		expect(rowAt(both)).toBe('b1 8.4');
		expect(rowAt(buildEnded(both, 'b1'))).toBe('b2 13');
	});
});

describe('estimates', () => {
	const line = folded.builds[0]!.view.lines[0]!;
	const nowMs = Date.UTC(2026, 10, 23, 12, 0, 4);
	const past = (fetchMs: number, configureMs: number, cached = false) => ({
		...folded.builds[0]!.view,
		lines: [
			{
				...line,
				status: 'created' as const,
				phases: (['fetch', 'configure'] as const).map((phase, at) => {
					return {phase, startedAtMs: 0, durationMs: [fetchMs, configureMs][at] ?? 0, cached, progress: null};
				}),
			},
		],
	});

	test('are medians of past builds; what came from a cache does not count', () => {
		const typical = typicalDurations([past(5000, 7000), past(1, 1, true), past(6000, 90_000), past(4000, 6000)]);
		expect(typical['8.4']).toEqual({fetch: 5000, configure: 7000});
		expect(typicalDurations([past(1, 2, true)])['8.4']).toEqual({fetch: 1, configure: 2});
	});

	test('of a phase that tells its progress go by that: a third is done after two seconds, four are left', () => {
		const typical = typicalDurations([past(60_000, 7000)])['8.4'];
		expect(remainingMs(line, typical, nowMs)).toBeCloseTo(4000 + 7000);
	});

	test('of a phase without progress go by the past, and never below nothing', () => {
		const [phase] = line.phases;
		const silent = {...line, phases: [{...phase!, progress: null}]};
		const typical = typicalDurations([past(5000, 7000)])['8.4'];
		expect(remainingMs(silent, typical, nowMs)).toBe(3000 + 7000);
		expect(remainingMs(silent, typical, nowMs + 60_000)).toBe(7000);
	});

	test('need a past', () => {
		expect(remainingMs(line, undefined, nowMs)).toBeNull();
	});
});

describe('the log', () => {
	const lines = Array.from({length: 100}, (_, at) => ({
		kind: 'text' as const,
		text: at % 10 === 3 ? `error ${at}` : `line ${at}`,
		atMs: 0,
		phase: 'configure' as const,
	}));

	test('the end is followed until one scrolls up', () => {
		expect(topOf(freshLogView, 100, 10)).toBe(90);
		const up = scrollLog(freshLogView, 'up', 100, 10);
		expect(up).toMatchObject({isFollowingEnd: false, top: 89});
		expect(topOf(up, 200, 10)).toBe(89);
		expect(scrollLog(up, 'last', 200, 10).isFollowingEnd).toBe(true);
		expect(toggleFollow(up, 200, 10).isFollowingEnd).toBe(true);
	});

	test('n and N go from match to match and around, also among the last rows, which cannot come to the top', () => {
		const view = {...freshLogView, isFollowingEnd: false, top: 0, search: fieldOf('error')};
		const founds = (direction: 1 | -1, from = view) => {
			const all: (number | null)[] = [];
			for (let next = toMatch(from, lines, 40, direction); all.length < 11;) {
				all.push(next.found);
				next = toMatch(next, lines, 40, direction);
			}
			return all;
		};
		expect(founds(1)).toEqual([3, 13, 23, 33, 43, 53, 63, 73, 83, 93, 3]);
		expect(founds(-1).slice(0, 3)).toEqual([93, 83, 73]);
	});

	test('every match of a row is marked', () => {
		expect(matchesIn('Error: no error', 'error')).toEqual([
			[0, 5],
			[10, 15],
		]);
		expect(matchesIn('Error: no error', 'Error')).toEqual([[0, 5]]);
	});

	test('the filter takes words as they stand', () => {
		expect(shownLines({...freshLogView, filter: fieldOf('error')}, lines)).toHaveLength(10);
		expect(shownLines({...freshLogView, filter: fieldOf('eror')}, lines)).toHaveLength(0);
		expect(shownLines({...freshLogView, filter: fieldOf('!error')}, lines)).toHaveLength(90);
	});
});
