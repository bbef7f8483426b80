import {screenOf, type AppState} from '../../../../state/app-state.ts';
import type {LogLine} from '../../../../state/dashboard/log-lines.ts';
import {scrollLog, shownLines, type LogMove} from '../../../../state/dashboard/log-view.ts';
import {bodyArea} from '../../../../state/layout.ts';
import {insideFrame} from '../../../../state/lists/list-areas.ts';
import {scrollText} from '../../../../state/dialogs/text-dialog.ts';
import {moveCursor, type ListMove} from '../../../../state/lists/list-window.ts';
import {focusedList} from '../../../../state/lists/lists-of.ts';
import type {Parts, SomeCommands} from '../parts.ts';

/** Moves what the keys move now: a list, a log, a text. */
export function move(state: AppState, step: ListMove & LogMove): AppState {
	if (state.dialog?.kind === 'text') return {...state, dialog: scrollText(state.dialog, state.terminal, step)};
	if (!state.dialog && screenOf(state) === 'log') return moveLog(state, step);
	const list = focusedList(state);
	if (!list) return state;
	return list.put(state, moveCursor(list.cursor, step, list.count, Math.max(1, list.area.height)));
}

export function logLines(state: AppState): readonly LogLine[] {
	const entry = state.dashboard.builds.find(({build}) => build === state.log?.build);
	return state.log ? shownLines(state.log.view, entry?.logs[state.log.line] ?? []) : [];
}

export const logHeight = (state: AppState): number => insideFrame(bodyArea(state)).height;

function moveLog(state: AppState, step: LogMove): AppState {
	if (!state.log) return state;
	const view = scrollLog(state.log.view, step, logLines(state).length, logHeight(state));
	return {...state, log: {...state.log, view}};
}

const by =
	(step: ListMove) =>
	({app}: Parts): void =>
		app.store.update(state => move(state, step));

export const listCommands: SomeCommands<'list'> = {
	'list/up': by('up'),
	'list/down': by('down'),
	'list/page-up': by('pageUp'),
	'list/page-down': by('pageDown'),
	'list/first': by('first'),
	'list/last': by('last'),
	'list/filter': ({app}) => app.store.update(state => ({...state, isFiltering: true})),
};
