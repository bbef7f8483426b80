import type {BuildStatus, LineOutcome} from '../../src/build/journal-event.ts';
import type {LineView, PhaseView} from '../../src/build/journal/build-view.ts';
import {currentPhase, remainingMs, type BuildEntry, type DashboardRow} from '../../state/dashboard/dashboard.ts';
import {formatAge, formatBytes, formatDuration} from '../format/sizes.ts';
import type {Symbols} from '../theme/symbols.ts';
import type {Tone} from '../theme/theme.ts';
import {columns, lineOf, span, type Line} from '../ui/line.ts';

export interface BuildsLook {
	readonly symbols: Symbols;
	readonly tick: number;
	readonly nowMs: number;
	/** The newest finished build of an image, for estimates. */
	pastOf(entry: BuildEntry, line: string): LineView | undefined;
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

function buildLine(entry: BuildEntry, width: number, {nowMs}: BuildsLook): Line {
	const {view} = entry;
	const started = view.startedAtMs ?? Date.parse(entry.startedAt);
	const isRunning = entry.status === 'in progress';
	const end = view.finishedAtMs ?? (isRunning ? nowMs : view.lastAtMs);
	const time =
		end === null || (!view.startedAtMs && !isRunning)
			? formatAge(entry.startedAt, nowMs)
			: formatDuration(end - started);
	return columns(width, [
		{line: lineOf({text: entry.image, bold: true}, '  ', span(entry.status, buildTone[entry.status])), width: 'rest'},
		{line: [span(time, 'muted')], width: Math.max(7, time.length), align: 'right'},
	]);
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
	return columns(width, [
		{line: [span(outcomeSign(status, look), outcomeTone[status])], width: 1},
		{line: [span(line.line)], width: 6},
		{line: isRunning ? runningLine(entry, line, width - 18, look) : endLine(line, symbols, status), width: 'rest'},
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
	if (line.error) return [span(`${currentPhase(line)?.phase ?? ''} ${line.error.message}`.trim(), 'error')];
	if (line.reason) return [span(line.reason, 'muted')];
	if (status === 'created' || status === 'up to date') {
		const size = line.size === null ? '' : formatBytes(line.size);
		return lineOf(
			status === 'up to date' ? span('up to date  ', 'muted') : '',
			span(size),
			span(`  ${line.tags.join(' ')}`, 'accent'),
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
	const left = remainingMs(line, look.pastOf(entry, line.line), look.nowMs);
	const estimate = left === null || left < 1000 ? '' : `  ${formatDuration(left)} left`;
	const barWidth = width >= 58 ? 12 : width >= 36 ? 8 : 0;
	return lineOf(
		span(phase.phase.padEnd(9), 'info'),
		' ',
		barWidth > 0 && phase.progress ? lineOf(bar(phase, barWidth, look.symbols), ' ') : [],
		span(progressText(entry, line, phase), 'muted'),
		span(estimate, 'muted'),
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

/** The phases of a line one after another, done ones with their time. */
export function phasesLine(line: LineView, symbols: Symbols): Line {
	return line.phases.flatMap((phase, at): Line => {
		const isDone = phase.durationMs !== null;
		const time = phase.cached
			? ' cached'
			: isDone && (phase.durationMs ?? 0) >= 1000
				? ` ${formatDuration(phase.durationMs ?? 0)}`
				: '';
		const isBroken = !isDone && line.status === 'failed';
		const sign = isDone ? symbols.done : isBroken ? symbols.failed : symbols.arrow;
		return [
			...(at === 0 ? [] : [span('  ')]),
			span(`${sign} `, isDone ? 'good' : isBroken ? 'error' : 'info'),
			span(phase.phase),
			span(time, 'muted'),
		];
	});
}
