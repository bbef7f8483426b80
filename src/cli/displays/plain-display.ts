import {safeText} from '../../base/safe-text.ts';
import type {JournalEvent} from '../../build/journal-event.ts';
import {emptyBuildView, foldEvent, type BuildView} from '../../build/journal/build-view.ts';
import {formatBytes, formatDuration} from '../format.ts';
import {style} from '../terminal.ts';
import type {BuildDisplay} from './display.ts';
import {buildSummary} from './summary.ts';

/** Every phase is a step with a number, as in BuildKit's plain display; steps of several lines interleave. */
export interface PlainState {
	readonly view: BuildView;
	readonly steps: readonly Step[];
	/** Step that the last printed line belongs to. */
	readonly current: number;
}

interface Step {
	readonly line: string;
	readonly phase: string;
	readonly startedAtMs: number;
	readonly saidAtMs: number;
}

export const emptyPlainState: PlainState = {view: emptyBuildView, steps: [], current: 0};

const progressIntervalMs = 3000;

/** The state after an event, and the lines to print for it. */
export function updatePlain(
	before: PlainState,
	event: JournalEvent,
): {readonly state: PlainState; readonly lines: readonly string[]} {
	const atMs = Date.parse(event.at);
	const state = {...before, view: foldEvent(before.view, event)};
	const say = (line: string, phase: string, texts: readonly string[], state: PlainState) => {
		const index = state.steps.findLastIndex(step => step.line === line && step.phase === phase);
		const number = index + 1;
		const heading =
			state.current === number ? [] : [...(state.current ? [''] : []), `#${number} [${safeText(line)}] ${phase}`];
		return {state: {...state, current: number}, lines: [...heading, ...texts.map(text => `#${number} ${text}`)]};
	};
	const seconds = (line: string, phase: string) => {
		const step = state.steps.findLast(step => step.line === line && step.phase === phase);
		return ((atMs - (step?.startedAtMs ?? atMs)) / 1000).toFixed(3);
	};
	switch (event.type) {
		case 'build/started':
			return {
				state,
				lines: [
					`Building ${safeText(event.image)}, lines ${safeText(event.lines.join(', '))} (build ${event.build})`,
					...(event.engineReason ? [`With the ${event.engine} engine: ${safeText(event.engineReason)}`] : []),
				],
			};
		case 'phase/started': {
			const step = {line: event.line, phase: event.phase, startedAtMs: atMs, saidAtMs: atMs};
			return say(event.line, event.phase, [], {...state, steps: [...state.steps, step]});
		}
		case 'phase/progressed': {
			const index = state.steps.findLastIndex(step => step.line === event.line && step.phase === event.phase);
			const step = state.steps[index];
			if (!step || atMs - step.saidAtMs < progressIntervalMs) return {state, lines: []};
			const steps = state.steps.with(index, {...step, saidAtMs: atMs});
			return say(event.line, event.phase, [progressText(event)], {...state, steps});
		}
		case 'log/appended': {
			const texts = event.text.replace(/\n$/u, '').split('\n');
			const at = seconds(event.line, event.phase);
			return say(
				event.line,
				event.phase,
				texts.map(text => `${at} ${safeText(text)}`),
				state,
			);
		}
		case 'phase/finished':
			return say(
				event.line,
				event.phase,
				[event.cached ? 'CACHED' : `DONE ${formatDuration(event.durationMs)}`],
				state,
			);
		case 'line/finished': {
			const what = event.error ? `${event.status}: ${safeText(event.error.message)}` : event.status;
			return {state: {...state, current: 0}, lines: ['', `[${safeText(event.line)}] ${what}`, '']};
		}
		case 'line/started':
			return {state, lines: []};
		case 'build/finished':
			return {state: {...state, current: 0}, lines: []};
	}
}

function progressText({done, total, unit}: Extract<JournalEvent, {type: 'phase/progressed'}>): string {
	return unit === 'bytes' ? `${formatBytes(done)} / ${formatBytes(total)}` : `${done} / ${total} ${unit}`;
}

export function createPlainDisplay(stdout: NodeJS.WriteStream): BuildDisplay {
	let state = emptyPlainState;
	const print = (lines: readonly string[]) => {
		if (lines.length > 0) stdout.write(`${lines.join('\n')}\n`);
	};
	return {
		show: event => {
			const next = updatePlain(state, event);
			state = next.state;
			print(next.lines);
		},
		end: status => print(buildSummary(state.view, status, (format, text) => style(format, text, stdout))),
	};
}
