import {render, type SuspendTerminal} from 'ink';
import {join} from 'node:path';
import {createElement} from 'react';
import {writeFileAtomic} from '../../base/atomic-file.ts';
import {exitCodes, messageOf} from '../../base/errors.ts';
import {slipwayPaths} from '../../base/paths.ts';
import {safeText} from '../../base/safe-text.ts';
import {defaultSettings, type Settings} from '../../../state/settings/settings-schema.ts';
import type {TerminalControl, TuiServices} from '../controllers/app.ts';
import {cellStream} from './cell-stream.ts';
import {createInkKeyboard} from './ink-keyboard.ts';
import {Root} from './root.tsx';
import {sessionSummary} from './session-summary.ts';
import {startApp, type WatchWishes} from './start-app.ts';
import {clipboardSequence, tellTmux} from './clipboard.ts';
import {mouseSequence, restoreSequence} from './terminal-modes.ts';

export interface TuiOptions {
	readonly settings?: Settings;
	/** The dashboard alone. */
	readonly watch?: WatchWishes;
	/** Nothing is written, built or downloaded, whatever the settings say. */
	readonly isReadOnly?: boolean;
	/** Ends the application from outside. */
	readonly signal?: AbortSignal;
}

/**
 * The terminal application, until the user leaves it. However it ends, the terminal is as it was; after a crash the place
 * of the report stands on stderr.
 *
 * @returns the exit code
 */
export async function runTui(services: TuiServices, options: TuiOptions = {}): Promise<number> {
	const settings = options.settings ?? defaultSettings;
	const {stdout, stdin, env} = process;
	const cells = cellStream(stdout);
	const ending = new AbortController();
	const startedAtMs = Date.now();
	let suspendTerminal: SuspendTerminal | null = null;
	let exitCode: number = exitCodes.done;
	let hasMouse = settings.mouse;

	// A terminal that is gone cannot be told so.
	const ignoreWriteError = () => {};
	stdout.on('error', ignoreWriteError);
	const setMouse = (isOn: boolean) => {
		hasMouse = isOn;
		stdout.write(mouseSequence(isOn));
	};
	const terminal: TerminalControl = {
		copy(text) {
			stdout.write(clipboardSequence(text, env));
			tellTmux(text, env);
		},
		setMouse,
		exit(code) {
			exitCode = code;
			instance.unmount();
		},
		redraw() {
			cells.invalidate();
			cells.stream.write('\u001b[m');
		},
		async suspend() {
			if (!suspendTerminal) return;
			const suspension = await suspendTerminal();
			stdout.write(mouseSequence(false));
			// The whole group, as the terminal itself would: also npm, if that started us.
			process.kill(0, 'SIGTSTP');
			// Timers stand still while the process is stopped; where nothing stops it, this goes on at once.
			await new Promise(resolve => setTimeout(resolve, 50));
			await suspension.resume();
			if (hasMouse) stdout.write(mouseSequence(true));
		},
		async lend(work) {
			const suspension = await suspendTerminal?.();
			stdout.write(mouseSequence(false));
			try {
				return await work();
			} finally {
				await suspension?.resume();
				if (hasMouse) stdout.write(mouseSequence(true));
			}
		},
	};

	const inkKeyboard = createInkKeyboard(stdin);
	const app = startApp({
		services,
		inkKeyboard,
		terminal,
		settings,
		env,
		columns: stdout.columns,
		rows: stdout.rows,
		signal: ending.signal,
		watch: options.watch ?? null,
		isReadOnly: options.isReadOnly ?? false,
	});
	const root = createElement(Root, {
		parts: app.parts,
		stdin,
		onReady(suspend) {
			suspendTerminal = suspend;
		},
	});
	// Before the first frame: whoever sees it may end the program.
	const restore = () => {
		stdout.write(restoreSequence);
	};
	let failure: unknown = null;
	// Ink's own `unmount` ends as if nothing had happened: the reason is kept here.
	const crash = (error: unknown) => {
		failure ??= error ?? new Error('no reason was given');
		instance.unmount();
	};
	const endBy = (code: number) => () => {
		exitCode = code;
		instance.unmount();
	};
	const onTerminate = endBy(143);
	const onHangUp = endBy(129);
	process.on('exit', restore);
	process.on('uncaughtException', crash);
	process.on('unhandledRejection', crash);
	process.on('SIGTERM', onTerminate);
	process.on('SIGHUP', onHangUp);
	const instance = render(root, {
		stdout: cells.stream,
		stdin: inkKeyboard.stream,
		exitOnCtrlC: false,
		alternateScreen: true,
		incrementalRendering: true,
		patchConsole: true,
		maxFps: 60,
	});
	if (hasMouse) stdout.write(mouseSequence(true));
	options.signal?.addEventListener('abort', onTerminate, {once: true});

	try {
		await instance.waitUntilExit();
	} catch (error) {
		failure ??= error;
	} finally {
		if (hasMouse) stdout.write(mouseSequence(false));
		process.off('exit', restore);
		process.off('uncaughtException', crash);
		process.off('unhandledRejection', crash);
		process.off('SIGTERM', onTerminate);
		process.off('SIGHUP', onHangUp);
	}
	await app.finish().catch((error: unknown) => {
		process.stderr.write(`slipway: the draft could not be kept: ${safeText(messageOf(error))}\n`);
	});
	ending.abort();
	stdout.off('error', ignoreWriteError);
	if (failure !== null) {
		await reportCrash(failure);
		return exitCodes.failed;
	}
	const isRecording = options.watch?.isRecording === true;
	for (const line of sessionSummary(app.store.get().dashboard, startedAtMs, isRecording))
		stdout.write(`${safeText(line)}\n`);
	return exitCode;
}

async function reportCrash(error: unknown): Promise<void> {
	const file = join(slipwayPaths().data, 'logs', `crash-${new Date().toISOString().replaceAll(':', '')}.log`);
	const report = error instanceof Error ? (error.stack ?? error.message) : String(error);
	process.stderr.write(`slipway: the terminal application failed: ${safeText(messageOf(error))}\n`);
	try {
		await writeFileAtomic(file, `${report}\n`, 0o600);
		process.stderr.write(`The report is in ${file}. Drafts and running builds are kept.\n`);
	} catch (cause) {
		process.stderr.write(
			`The report could not be written (${safeText(messageOf(cause))}):\n${safeText(report, {keepNewlines: true})}\n`,
		);
	}
}
