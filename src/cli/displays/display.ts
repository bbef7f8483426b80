import type {BuildStatus, JournalEvent} from '../../build/journal-event.ts';
import {SlipwayError} from '../../base/errors.ts';

/** Something that shows a build: takes the journal's events as they come, and ends with the build's status. */
export interface BuildDisplay {
	show(event: JournalEvent): void;
	/** After the last event. The status also tells of a build that has no end. */
	end(status: BuildStatus): void;
}

export const displayModes = ['auto', 'tty', 'plain', 'json', 'quiet'] as const;
export type DisplayMode = (typeof displayModes)[number];

/** Where a display writes. */
export interface DisplayOutput {
	readonly stdout: NodeJS.WriteStream;
}

/** Loads only the display that is used. */
export async function openDisplay(mode: DisplayMode, {stdout}: DisplayOutput): Promise<BuildDisplay> {
	switch (mode === 'auto' ? (stdout.isTTY && process.env['TERM'] !== 'dumb' ? 'tty' : 'plain') : mode) {
		case 'tty':
			if (!stdout.isTTY) {
				throw new SlipwayError('usage', '--progress tty needs a terminal.', {
					hint: 'Use --progress plain where output goes to a file or a pipe.',
				});
			}
			return (await import('./tty-display.ts')).createTtyDisplay(stdout);
		case 'plain':
			return (await import('./plain-display.ts')).createPlainDisplay(stdout);
		case 'json':
			return (await import('./json-display.ts')).createJsonDisplay(stdout);
		case 'quiet':
			return (await import('./quiet-display.ts')).createQuietDisplay(stdout);
	}
}
