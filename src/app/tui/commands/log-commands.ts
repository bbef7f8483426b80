import {basename, join} from 'node:path';
import {writeFileAtomic} from '../../../base/atomic-file.ts';
import {safeText} from '../../../base/safe-text.ts';
import {readJournal} from '../../../build/journal/journal-reader.ts';
import {logLinesOf} from '../../../../state/dashboard/log-lines.ts';
import type {AppState} from '../../../../state/app-state.ts';
import {
	isErrorLine,
	shiftLog,
	toggleFollow,
	toMatch,
	topOf,
	type LogView,
} from '../../../../state/dashboard/log-view.ts';
import {count} from '../../../../components/format/sizes.ts';
import type {App} from '../../controllers/app.ts';
import {copyText} from '../../controllers/copy.ts';
import type {SomeCommands} from '../parts.ts';
import {logHeight, logLines} from './list-commands.ts';

export const changeLog = (app: App, next: (view: LogView, state: AppState) => LogView): void =>
	app.store.update(state => (state.log ? {...state, log: {...state.log, view: next(state.log.view, state)}} : state));

const find =
	(direction: 1 | -1) =>
	({app}: {readonly app: App}): void =>
		changeLog(app, (view, state) => toMatch(view, logLines(state), logHeight(state), direction));

const findError =
	(direction: 1 | -1) =>
	({app}: {readonly app: App}): void =>
		changeLog(app, (view, state) => toMatch(view, logLines(state), logHeight(state), direction, isErrorLine));

/** Beside the journal, as plain text. */
async function saveLog(app: App): Promise<void> {
	const {log, dashboard} = app.store.get();
	const entry = dashboard.builds.find(({build}) => build === log?.build);
	if (!log || !entry?.folder) return;
	const file = join(entry.folder, `log-${log.line.replaceAll(/[^\w.-]/gu, '_')}.txt`);
	const {events} = await readJournal(join(entry.folder, 'journal.ndjson'));
	const lines = events.flatMap(event =>
		'line' in event && event.line === log.line ? logLinesOf(event, 'resolve') : [],
	);
	const texts = lines.map(({kind, text, atMs}) => {
		return `${new Date(atMs).toISOString()} ${kind === 'phase' ? `== ${text}` : safeText(text)}`;
	});
	await writeFileAtomic(file, `${texts.join('\n')}\n`, 0o600);
	copyText(app, file, `Written beside the journal, and its path copied: ${basename(file)}`);
}

export const logCommands: SomeCommands<'log'> = {
	'log/follow': ({app}) =>
		changeLog(app, (view, state) => toggleFollow(view, logLines(state).length, logHeight(state))),
	'log/wrap': ({app}) => changeLog(app, view => ({...view, wraps: !view.wraps})),
	'log/search': ({app}) => changeLog(app, view => ({...view, typing: 'search'})),
	'log/filter': ({app}) => changeLog(app, view => ({...view, typing: 'filter'})),
	'log/next': find(1),
	'log/previous': find(-1),
	'log/error': findError(1),
	'log/error-before': findError(-1),
	'log/times': ({app}) => changeLog(app, view => ({...view, showsTimes: !view.showsTimes})),
	'log/left': ({app}) => changeLog(app, view => shiftLog(view, -1)),
	'log/right': ({app}) => changeLog(app, view => shiftLog(view, 1)),
	'log/save': ({app}) => app.run('The log', () => saveLog(app)),
	'log/copy': ({app}) => {
		const state = app.store.get();
		if (!state.log) return;
		const lines = logLines(state);
		const top = topOf(state.log.view, lines.length, logHeight(state));
		const shown = lines.slice(top, top + logHeight(state));
		const text = shown.map(own => own.text).join('\n');
		copyText(app, text, `Copied ${count(shown.length, 'line')}`, 'p copies the path of the file that has all of it.');
	},
};
