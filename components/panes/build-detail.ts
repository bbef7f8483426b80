import type {LineView} from '../../src/build/journal/build-view.ts';
import type {BuildEntry, DashboardRow} from '../../state/dashboard/dashboard.ts';
import {sortedTags} from '../../state/gallery/gallery.ts';
import {wrap} from '../../state/text/measure.ts';
import {formatBytes, formatDuration} from '../format/sizes.ts';
import type {Symbols} from '../theme/symbols.ts';
import {lineOf, lineWidth, span, type Line} from '../ui/line.ts';
import {logRows} from './log-rows.ts';

export interface BuildDetail {
	readonly title: Line;
	readonly rows: readonly Line[];
}

/** What there is to know of the row under the cursor: phases, result or trouble, and the newest log, which fills the rest. */
export function buildDetail(
	row: DashboardRow | undefined,
	{width, height}: {readonly width: number; readonly height: number},
	symbols: Symbols,
): BuildDetail {
	if (!row) return {title: [], rows: []};
	const {entry} = row;
	const line =
		row.kind === 'line' ? row.line : entry.view.lines.find(({status}) => status === 'running' || status === 'failed');
	if (!line) return {title: [{text: entry.image, bold: true}], rows: wholeBuild(entry, width)};
	const title = lineOf(
		{text: line.line, bold: true},
		span(line.traceId ? `  trace ${line.traceId}` : `  build ${entry.build}`, 'muted'),
	);
	const suggestions = entry.suggestions[line.line] ?? [];
	const head = [
		...phaseRows(line, symbols, width),
		...troubleRows(line, width),
		...suggestions.map((own, at): Line => [span(at === 0 ? 's ' : '  ', 'key'), span(own.text, 'accent')]),
		...resultRows(line),
	];
	const log = entry.logs[line.line] ?? [];
	const room = Math.max(0, height - head.length);
	const tail = log
		.filter(({kind}) => kind === 'text')
		.slice(-room)
		.flatMap(own => logRows(own, {symbols, width, tone: 'muted'}));
	return {title, rows: [...head, ...tail.slice(0, room)].slice(0, height)};
}

/** The phases of a line one after another, done ones with their time, on as many rows as they need. */
export function phaseRows(line: LineView, symbols: Symbols, width: number): readonly Line[] {
	const rows: Line[] = [];
	for (const phase of line.phases) {
		// A phase that fails has an end, too.
		const isLast = phase === line.phases.at(-1);
		const hasFailed = isLast && line.status === 'failed';
		const wasStopped = isLast && line.status === 'cancelled';
		const isDone = phase.durationMs !== null && !hasFailed && !wasStopped;
		const time = phase.cached
			? ' cached'
			: (phase.durationMs ?? 0) >= 100
				? ` ${formatDuration(phase.durationMs ?? 0)}`
				: '';
		const sign = isDone
			? span(`${symbols.done} `, 'good')
			: hasFailed
				? span(`${symbols.failed} `, 'error')
				: wasStopped
					? span(`${symbols.stopped} `, 'muted')
					: span(`${symbols.arrow} `, 'info');
		const part: Line = [sign, span(phase.phase), span(time, 'muted')];
		const last = rows.at(-1);
		if (last && lineWidth(last) + lineWidth(part) + 2 <= width) rows[rows.length - 1] = lineOf(last, '  ', part);
		else rows.push(part);
	}
	return rows;
}

function troubleRows(line: LineView, width: number): readonly Line[] {
	if (line.error) {
		return [
			...wrap(line.error.message, width).map((text): Line => [span(text, 'error')]),
			...(line.error.hint ? wrap(line.error.hint, width).map((text): Line => [span(text)]) : []),
		];
	}
	return line.reason ? wrap(line.reason, width).map((text): Line => [span(text, 'warning')]) : [];
}

function resultRows({digest, size, tags}: LineView): readonly Line[] {
	if (digest === null) return [];
	return [
		lineOf(span(size === null ? '' : `${formatBytes(size)}  `), span(sortedTags(tags).join(' '), 'accent')),
		[span(digest, 'muted')],
	];
}

/** Of a build as a whole: what to do with it. */
function wholeBuild({image, view, status, folder, build, isAttached}: BuildEntry, width: number): readonly Line[] {
	const tags = view.lines.flatMap(line => line.tags);
	const tag = tags.includes('latest') ? 'latest' : tags[0];
	const facts: readonly Line[] = [
		lineOf(span('build   ', 'muted'), span(build)),
		...wrap(folder, width - 8).map((text, at) =>
			lineOf(span(at === 0 && text ? 'folder  ' : '        ', 'muted'), text),
		),
	];
	if (!isAttached) return [...facts, [], [span('⏎', 'key'), span(' reads what it did.', 'muted')]];
	if (status === 'interrupted') {
		return [
			...facts,
			[],
			...wrap('Its builder ended before it did. Build again: all that was finished is reused.', width).map(
				(text): Line => [span(text)],
			),
		];
	}
	if (tag === undefined || status === 'in progress') return facts;
	return [
		...facts,
		[],
		[span('Use it', 'title')],
		[span('$ ', 'muted'), span(`slipway export ${image}:${tag} docker-daemon:`)],
		[span('$ ', 'muted'), span(`slipway sbom ${image}:${tag}`)],
	];
}
