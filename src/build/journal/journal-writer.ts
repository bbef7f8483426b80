import {closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync} from 'node:fs';
import {dirname} from 'node:path';
import {isSystemError, SlipwayError} from '../../base/errors.ts';
import type {JournalEventBody} from '../journal-event.ts';
import {concealer} from './concealment.ts';

/**
 * The journal of a build: DESIGN.md section 7. Written by its builder alone, appended to only; every event stands in
 * the file before `append` returns, so that a builder that dies loses none. Progress is thinned out and log text is
 * gathered here, so that engines need not care.
 */
export interface JournalWriter {
	/** Throws `storage` if the disk refuses. On a full disk the ends of phases, lines and the build are written all the same. */
	append(event: JournalEventBody): void;
	close(): void;
}

export interface JournalOptions {
	/** Texts that never enter: values of the composition's variables. */
	readonly secrets?: Iterable<string>;
	readonly now?: () => Date;
	/** What a failed write outside of `append` is told to. */
	readonly onFailure?: (error: unknown) => void;
}

const progressIntervalMs = 100;
const logIntervalMs = 100;
const longestLogBytes = 64 * 1024;
/** Room that is given back to the disk when it is full: a build that fails for that reason still says so. */
const reserveBytes = 128 * 1024;

type Progress = Extract<JournalEventBody, {type: 'phase/progressed'}>;
type Log = Extract<JournalEventBody, {type: 'log/appended'}>;

export function createJournal(path: string, options: JournalOptions = {}): JournalWriter {
	const now = options.now ?? (() => new Date());
	const conceal = concealer(options.secrets ?? []);
	mkdirSync(dirname(path), {recursive: true});
	const file = openSync(path, 'ax', 0o600);
	const progress = new Map<string, {writtenMs: number; held: Progress | null}>();
	const logs = new Map<string, Log>();
	const reserve = openReserve(`${path}.reserve`);
	let isFull = false;
	let sequence = 0;
	let timer: NodeJS.Timeout | null = null;

	const write = (event: JournalEventBody) => {
		if (isFull && !isEnd(event)) return;
		sequence += 1;
		const {type, ...rest} = event;
		const line = `${JSON.stringify({seq: sequence, at: now().toISOString(), type, ...rest})}\n`;
		const bytes = Buffer.from(line);
		for (let offset = 0; offset < bytes.length;) {
			try {
				offset += writeSync(file, bytes, offset);
			} catch (cause) {
				if (isFull || !isFullDisk(cause)) throw notWritten(path, cause);
				// What was begun is written whole, whichever event it is.
				isFull = true;
				ftruncateSync(reserve);
			}
		}
	};

	/** Whole lines of the gathered text; the unfinished last line too if `all`. A secret is never cut in two that way. */
	const flushLog = (key: string, all: boolean) => {
		const log = logs.get(key);
		if (!log) return;
		const end = all || log.text.length > longestLogBytes ? log.text.length : log.text.lastIndexOf('\n') + 1;
		if (end === 0) return;
		const rest = log.text.slice(end);
		if (rest) logs.set(key, {...log, text: rest});
		else logs.delete(key);
		write({...log, text: conceal(log.text.slice(0, end))});
	};

	const flushLogsOf = (line: string) => {
		for (const [key, log] of logs) if (log.line === line) flushLog(key, true);
	};

	const scheduleLogs = () => {
		timer ??= setTimeout(() => {
			timer = null;
			try {
				for (const key of logs.keys()) flushLog(key, false);
			} catch (error) {
				options.onFailure?.(error);
			}
		}, logIntervalMs).unref();
	};

	const appendLog = (event: Log) => {
		const key = `${event.line}\n${event.phase}\n${event.stream}`;
		for (const [other, log] of logs) if (other !== key && log.line === event.line) flushLog(other, true);
		const before = logs.get(key);
		const text = (before?.text ?? '') + event.text;
		logs.set(key, {...event, text});
		if (text.length > longestLogBytes) flushLog(key, false);
		scheduleLogs();
	};

	const appendProgress = (event: Progress) => {
		const key = `${event.line}\n${event.phase}`;
		const last = progress.get(key);
		const nowMs = now().getTime();
		if (last && nowMs - last.writtenMs < progressIntervalMs) last.held = event;
		else {
			progress.set(key, {writtenMs: nowMs, held: null});
			write(event);
		}
	};

	/** The last held progress is a phase's true end: it is written before the phase finishes. */
	const finishPhase = (key: string) => {
		const held = progress.get(key)?.held;
		progress.delete(key);
		if (held) write(held);
	};

	const appendAny = (event: JournalEventBody) => {
		switch (event.type) {
			case 'phase/progressed':
				return appendProgress(event);
			case 'log/appended':
				return appendLog(event);
			case 'phase/finished':
				finishPhase(`${event.line}\n${event.phase}`);
				flushLogsOf(event.line);
				return write(event);
			case 'line/finished':
				flushLogsOf(event.line);
				return write({...event, error: concealError(event.error, conceal)});
			case 'build/finished': {
				for (const key of logs.keys()) flushLog(key, true);
				const lines = event.lines.map(line => ({...line, error: concealError(line.error, conceal)}));
				return write({...event, lines});
			}
			case 'build/started':
			case 'line/started':
			case 'phase/started':
				return write(event);
		}
	};

	return {
		append(event) {
			appendAny(event);
			if (isFull && !isEnd(event)) throw notWritten(path, null);
		},
		close() {
			if (timer) clearTimeout(timer);
			for (const key of logs.keys()) flushLog(key, true);
			fsyncSync(file);
			closeSync(file);
			closeSync(reserve);
		},
	};
}

/** Takes room on the disk without a name, so that it goes with this process. */
function openReserve(path: string): number {
	const file = openSync(path, 'wx', 0o600);
	rmSync(path);
	writeFileSync(file, Buffer.alloc(reserveBytes, ' '));
	return file;
}

const isFullDisk = (error: unknown) => isSystemError(error, 'ENOSPC') || isSystemError(error, 'EDQUOT');

const isEnd = ({type}: JournalEventBody) =>
	type === 'phase/finished' || type === 'line/finished' || type === 'build/finished';

function notWritten(path: string, cause: unknown): SlipwayError {
	const isFull = cause === null || isFullDisk(cause);
	return new SlipwayError(
		'storage',
		`The build's journal ${path} cannot be written${isFull ? ': the disk is full' : ''}.`,
		{
			hint: 'Make room on the disk or make the folder writable, then build again: finished work is reused.',
			cause,
		},
	);
}

function concealError<T extends {readonly message: string; readonly hint: string | null}>(
	error: T | null,
	conceal: (text: string) => string,
): T | null {
	if (!error) return null;
	return {...error, message: conceal(error.message), hint: error.hint === null ? null : conceal(error.hint)};
}
