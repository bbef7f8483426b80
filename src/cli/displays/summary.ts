import {safeText} from '../../base/safe-text.ts';
import type {BuildStatus} from '../../build/journal-event.ts';
import type {BuildView, LineView} from '../../build/journal/build-view.ts';
import {formatBytes, formatDuration, formatTable, shortDigest} from '../format.ts';

/** Colours a piece of text; the identity where there are none. */
export type Paint = (format: 'green' | 'red' | 'yellow' | 'cyan' | 'dim' | 'bold', text: string) => string;

const statusColour = {
	created: 'green',
	'up to date': 'green',
	failed: 'red',
	skipped: 'yellow',
	cancelled: 'yellow',
	running: 'cyan',
	waiting: 'dim',
} as const satisfies Record<LineView['status'], Parameters<Paint>[0]>;

export const paintStatus = (paint: Paint, status: LineView['status']): string => paint(statusColour[status], status);

/** What a build came to: a row for every line, then what stopped the others, with trace IDs. */
export function buildSummary(view: BuildView, status: BuildStatus, paint: Paint): readonly string[] {
	const durationMs = (view.finishedAtMs ?? view.lastAtMs ?? 0) - (view.startedAtMs ?? 0);
	const rows = view.lines.map(line => [
		`  ${safeText(line.line)}`,
		paintStatus(paint, line.status),
		line.size === null ? '' : formatBytes(line.size),
		line.digest === null ? '' : shortDigest(line.digest),
		line.reason === null ? safeText(line.tags.join(' ')) : paint('dim', safeText(line.reason)),
	]);
	const good = status === 'created';
	return [
		`${paint('bold', safeText(view.image))} ${paint(good ? 'green' : 'yellow', status)} in ${formatDuration(durationMs)} ${paint('dim', `(build ${view.build})`)}`,
		...(rows.length > 0 ? formatTable(rows, [2]).split('\n') : []),
		...view.lines.flatMap(line => lineTroubles(line, paint)),
		...(status === 'interrupted'
			? ['The builder ended before the build did. Build again: all that was finished is reused.']
			: []),
	];
}

function lineTroubles(line: LineView, paint: Paint): readonly string[] {
	const name = safeText(line.line);
	if (line.error) {
		return [
			'',
			`${paint(line.status === 'skipped' ? 'yellow' : 'red', `${name} ${line.status}:`)} ${clean(line.error.message)}`,
			...(line.error.hint === null ? [] : [`  ${clean(line.error.hint)}`]),
			...(line.traceId === null
				? []
				: [`  Trace ID ${line.traceId}: \`slipway logs ${line.traceId}\` prints the full log.`]),
		];
	}
	return [];
}

const clean = (text: string) => safeText(text, {keepNewlines: true});
