import {styleText} from 'node:util';
import {exitCodes} from '../base/errors.ts';
import {safeText} from '../base/safe-text.ts';

/** Output of commands: for people to stdout, diagnostics to stderr, nothing untrusted unescaped. */

type Style = Parameters<typeof styleText>[0];

/** NO_COLOR, FORCE_COLOR and pipes are honoured by styleText (Node's `validateStream`). */
export const style = (format: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
	styleText(format, text, {stream});

/** Lines for people. The caller has passed foreign text through safeText; styles are ours. */
export const print = (text: string): void => void process.stdout.write(`${text}\n`);

export const warn = (message: string): void =>
	void process.stderr.write(`${style('yellow', 'slipway:', process.stderr)} ${safeText(message)}\n`);

/** One JSON document, with what a terminal could take for commands written as \u escapes: the same document. */
export const printJson = (value: unknown, indent = 2): void => print(safeJson(value, indent));

export const safeJson = (value: unknown, indent?: number): string =>
	(JSON.stringify(value, null, indent) ?? 'null').replace(
		/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu,
		character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);

let isGuarded = false;

/**
 * A reader that has gone (`slipway images | head -1`) ends the program quietly. Output that cannot be written for another
 * reason, such as a full disk, ends it with a word and exit code 1.
 */
export function guardOutput(): void {
	if (isGuarded) return;
	isGuarded = true;
	for (const stream of [process.stdout, process.stderr]) {
		stream.on('error', (error: NodeJS.ErrnoException) => {
			if (error.code === 'EPIPE') process.exit();
			if (stream === process.stdout) warn(`The output cannot be written: ${error.message}`);
			process.exit(exitCodes.failed);
		});
	}
}

/** Fires on Ctrl+C and SIGTERM; the second time the program ends at once. */
export function interruption(): AbortSignal {
	const controller = new AbortController();
	const interrupt = () => {
		if (controller.signal.aborted) process.exit(130);
		controller.abort();
	};
	process.on('SIGINT', interrupt);
	process.on('SIGTERM', interrupt);
	return controller.signal;
}
