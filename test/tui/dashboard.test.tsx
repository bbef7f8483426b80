import {afterEach, expect, test} from 'vitest';
import type {JournalEventBody} from '../../src/build/journal-event.ts';
import {testComposition} from '../support/tui-services.ts';
import {keys, openTui, type TuiScreen} from '../support/tui-screen.tsx';

let screen: TuiScreen | null = null;
afterEach(() => {
	screen?.close();
	screen = null;
});

async function startBuild(columns = 100, rows = 30): Promise<TuiScreen> {
	screen = await openTui({world: {images: [testComposition('php-api')]}, columns, rows});
	await screen.waitFor('php-api');
	await screen.type('b');
	await screen.waitFor('in progress');
	await screen.waitFor('8.2    waiting');
	return screen;
}

const log = (text: string): JournalEventBody => ({
	type: 'log/appended',
	line: '8.4',
	phase: 'configure',
	stream: 'stdout',
	text,
});

const created = (line: string) =>
	({
		line,
		status: 'created',
		digest: `sha256:${'a'.repeat(64)}`,
		tags: [line, 'latest'],
		size: 42_100_000,
		traceId: `trace-${line}`,
		error: null,
	}) as const;

const failed = (line: string) =>
	({
		line,
		status: 'failed',
		digest: null,
		tags: [],
		size: null,
		traceId: `trace-${line}`,
		error: {code: 'sandbox', message: 'postinst of tini exited with 1', hint: 'See the log above.'},
	}) as const;

test('phases, bytes, and the log of the line under the cursor; then the end', async () => {
	const tui = await startBuild();
	tui.services.emit(
		'build-1',
		{type: 'line/started', line: '8.4', traceId: 'trace-8.4'},
		{type: 'phase/started', line: '8.4', phase: 'fetch'},
		{type: 'phase/progressed', line: '8.4', phase: 'fetch', done: 1_000_000, total: 8_000_000, unit: 'bytes'},
		{type: 'phase/progressed', line: '8.4', phase: 'fetch', done: 4_000_000, total: 8_000_000, unit: 'bytes'},
	);
	await tui.waitFor('4.0 MB of 8.0 MB  3.0 MB/s');
	tui.services.emit('build-1', {type: 'phase/finished', line: '8.4', phase: 'fetch', cached: false, durationMs: 4000});
	tui.services.emit('build-1', {type: 'phase/started', line: '8.4', phase: 'configure'}, log('Setting up tini\n'));
	await tui.waitFor('Setting up tini');
	expect(tui.text()).toContain('✓ fetch 4.0 s');
	tui.services.emit(
		'build-1',
		{type: 'line/finished', ...created('8.4')},
		{type: 'line/finished', ...failed('8.2')},
		{type: 'build/finished', status: 'some lines created', lines: [created('8.4'), failed('8.2')]},
	);
	await tui.waitFor('php-api: some lines created');
	expect(tui.text()).toContain('42.1 MB');
	await tui.type('jj');
	await tui.waitFor('See the log above.');
	expect(tui.text()).toContain('trace trace-8.2');
	await tui.type('t');
	expect(tui.copied).toEqual(['trace-8.2']);
});

test('the log: search, next, filter, wrap, back', async () => {
	const tui = await startBuild();
	tui.services.emit(
		'build-1',
		{type: 'line/started', line: '8.4', traceId: 't'},
		{type: 'phase/started', line: '8.4', phase: 'configure'},
	);
	tui.services.emit(
		'build-1',
		log(Array.from({length: 200}, (_, at) => (at % 50 === 7 ? `error number ${at}` : `row ${at}`)).join('\n')),
	);
	await tui.waitFor('row 199');
	await tui.type(`j${keys.enter}`);
	await tui.waitFor('Log of php-api 8.4');
	// Whether there is something to find is told with every letter.
	await tui.type('/numberx');
	await tui.waitFor('not found');
	await tui.type(keys.backspace);
	await tui.waitFor('in 4 rows');
	await tui.type(keys.enter);
	await tui.type('n');
	await tui.waitFor('error number 7');
	await tui.type('n');
	await tui.waitFor('error number 57');
	await tui.type('&nowhere');
	await tui.waitFor('No row has “nowhere”.');
	await tui.type(keys.ctrl('u'));
	await tui.type(`number${keys.enter}`);
	await tui.waitFor(text => text.includes('error number 157') && !text.includes('row 1'));
	await tui.type('y');
	expect(tui.copied[0]?.split('\n')).toHaveLength(4);
	// Esc clears what narrows the log, then leaves it.
	await tui.type(keys.escape);
	await tui.waitFor(/row \d/u);
	await tui.type(keys.escape);
	await tui.waitFor('Builds');
});

test('the log: times, from error to error, phases, text beyond the right edge', async () => {
	const tui = await startBuild(80, 24);
	tui.services.emit(
		'build-1',
		{type: 'line/started', line: '8.4', traceId: 't'},
		{type: 'phase/started', line: '8.4', phase: 'configure'},
		log(
			Array.from({length: 60}, (_, at) => (at % 20 === 5 ? `E: broken ${at}` : `row ${at} ${'-'.repeat(90)}>end`)).join(
				'\n',
			),
		),
	);
	await tui.waitFor('row 59');
	await tui.type(`j${keys.enter}`);
	await tui.type('g');
	await tui.waitFor('── configure ──');
	await tui.type('T');
	await tui.waitFor(/\d\d:00:03 row 0/);
	await tui.type('eee');
	await tui.waitFor('E: broken 45');
	await tui.type('E');
	await tui.waitFor('E: broken 25');
	expect(tui.text()).not.toContain('>end');
	await tui.type('lll');
	await tui.waitFor('>end');
});

test('what would help a line is one key away, in the composer, and can be undone', async () => {
	screen = await openTui({
		world: {images: [testComposition('php-api', {packages: [{name: 'bad', version: null}]})]},
		columns: 120,
		rows: 40,
	});
	const tui = screen;
	await tui.waitFor('php-api');
	await tui.type('b');
	await tui.waitFor('8.2    waiting');
	tui.services.emit(
		'build-1',
		{type: 'line/finished', ...created('8.4')},
		{type: 'line/finished', ...failed('8.2'), status: 'skipped'},
		{
			type: 'build/finished',
			status: 'some lines created',
			lines: [created('8.4'), {...failed('8.2'), status: 'skipped'}],
		},
	);
	await tui.waitFor('php-api: some lines created');
	await tui.type('jj');
	await tui.waitFor('s Leave out bad');
	await tui.type('s');
	await tui.waitFor('SBOM preview');
	await tui.waitFor(text => text.includes('unsaved') && /Leave out bad.*Done/.test(text));
	expect(tui.app.store.get().composer?.history.present.packages).toEqual([]);
	await tui.type('u');
	expect(tui.app.store.get().composer?.history.present.packages).toEqual([{name: 'bad', version: null}]);
});

test('a second build is told how long it will take, by the first', async () => {
	const tui = await startBuild();
	const phase = (build: string, durationMs: number): void =>
		tui.services.emit(
			build,
			{type: 'line/started', line: '8.4', traceId: 't'},
			{type: 'phase/started', line: '8.4', phase: 'fetch'},
			{type: 'phase/finished', line: '8.4', phase: 'fetch', cached: false, durationMs},
			{type: 'line/finished', ...created('8.4')},
			{type: 'build/finished', status: 'created', lines: [created('8.4')]},
		);
	phase('build-1', 600_000);
	await tui.waitFor('php-api: created');
	await tui.type('b');
	await tui.waitFor(/php-api {2}in progress/);
	tui.services.emit(
		'build-2',
		{type: 'line/started', line: '8.4', traceId: 't'},
		{type: 'phase/started', line: '8.4', phase: 'fetch'},
	);
	await tui.waitFor(/8\.4 +fetch +9:\d\d left/);
});

test('escapes in a log reach no terminal', async () => {
	const tui = await startBuild();
	tui.services.emit(
		'build-1',
		{type: 'line/started', line: '8.4', traceId: 't'},
		{type: 'phase/started', line: '8.4', phase: 'configure'},
	);
	tui.services.emit('build-1', log('\u001b]0;owned\u0007\u001b[2Jharmless \u009b31m text\u202e'));
	await tui.waitFor('harmless');
	expect(tui.raw()).not.toContain('owned');
	expect(tui.raw()).not.toContain('\u009b');
	expect(tui.raw()).not.toContain('\u202e');
});

test('one line is cancelled, or all', async () => {
	const tui = await startBuild();
	await tui.type('j');
	await tui.type('x');
	await tui.waitFor('Line 8.4 is being cancelled');
	await tui.type('X');
	await tui.waitFor('The build is being cancelled');
	expect(tui.services.cancelled).toEqual(['build-1 8.4', 'build-1']);
});

test('six lines that report constantly stay within the bytes of a slow connection', async () => {
	const lines = ['8.9', '8.8', '8.7', '8.6', '8.5', '8.4'];
	const {testStarter} = await import('../support/tui-services.ts');
	screen = await openTui({
		world: {images: [testComposition('php-api')], starters: [testStarter('php', lines)]},
		columns: 120,
		rows: 40,
	});
	const tui = screen;
	await tui.waitFor('php-api');
	await tui.type('b');
	await tui.waitFor('8.4    waiting');
	tui.services.emit(
		'build-1',
		...lines.flatMap((line): JournalEventBody[] => [
			{type: 'line/started', line, traceId: line},
			{type: 'phase/started', line, phase: 'fetch'},
		]),
	);
	await tui.waitFor(/8\.4 +fetch/);
	// A second of a running build: ten batches of progress, six lines each.
	let total = 0;
	for (let batch = 1; batch <= 10; batch++) {
		total += await tui.bytesOf(async () => {
			tui.services.emit(
				'build-1',
				...lines.map((line, at): JournalEventBody => ({
					type: 'phase/progressed',
					line,
					phase: 'fetch',
					done: batch * 123_456 * (at + 1),
					total: 90_000_000,
					unit: 'bytes',
				})),
			);
			await tui.waitFor(
				new RegExp(`${((batch * 123_456) / 1e6).toFixed(1)} MB of 90|${Math.round((batch * 123_456) / 1e3)} kB of 90`),
			);
		});
	}
	expect(total).toBeLessThan(10_000);
});
