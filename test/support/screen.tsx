import {EventEmitter} from 'node:events';
import {PassThrough} from 'node:stream';
import xterm from '@xterm/headless';
import {render, type RenderOptions} from 'ink';
import type {ReactNode} from 'react';

/** A terminal that Ink draws on: an emulator of that size behind a stream, and a keyboard. */
class ScreenOutput extends EventEmitter {
	readonly isTTY = true;
	readonly writable = true;
	readonly term: InstanceType<typeof xterm.Terminal>;
	raw = '';
	#pending: Promise<void> = Promise.resolve();

	constructor(term: InstanceType<typeof xterm.Terminal>) {
		super();
		this.term = term;
	}

	get columns() {
		return this.term.cols;
	}

	get rows() {
		return this.term.rows;
	}

	write = (data: string, done?: unknown): boolean => {
		this.raw += data;
		// The emulator takes writes in their order, so the newest is done when all are.
		this.#pending = new Promise<void>(resolve => {
			this.term.write(data, () => {
				resolve();
				if (typeof done === 'function') (done as () => void)();
			});
		});
		return true;
	};

	drain = () => this.#pending;
}

export class Keyboard extends PassThrough {
	readonly isTTY = true;
	isRaw = false;

	setRawMode(isOn: boolean) {
		this.isRaw = isOn;
		return this;
	}

	ref() {
		return this;
	}

	unref() {
		return this;
	}
}

export interface ScreenOptions extends RenderOptions {
	readonly columns?: number;
	readonly rows?: number;
	/** Where the keys are typed, if Ink does not read them itself. */
	readonly keyboard?: Keyboard;
	/** Stands between Ink and the emulator, as between Ink and a terminal. */
	readonly wrap?: (stdout: NodeJS.WriteStream) => NodeJS.WriteStream;
}

export interface Cell {
	readonly text: string;
	readonly isInverse: boolean;
	readonly isBold: boolean;
	readonly isDim: boolean;
	readonly isUnderlined: boolean;
	/** Null: the terminal's own. */
	readonly foreground: number | null;
	readonly background: number | null;
}

export interface TestScreen {
	/** Rows without trailing blanks. */
	readonly text: () => string;
	readonly rowTexts: () => readonly string[];
	readonly cellsOf: (row: number) => readonly Cell[];
	/** Writes all keys in one chunk, then waits until the screen has settled. */
	readonly type: (keys: string) => Promise<void>;
	readonly settle: () => Promise<void>;
	/** Waits until the screen shows it; fails with what it shows instead. */
	readonly waitFor: (match: string | RegExp | ((text: string) => boolean), timeoutMs?: number) => Promise<void>;
	readonly resize: (columns: number, rows: number) => Promise<void>;
	/** Bytes that were written while the work ran. */
	readonly bytesOf: (work: () => Promise<void>) => Promise<number>;
	readonly raw: () => string;
	readonly isAlternate: () => boolean;
	readonly isRaw: () => boolean;
	readonly exit: Promise<unknown>;
	readonly unmount: () => void;
	readonly stdout: NodeJS.WriteStream;
}

/** Draws through Ink's real output path, as in a terminal. */
export function openScreen(node: ReactNode, options: ScreenOptions = {}): TestScreen {
	const {
		columns = 80,
		rows = 24,
		wrap = stdout => stdout,
		keyboard: stdin = new Keyboard(),
		...renderOptions
	} = options;
	const term = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, convertEol: true});
	const stdout = new ScreenOutput(term);
	const stream = stdout as unknown as NodeJS.WriteStream;
	const app = render(node, {
		stdout: wrap(stream),
		stdin: stdin as unknown as NodeJS.ReadStream,
		stderr: stream,
		interactive: true,
		exitOnCtrlC: false,
		patchConsole: false,
		alternateScreen: true,
		incrementalRendering: true,
		maxFps: 1000,
		...renderOptions,
	});
	const exit = app.waitUntilExit();
	exit.catch(() => undefined);
	const settle = async () => {
		for (let round = 0; round < 2; round++) {
			await new Promise(resolve => {
				setImmediate(resolve);
			});
			await app.waitUntilRenderFlush();
			await stdout.drain();
		}
	};
	const rowTexts = () =>
		Array.from(
			{length: term.rows},
			(_, row) =>
				term.buffer.active
					.getLine(term.buffer.active.viewportY + row)
					?.translateToString(true, 0, term.cols)
					.trimEnd() ?? '',
		);
	const text = () => rowTexts().join('\n').trimEnd();
	return {
		text,
		rowTexts,
		settle,
		exit,
		stdout: stream,
		unmount: () => app.unmount(),
		raw: () => stdout.raw,
		isAlternate: () => term.buffer.active.type === 'alternate',
		isRaw: () => stdin.isRaw,
		cellsOf(row) {
			const line = term.buffer.active.getLine(term.buffer.active.viewportY + row);
			return Array.from({length: term.cols}, (_, column) => {
				const cell = line?.getCell(column);
				return {
					text: cell?.getChars() ?? '',
					isInverse: cell?.isInverse() !== 0,
					isBold: cell?.isBold() !== 0,
					isDim: cell?.isDim() !== 0,
					isUnderlined: cell?.isUnderline() !== 0,
					foreground: cell && !cell.isFgDefault() ? cell.getFgColor() : null,
					background: cell && !cell.isBgDefault() ? cell.getBgColor() : null,
				};
			});
		},
		async type(keys) {
			stdin.write(keys);
			await settle();
		},
		async waitFor(match, timeoutMs = 10_000) {
			const holds = () => {
				const shown = text();
				if (typeof match === 'string') return shown.includes(match);
				return match instanceof RegExp ? match.test(shown) : match(shown);
			};
			const until = Date.now() + timeoutMs;
			while (!holds()) {
				if (Date.now() > until) throw new Error(`the screen never showed ${String(match)}:\n${text()}`);
				await settle();
			}
		},
		async resize(newColumns, newRows) {
			term.resize(newColumns, newRows);
			stdout.emit('resize');
			await settle();
		},
		async bytesOf(work) {
			const before = Buffer.byteLength(stdout.raw);
			await work();
			await settle();
			return Buffer.byteLength(stdout.raw) - before;
		},
	};
}
