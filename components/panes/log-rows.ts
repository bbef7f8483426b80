import {isErrorLine, matchesIn} from '../../state/dashboard/log-view.ts';
import type {LogLine} from '../../state/dashboard/log-lines.ts';
import {dropWidth, wrap} from '../../state/text/measure.ts';
import {safeText} from '../../src/base/safe-text.ts';
import type {Symbols} from '../theme/symbols.ts';
import type {Tone} from '../theme/theme.ts';
import {highlight, lineOf, span, type Line} from '../ui/line.ts';

export interface LogLook {
	readonly symbols: Symbols;
	readonly width: number;
	readonly search?: string;
	readonly showsTimes?: boolean;
	readonly wraps?: boolean;
	/** Cells that are out of sight on the left. */
	readonly left?: number;
	/** Of text that is nothing in particular. */
	readonly tone?: Tone;
}

/** A row of a log as rows of the screen: one, or as many as it needs to be read whole. */
export function logRows(line: LogLine, look: LogLook): readonly Line[] {
	const {symbols, width, search = '', showsTimes = false, wraps = false, left = 0, tone} = look;
	const time: Line = showsTimes ? [span(`${clock(line.atMs)} `, 'muted')] : [];
	const indent: Line = showsTimes ? [span('         ')] : [];
	if (line.kind === 'phase') {
		const rule = symbols.border.horizontal;
		return [
			lineOf(time, span(`${rule.repeat(2)} `, 'border'), span(line.text, 'info'), span(` ${rule.repeat(2)}`, 'border')),
		];
	}
	const text = safeText(line.text.trimEnd());
	const room = width - (showsTimes ? 9 : 0);
	const own = isErrorLine(line) ? 'error' : tone;
	const parts = wraps ? wrap(text, room) : [dropWidth(text, left)];
	return parts.map((part, at) =>
		lineOf(at === 0 ? time : indent, search === '' ? span(part, own) : highlight(part, matchesIn(part, search), own)),
	);
}

/** UTC would say little to who watches a build: the clock of this machine. */
function clock(atMs: number): string {
	const at = new Date(atMs);
	const two = (value: number) => value.toString().padStart(2, '0');
	return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
