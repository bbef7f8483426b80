import {stripVTControlCharacters} from 'node:util';
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import {safeText} from '../../base/safe-text.ts';
import type {BuildView, LineView, PhaseView} from '../../build/journal/build-view.ts';
import {formatBytes, formatDuration} from '../format.ts';
import {paintStatus, type Paint} from './summary.ts';

export interface FrameSize {
	readonly columns: number;
	readonly rows: number;
}

const logLinesAtMost = 6;
const barCells = 20;

/** A running build as rows of text: a heading, a row for every line, the newest log lines below those that run. */
export function buildFrame(
	view: BuildView,
	{columns, rows}: FrameSize,
	nowMs: number,
	paint: Paint,
): readonly string[] {
	const done = view.lines.filter(({status}) => status !== 'waiting' && status !== 'running').length;
	const elapsed = formatDuration(Math.max(0, nowMs - (view.startedAtMs ?? nowMs)));
	const heading = `${paint('bold', `Building ${safeText(view.image)}`)} ${elapsed} ${paint('dim', `${done}/${view.lines.length} lines · Ctrl+C cancels`)}`;

	// One row stays free: a frame as tall as the terminal would scroll it.
	const room = Math.max(2, rows - 1);
	const shown = fitLines(view.lines, room - 1);
	const running = shown.filter(({status}) => status === 'running').length;
	const hidden = view.lines.length - shown.length;
	const spare = room - 1 - shown.length - (hidden > 0 ? 1 : 0);
	const logLines = running === 0 ? 0 : Math.max(0, Math.min(logLinesAtMost, Math.floor(spare / running)));
	const nameWidth = Math.max(...view.lines.map(({line}) => stringWidth(safeText(line))), 4);

	const body = shown.flatMap(line => [
		lineRow(line, nameWidth, nowMs, paint),
		...(line.status === 'running' && logLines > 0
			? line.logTail.slice(-logLines).map(text => paint('dim', `   ${' '.repeat(nameWidth)} │ ${safeText(text)}`))
			: []),
	]);
	const more = hidden > 0 && shown.length + 2 <= room ? [paint('dim', `   … and ${hidden} more`)] : [];
	return [heading, ...body, ...more].map(row => cliTruncate(row, Math.max(10, columns - 1)));
}

/** Lines that run come before those that wait or have ended, if not all fit. The order stays. */
function fitLines(lines: readonly LineView[], room: number): readonly LineView[] {
	if (lines.length <= room) return lines;
	const rank = ({status}: LineView) =>
		status === 'running' ? 0 : status === 'failed' ? 1 : status === 'waiting' ? 2 : 3;
	const kept = new Set([...lines].sort((a, b) => rank(a) - rank(b)).slice(0, Math.max(1, room - 1)));
	return lines.filter(line => kept.has(line));
}

function lineRow(line: LineView, nameWidth: number, nowMs: number, paint: Paint): string {
	const name = safeText(line.line).padEnd(nameWidth);
	switch (line.status) {
		case 'waiting':
			return paint('dim', `   ${name}  waiting`);
		case 'running': {
			const phase = line.phases.at(-1);
			const elapsed = formatDuration(Math.max(0, nowMs - (line.startedAtMs ?? nowMs)));
			const isBuilt =
				phase?.phase !== 'tag' && phase?.durationMs !== null && line.phases.some(({phase}) => phase === 'sbom');
			const what = isBuilt ? 'built, waits for the other lines' : phase ? phaseText(phase, paint) : '';
			return ` ${paint('cyan', '⏵')} ${paint('bold', name)}  ${what} ${paint('dim', elapsed)}`;
		}
		case 'created':
		case 'up to date':
			return ` ${paint('green', '✔')} ${name}  ${paintStatus(paint, line.status)}${line.size === null ? '' : ` ${formatBytes(line.size)}`}`;
		case 'failed':
		case 'skipped':
		case 'cancelled': {
			const mark = line.status === 'failed' ? paint('red', '✘') : paint('yellow', '–');
			const why = safeText(line.error?.message ?? line.reason ?? '');
			return ` ${mark} ${name}  ${paintStatus(paint, line.status)}${why ? ` ${paint('dim', why)}` : ''}`;
		}
	}
}

function phaseText({phase, progress}: PhaseView, paint: Paint): string {
	const name = phase.padEnd(9);
	if (!progress || progress.total <= 0) return name;
	const share = Math.min(1, progress.done / progress.total);
	const cells = Math.round(share * barCells);
	const bar = paint('cyan', '━'.repeat(cells)) + paint('dim', '─'.repeat(barCells - cells));
	const count =
		progress.unit === 'bytes'
			? `${formatBytes(progress.done)}/${formatBytes(progress.total)}`
			: `${progress.done}/${progress.total} ${progress.unit}`;
	return `${name} ${bar} ${count}`;
}

/** Bytes that turn the rows on the screen into others: only rows that differ are written anew. */
export function repaint(before: readonly string[], after: readonly string[]): string {
	let output = before.length > 0 ? `\u001b[${before.length}A` : '';
	const count = Math.max(before.length, after.length);
	for (let row = 0; row < count; row += 1) {
		const text = after[row] ?? '';
		if (row < before.length && before[row] === text) output += '\r\n';
		else output += `\r${text}${stripVTControlCharacters(text) === text ? '' : '\u001b[0m'}\u001b[K\n`;
	}
	// A shorter frame leaves empty rows below the cursor's new place.
	if (after.length < count) output += `\u001b[${count - after.length}A`;
	return before.length === after.length && before.every((row, index) => row === after[index]) ? '' : output;
}
