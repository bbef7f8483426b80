import {safeJson} from '../terminal.ts';
import type {BuildDisplay} from './display.ts';

/** The journal's events, one JSON object a line. */
export function createJsonDisplay(stdout: NodeJS.WritableStream): BuildDisplay {
	return {
		show: event => void stdout.write(`${safeJson(event)}\n`),
		end: () => {},
	};
}
