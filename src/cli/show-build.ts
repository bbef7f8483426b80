import type {AllServices} from '../app/create-services.ts';
import type {BuildStatus} from '../build/journal-event.ts';
import {exitCodeOfStatus} from '../build/pipeline/build-status.ts';
import {reportLineErrors} from './report-line-errors.ts';
import {openDisplay, type DisplayMode} from './displays/display.ts';
import {interruption} from './terminal.ts';

export interface ShowBuildOptions {
	readonly mode: DisplayMode;
	/** Ctrl+C cancels the build (`build`), or only stops watching (`watch`). */
	readonly onInterrupt: 'cancel' | 'leave';
}

/** Shows a build until it ends, and sets the exit code by its status. */
export async function showBuild({builds}: AllServices, build: string, options: ShowBuildOptions): Promise<void> {
	const display = await openDisplay(options.mode, {stdout: process.stdout});
	const signal = interruption();
	const watching = new AbortController();
	signal.addEventListener('abort', () => {
		if (options.onInterrupt === 'leave') watching.abort();
		// The build may have ended in the meantime: then there is nothing to cancel.
		else builds.cancel(build).catch(() => {});
	});
	let finished: BuildStatus | null = null;
	for await (const event of builds.follow(build, watching.signal)) {
		display.show(event);
		if (event.type === 'build/finished') finished = event.status;
	}
	const status = finished ?? (watching.signal.aborted ? 'in progress' : 'interrupted');
	display.end(status);
	if (options.mode === 'quiet' || options.mode === 'json') await reportLineErrors(builds, build, status);
	process.exitCode = watching.signal.aborted ? 0 : exitCodeOfStatus(status);
}
