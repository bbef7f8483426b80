import type {JournalEvent, JournalEventBody} from '../../src/build/journal-event.ts';

const startMs = Date.UTC(2026, 10, 23, 12, 0, 0);

/** Events as a journal has them, each `afterMs` later than the one before. */
export function events(
	...bodies: readonly (readonly [afterMs: number, body: JournalEventBody])[]
): readonly JournalEvent[] {
	let atMs = startMs;
	return bodies.map(([afterMs, body], index) => {
		atMs += afterMs;
		return {seq: index + 1, at: new Date(atMs).toISOString(), ...body};
	});
}

export const buildId = '20261123-120000-000abc';
export const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

const line84 = {
	line: '8.4',
	status: 'created',
	digest,
	tags: ['8.4.28', '8.4', 'latest'],
	size: 48_200_000,
	traceId: `${buildId}.8.4`,
	error: null,
} as const;
const line82 = {
	line: '8.2',
	status: 'failed',
	digest: null,
	tags: [],
	size: null,
	traceId: `${buildId}.8.2`,
	error: {code: 'sandbox', message: 'picky cannot be configured.', hint: 'Read its log.'},
} as const;

/** A build of two lines: one is created, one fails while it is configured. */
export const twoLines = events(
	[0, {type: 'build/started', build: buildId, image: 'php-api', engine: 'native', lines: ['8.4', '8.2'], pid: 1}],
	[1, {type: 'line/started', line: '8.4', traceId: line84.traceId}],
	[0, {type: 'phase/started', line: '8.4', phase: 'fetch'}],
	[1, {type: 'line/started', line: '8.2', traceId: line82.traceId}],
	[0, {type: 'phase/started', line: '8.2', phase: 'configure'}],
	[498, {type: 'phase/progressed', line: '8.4', phase: 'fetch', done: 12_000_000, total: 48_000_000, unit: 'bytes'}],
	[
		500,
		{
			type: 'log/appended',
			line: '8.2',
			phase: 'configure',
			stream: 'stdout',
			text: 'Setting up picky\n\u001b[31mno\u001b[0m\n',
		},
	],
	[3000, {type: 'phase/progressed', line: '8.4', phase: 'fetch', done: 24_000_000, total: 48_000_000, unit: 'bytes'}],
	[100, {type: 'phase/finished', line: '8.2', phase: 'configure', cached: false, durationMs: 4100}],
	[0, {type: 'line/finished', ...line82}],
	[900, {type: 'phase/finished', line: '8.4', phase: 'fetch', cached: false, durationMs: 5000}],
	[0, {type: 'phase/started', line: '8.4', phase: 'unpack'}],
	[0, {type: 'phase/finished', line: '8.4', phase: 'unpack', cached: true, durationMs: 1}],
	[0, {type: 'line/finished', ...line84}],
	[0, {type: 'build/finished', status: 'some lines created', lines: [line84, line82]}],
);
