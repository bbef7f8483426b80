import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import {mainFile} from './slipway.ts';

export interface TerminalOptions {
	readonly columns?: number;
	readonly rows?: number;
	readonly cwd?: string;
	readonly env: Readonly<Record<string, string | undefined>>;
}

export type Screen = readonly string[];

export type ScreenMatch = string | RegExp | ((screen: Screen) => boolean);

/** A program in a real pty, with an emulator that shows what a person would see. */
export interface Terminal {
	/** Rows without trailing blanks. */
	screen(): Screen;
	text(): string;
	/** With their looks. */
	cells(): readonly (readonly StyledCell[])[];
	/** Resolves with the screen as soon as it matches; fails with the last screen. */
	waitFor(match: ScreenMatch, timeoutMs?: number): Promise<Screen>;
	/** Sends all of it in one write: keys that arrive together. */
	write(keys: string): void;
	resize(columns: number, rows: number): void;
	/** Bytes that the program wrote so far. */
	readonly receivedBytes: number;
	/** Everything that the program wrote. */
	readonly raw: string;
	readonly isAlternateScreen: boolean;
	readonly pid: number;
	readonly exit: Promise<{readonly exitCode: number; readonly signal: number}>;
	/** Ends the program if it still runs. */
	close(): Promise<void>;
}

export type CellColor = {readonly kind: 'palette' | 'rgb'; readonly value: number};

export interface StyledCell {
	/** Empty for the second half of a wide character. */
	readonly text: string;
	readonly isBold: boolean;
	readonly isDim: boolean;
	readonly isInverse: boolean;
	readonly isUnderlined: boolean;
	/** Null: the terminal's own. */
	readonly foreground: CellColor | null;
	readonly background: CellColor | null;
}

export const keys = {
	enter: '\r',
	escape: '\u001b',
	tab: '\t',
	backspace: '\u007f',
	up: '\u001b[A',
	down: '\u001b[B',
	right: '\u001b[C',
	left: '\u001b[D',
	pageUp: '\u001b[5~',
	pageDown: '\u001b[6~',
	ctrl: (letter: string) => String.fromCodePoint(letter.toUpperCase().charCodeAt(0) - 64),
} as const;

export function openSlipway(args: readonly string[], options: TerminalOptions): Terminal {
	return openTerminal(process.execPath, [mainFile, ...args], options);
}

export function openTerminal(file: string, args: readonly string[], options: TerminalOptions): Terminal {
	const {columns = 120, rows = 40, cwd = '/', env} = options;
	const emulator = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 5000});
	const watchers = new Set<() => void>();
	let raw = '';
	let receivedBytes = 0;
	const child = pty.spawn(file, [...args], {
		name: 'xterm-256color',
		cols: columns,
		rows,
		cwd,
		env: {...env, TERM: 'xterm-256color'},
	});
	// The emulator answers queries of the program (cursor position, colours) as a terminal does.
	emulator.onData(answer => child.write(answer));
	child.onData(data => {
		raw += data;
		receivedBytes += Buffer.byteLength(data);
		emulator.write(data, () => {
			for (const watch of watchers) watch();
		});
	});
	let hasEnded = false;
	const exit = new Promise<{exitCode: number; signal: number}>(resolve => {
		child.onExit(({exitCode, signal}) => {
			hasEnded = true;
			// What was written last is drawn before the end is told.
			emulator.write('', () => resolve({exitCode, signal: signal ?? 0}));
		});
	});

	const screen = () => {
		const {active} = emulator.buffer;
		return Array.from(
			{length: emulator.rows},
			(_, row) =>
				active
					.getLine(active.baseY + row)
					?.translateToString(true, 0, emulator.cols)
					.trimEnd() ?? '',
		);
	};
	const text = () => screen().join('\n').trimEnd();
	const cells = (): readonly (readonly StyledCell[])[] => {
		const {active} = emulator.buffer;
		return Array.from({length: emulator.rows}, (_, row) => {
			const line = active.getLine(active.baseY + row);
			return Array.from({length: emulator.cols}, (_, column) => styledCell(line?.getCell(column)));
		});
	};

	return {
		screen,
		text,
		cells,
		waitFor(match, timeoutMs = 20_000) {
			const holds = () => {
				if (typeof match === 'string') return text().includes(match);
				return match instanceof RegExp ? match.test(text()) : match(screen());
			};
			return new Promise((resolve, reject) => {
				const finish = (settle: () => void) => {
					clearTimeout(limit);
					clearInterval(poll);
					watchers.delete(watch);
					settle();
				};
				const fail = (why: string) =>
					finish(() => reject(new Error(`${why} waiting for ${String(match)}:\n${text()}`)));
				const watch = () => {
					if (holds()) finish(() => resolve(screen()));
				};
				const limit = setTimeout(() => fail(`${timeoutMs} ms passed`), timeoutMs);
				watchers.add(watch);
				// What a predicate asks about, a file for example, may change while the screen stays as it is.
				const poll = setInterval(watch, 50);
				watch();
				const afterEnd = async () => {
					const {exitCode} = await exit;
					watch();
					if (watchers.has(watch)) fail(`the program ended with ${exitCode}`);
				};
				void afterEnd();
			});
		},
		write: text => child.write(text),
		resize(newColumns, newRows) {
			emulator.resize(newColumns, newRows);
			child.resize(newColumns, newRows);
		},
		get receivedBytes() {
			return receivedBytes;
		},
		get raw() {
			return raw;
		},
		get isAlternateScreen() {
			return emulator.buffer.active.type === 'alternate';
		},
		pid: child.pid,
		exit,
		async close() {
			if (!hasEnded) child.kill('SIGKILL');
			await exit;
			emulator.dispose();
		},
	};
}

type BufferCell = NonNullable<
	ReturnType<NonNullable<ReturnType<xterm.Terminal['buffer']['active']['getLine']>>['getCell']>
>;

function styledCell(cell: BufferCell | undefined): StyledCell {
	const color = (isDefault: boolean, isRgb: boolean, value: number): CellColor | null =>
		isDefault ? null : {kind: isRgb ? 'rgb' : 'palette', value};
	return {
		text: cell ? cell.getChars() || (cell.getWidth() === 0 ? '' : ' ') : ' ',
		isBold: Boolean(cell?.isBold()),
		isDim: Boolean(cell?.isDim()),
		isInverse: Boolean(cell?.isInverse()),
		isUnderlined: Boolean(cell?.isUnderline()),
		foreground: cell ? color(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()) : null,
		background: cell ? color(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor()) : null,
	};
}
