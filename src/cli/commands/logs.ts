import {safeText} from '../../base/safe-text.ts';
import type {JournalEvent} from '../../build/journal-event.ts';
import {readJournal} from '../../build/journal/journal-reader.ts';
import {jsonOption, type Configure} from '../program.ts';
import {print, safeJson, warn} from '../terminal.ts';
import {withServices} from '../with-services.ts';

export const configure: Configure = command =>
	void command
		.argument('<trace|build>', 'a trace ID (one line), a build’s ID, or a private image (its newest build)')
		.option('-f, --follow', 'go on until the build ends')
		.addOption(jsonOption())
		.action(async (wanted: string, options: {follow?: boolean; json?: boolean}) => {
			await withServices({}, async ({builds, locateBuild}, signal) => {
				const {paths, line} = await locateBuild(wanted);
				const show = (event: JournalEvent) => {
					if (line !== null && 'line' in event && event.line !== line) return;
					if (options.json) print(safeJson(event));
					else for (const text of logText(event, line === null)) print(text);
				};
				if (options.follow) {
					for await (const event of builds.follow(paths.build, signal)) show(event);
					return;
				}
				const {events, damage} = await readJournal(paths.journal);
				for (const event of events) show(event);
				for (const {lineNumber, kind} of damage)
					warn(`${paths.journal}, line ${lineNumber}: ${kind}; it was left out.`);
			});
		});

/** Log text with the phases between it; the line's name in front where several are shown. */
function logText(event: JournalEvent, namesLine: boolean): readonly string[] {
	const prefix = namesLine && 'line' in event ? `[${safeText(event.line)}] ` : '';
	switch (event.type) {
		case 'log/appended':
			return event.text
				.replace(/\n$/u, '')
				.split('\n')
				.map(text => prefix + safeText(text));
		case 'phase/started':
			return [`${prefix}== ${event.phase}`];
		case 'line/finished':
			return [
				`${prefix}== ${event.status}${event.error ? `: ${safeText(event.error.message)}` : ''}`,
				...(event.error?.hint ? [`${prefix}${safeText(event.error.hint)}`] : []),
			];
		case 'build/started':
			return [`Build ${event.build} of ${safeText(event.image)}, ${event.at}`];
		case 'build/finished':
			return [`Build ended ${event.at}: ${event.status}`];
		case 'line/started':
		case 'phase/progressed':
		case 'phase/finished':
			return [];
	}
}
