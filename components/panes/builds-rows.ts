import type {BuildStatus, LineOutcome} from '../../src/build/journal-event.ts';
import type {LineView, PhaseView} from '../../src/build/journal/build-view.ts';
import {currentPhase, type BuildEntry, type DashboardRow} from '../../state/dashboard/dashboard.ts';
import {remainingMs, type TypicalDurations} from '../../state/dashboard/estimate.ts';
import {sortedTags} from '../../state/gallery/gallery.ts';
import {widthOf} from '../../state/text/measure.ts';
import {formatAge, formatBytes, formatDuration} from '../format/sizes.ts';
import type {Symbols} from '../theme/symbols.ts';
import type {Tone} from '../theme/theme.ts';
import {columns, lineOf, span, type Line} from '../ui/line.ts';

export interface BuildsLook {
	readonly symbols: Symbols;
	readonly tick: number;
	readonly nowMs: number;
	/** By image, for estimates. */
	readonly typical: Readonly<Record<string, TypicalDurations>>;
}

/** A row of the dashboard: a build, or one of its lines with phase, progress, rate and time. */
export function dashboardLine(row: DashboardRow, width: number, isAtCursor: boolean, look: BuildsLook): Line {
	const mark = isAtCursor ? span(look.symbols.cursor, 'accent') : span(' ');
	if (row.kind === 'build') return lineOf(mark, buildLine(row.entry, width - 2, look), ' ');
	return lineOf(mark, ' ', lineLine(row.entry, row.line, width - 3, look), ' ');
}

export const buildTone: Readonly<Record<BuildStatus | 'not built', Tone>> = {
	'in progress': 'info',
	created: 'good',
	'some lines created': 'warning',
	'image build failed': 'error',
	cancelled: 'muted',
	interrupted: 'warning',
	'not built': 'muted',
};

function buildLine(entry: BuildEntry, width: number, look: BuildsLook): Line {
	const {view} = entry;
	const {nowMs} = look;
	const isRunning = entry.status === 'in progress';
	const end = view.finishedAtMs ?? (isRunning ? nowMs : view.lastAtMs);
	const time = view.startedAtMs === null || end === null ? '' : formatDuration(end - view.startedAtMs);
	const ended = view.lines.filter(({status}) => status !== 'waiting' && status !== 'running').length;
	const count = isRunning && view.lines.length > 1 ? `  ${ended} of ${view.lines.length} lines` : '';
	const left = isRunning ? remainingOfBuild(entry, look) : null;
	const middle = isRunning ? leftText(left) : formatAge(entry.startedAt, nowMs);
	return columns(width, [
		{
			line: lineOf(
				{text: entry.image, bold: true},
				'  ',
				span(entry.status, buildTone[entry.status]),
				span(count, 'muted'),
			),
			width: 'rest',
		},
		{line: [span(middle, 'muted')], width: width >= 48 ? 12 : 0, align: 'right'},
		{line: [span(time, 'muted')], width: 7, align: 'right'},
	]);
}

const leftText = (left: number | null): string => (left === null || left < 1000 ? '' : `${formatDuration(left)} left`);

/** As long as the line that takes longest: those that wait have to be counted by who knows how many run at once. */
function remainingOfBuild(entry: BuildEntry, {typical, nowMs}: BuildsLook): number | null {
	const lines = entry.view.lines.filter(({status}) => status === 'waiting' || status === 'running');
	const lefts = lines.map(line => remainingMs(line, typical[entry.image]?.[line.line], nowMs));
	return lefts.length === 0 || lefts.includes(null) ? null : Math.max(...lefts.map(left => left ?? 0));
}

const outcomeTone: Readonly<Record<LineOutcome | 'waiting' | 'running', Tone>> = {
	waiting: 'muted',
	running: 'info',
	created: 'good',
	'up to date': 'good',
	failed: 'error',
	skipped: 'muted',
	cancelled: 'muted',
};

function lineLine(entry: BuildEntry, line: LineView, width: number, look: BuildsLook): Line {
	const {symbols, nowMs} = look;
	const isRunning = line.status === 'running' && entry.status === 'in progress';
	const status = line.status === 'running' && !isRunning ? 'cancelled' : line.status;
	const end = line.finishedAtMs ?? (isRunning ? nowMs : entry.view.lastAtMs);
	const time = line.startedAtMs === null || end === null ? '' : formatDuration(end - line.startedAtMs);
	const nameWidth = Math.min(14, Math.max(6, ...entry.view.lines.map(own => widthOf(own.line))));
	const left = leftText(isRunning ? remainingMs(line, look.typical[entry.image]?.[line.line], nowMs) : null);
	return columns(width, [
		{line: [span(outcomeSign(status, look), outcomeTone[status])], width: 1},
		{line: [span(line.line)], width: nameWidth},
		{
			line: isRunning ? runningLine(entry, line, width - 12 - nameWidth, look) : endLine(line, symbols, status),
			width: 'rest',
		},
		{line: [span(left, 'muted')], width: isRunning && width >= 58 ? 12 : 0, align: 'right'},
		{line: [span(time, 'muted')], width: 7, align: 'right'},
	]);
}

function outcomeSign(status: keyof typeof outcomeTone, {symbols, tick}: BuildsLook): string {
	switch (status) {
		case 'waiting':
			return symbols.waiting;
		case 'running':
			return symbols.running[tick % symbols.running.length] ?? symbols.waiting;
		case 'created':
		case 'up to date':
			return symbols.done;
		case 'failed':
			return symbols.failed;
		case 'skipped':
		case 'cancelled':
			return symbols.stopped;
	}
}

function endLine(line: LineView, symbols: Symbols, status: keyof typeof outcomeTone): Line {
	if (line.error) return lineOf(span(currentPhase(line)?.phase ?? '', 'muted'), ' ', span(line.error.message, 'error'));
	if (line.reason) return [span(line.reason, 'muted')];
	if (status === 'created' || status === 'up to date') {
		const size = line.size === null ? '' : formatBytes(line.size);
		return lineOf(
			status === 'up to date' ? span('up to date  ', 'muted') : '',
			span(size),
			span(`  ${sortedTags(line.tags).join(' ')}`, 'accent'),
		);
	}
	return [
		span(
			status === 'waiting'
				? 'waiting'
				: `${status}${line.phases.length > 0 ? ` ${symbols.separator} ${currentPhase(line)?.phase ?? ''}` : ''}`,
			'muted',
		),
	];
}

function runningLine(entry: BuildEntry, line: LineView, width: number, look: BuildsLook): Line {
	const phase = currentPhase(line);
	if (!phase) return [span('starting', 'muted')];
	// A line's tags are set when all lines have come so far.
	if (phase.durationMs !== null && phase.phase === 'test') return [span('waiting for the other lines', 'muted')];
	const barWidth = width >= 58 ? 12 : width >= 36 ? 8 : 0;
	return lineOf(
		span(phase.phase.padEnd(9), 'info'),
		' ',
		barWidth > 0 && phase.progress ? lineOf(bar(phase, barWidth, look.symbols), ' ') : [],
		span(progressText(entry, line, phase), 'muted'),
	);
}

function progressText(entry: BuildEntry, line: LineView, {phase, progress}: PhaseView): string {
	if (!progress) return '';
	const {done, total, unit} = progress;
	if (unit !== 'bytes') return `${done}/${total} ${unit}`;
	const rate = entry.rates[line.line];
	const speed =
		rate && rate.phase === phase && rate.bytesPerSecond > 0 ? `  ${formatBytes(rate.bytesPerSecond)}/s` : '';
	return `${formatBytes(done)} of ${formatBytes(total)}${speed}`;
}

function bar({progress}: PhaseView, width: number, symbols: Symbols): Line {
	const share = progress && progress.total > 0 ? Math.min(1, progress.done / progress.total) : 0;
	const full = Math.round(share * width);
	return [span(symbols.barFull.repeat(full), 'info'), span(symbols.barEmpty.repeat(width - full), 'muted')];
}
