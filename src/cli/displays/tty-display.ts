import {emptyBuildView, foldEvent, type BuildView} from '../../build/journal/build-view.ts';
import {style} from '../terminal.ts';
import type {BuildDisplay} from './display.ts';
import {buildSummary, type Paint} from './summary.ts';
import {buildFrame, repaint} from './tty-frame.ts';

const frameIntervalMs = 100;
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

/** Live rows that are painted over in place; what the build came to stays in the scrollback. */
export function createTtyDisplay(stdout: NodeJS.WriteStream): BuildDisplay {
	const paint: Paint = (format, text) => style(format, text, stdout);
	let view: BuildView = emptyBuildView;
	let rows: readonly string[] = [];
	const draw = () => {
		const size = {columns: stdout.columns || 80, rows: stdout.rows || 24};
		const next = view.startedAtMs === null ? [] : buildFrame(view, size, Date.now(), paint);
		const bytes = repaint(rows, next);
		rows = next;
		if (bytes) stdout.write(bytes);
	};
	// A narrower terminal has wrapped the old rows: they stay above, the next frame starts below.
	const resized = () => {
		stdout.write('\u001b[J');
		rows = [];
	};
	const leave = () => void stdout.write(showCursor);
	stdout.write(hideCursor);
	process.once('exit', leave);
	stdout.on('resize', resized);
	const timer = setInterval(draw, frameIntervalMs);
	return {
		show: event => {
			view = foldEvent(view, event);
		},
		end: status => {
			clearInterval(timer);
			stdout.off('resize', resized);
			process.off('exit', leave);
			const clear = rows.length > 0 ? `\u001b[${rows.length}A\r\u001b[J` : '';
			stdout.write(`${clear}${buildSummary(view, status, paint).join('\n')}\n${showCursor}`);
		},
	};
}
