import type {AppState} from '../../../../state/app-state.ts';
import {isErrorLine, toggleFollow, toMatch, topOf, type LogView} from '../../../../state/dashboard/log-view.ts';
import {notify, type App} from '../../controllers/app.ts';
import type {SomeCommands} from '../parts.ts';
import {logHeight, logLines} from './list-commands.ts';

export const changeLog = (app: App, next: (view: LogView, state: AppState) => LogView): void =>
	app.store.update(state => (state.log ? {...state, log: {...state.log, view: next(state.log.view, state)}} : state));

const find =
	(direction: 1 | -1) =>
	({app}: {readonly app: App}): void => {
		const {log} = app.store.get();
		if (log?.view.search.text === '') {
			notify(app, 'Search first: /');
			return;
		}
		changeLog(app, (view, state) => toMatch(view, logLines(state), logHeight(state), direction));
	};

export const logCommands: SomeCommands<'log'> = {
	'log/follow': ({app}) =>
		changeLog(app, (view, state) => toggleFollow(view, logLines(state).length, logHeight(state))),
	'log/wrap': ({app}) => changeLog(app, view => ({...view, wraps: !view.wraps})),
	'log/search': ({app}) => changeLog(app, view => ({...view, typing: 'search'})),
	'log/filter': ({app}) => changeLog(app, view => ({...view, typing: 'filter'})),
	'log/next': find(1),
	'log/previous': find(-1),
	'log/error': ({app}) =>
		changeLog(app, (view, state) =>
			toMatch({...view, top: -1, isFollowingEnd: false}, logLines(state), logHeight(state), 1, isErrorLine),
		),
	'log/copy': ({app}) => {
		const state = app.store.get();
		if (!state.log) return;
		const lines = logLines(state);
		const top = topOf(state.log.view, lines.length, logHeight(state));
		const shown = lines.slice(top, top + logHeight(state));
		app.terminal.copy(shown.join('\n'));
		notify(app, `Copied ${shown.length} lines`, 'good');
	},
};
