import type {AllServices} from '../app/create-services.ts';
import type {BuildStatus} from '../build/journal-event.ts';
import {safeText} from '../base/safe-text.ts';
import {warn} from './terminal.ts';

/** Displays whose stdout is for programs leave errors to stderr. */
export async function reportLineErrors(
	builds: AllServices['builds'],
	build: string,
	status: BuildStatus,
): Promise<void> {
	if (status === 'created') return;
	if (status === 'interrupted') {
		warn(`Build ${build} was interrupted: its builder ended first. Build again; finished work is reused.`);
		return;
	}
	for await (const event of builds.follow(build)) {
		if (event.type !== 'line/finished' || !event.error) continue;
		const hint = event.error.hint === null ? '' : ` ${safeText(event.error.hint)}`;
		warn(`${event.line} ${event.status}: ${event.error.message}${hint} (trace ID ${event.traceId})`);
	}
}
