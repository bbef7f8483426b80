import {exitCodeOf, messageOf, SlipwayError} from '../base/errors.ts';
import {safeText} from '../base/safe-text.ts';
import {style} from './terminal.ts';

/** One message and what mends it; the stack only with SLIPWAY_DEBUG. Sets the exit code. */
export function reportError(error: unknown): void {
	process.exitCode = exitCodeOf(error);
	const colour = (format: Parameters<typeof style>[0], text: string) => style(format, text, process.stderr);
	const clean = (text: string) => safeText(text, {keepNewlines: true});
	if (error instanceof SlipwayError) {
		const isCancelled = error.code === 'cancelled';
		process.stderr.write(`${colour(isCancelled ? 'yellow' : 'red', 'slipway:')} ${clean(error.message)}\n`);
		// A message that lists problems with their mends may end with the hint.
		const isSaid = error.hint !== null && error.message.endsWith(error.hint);
		if (error.hint !== null && !isSaid) process.stderr.write(`${clean(error.hint)}\n`);
	} else {
		process.stderr.write(`${colour('red', 'slipway:')} ${clean(systemMessage(error))}\n`);
		process.stderr.write('SLIPWAY_DEBUG=1 shows where it came from.\n');
	}
	if (process.env['SLIPWAY_DEBUG']) process.stderr.write(`${clean(stackOf(error))}\n`);
}

/** What people can act on, of errors of the operating system that nobody translated. */
function systemMessage(error: unknown): string {
	if (!(error instanceof Error) || !('code' in error)) return messageOf(error);
	const path = 'path' in error && typeof error.path === 'string' ? ` ${error.path}` : '';
	switch (error.code) {
		case 'ENOSPC':
			return `The disk is full:${path || ' no room is left'}. Make room and try again; finished work is kept.`;
		case 'EACCES':
		case 'EPERM':
		case 'EROFS':
			return `Slipway may not write${path}. Make it writable, or set SLIPWAY_HOME to another folder.`;
		case 'ENOENT':
			return `There is no file${path || ' of that name'}.`;
		case 'ENOTDIR':
			return `A file is where a folder should be:${path}.`;
		case 'EISDIR':
			return `A folder is where a file should be:${path}.`;
		default:
			return messageOf(error);
	}
}

function stackOf(error: unknown): string {
	const lines: string[] = [];
	for (let at = error; at instanceof Error; at = at.cause) lines.push(at.stack ?? at.message);
	return lines.join('\ncaused by: ');
}
