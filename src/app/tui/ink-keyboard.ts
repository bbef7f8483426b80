import {PassThrough} from 'node:stream';
import type {TextField} from '../../../state/fields/text-field.ts';
import {graphemesOf} from '../../../state/text/measure.ts';

/**
 * Ink's own keyboard. The application reads the terminal itself; Ink is handed single keys, each after it has drawn the
 * one before, and only for the widgets that read them (ink-select-input, ink-text-input): they take their next state from
 * what was drawn last, and lose keys that come together.
 */
export interface InkKeyboard {
	/** For Ink, in the terminal's place. Raw mode is the terminal's. */
	readonly stream: NodeJS.ReadStream;
	/** One after another; resolves when the last is drawn. */
	press(keys: readonly string[]): Promise<void>;
	/** Told by the mounted application how to wait until a key has done what it does. */
	connect(drawn: () => Promise<void>): void;
}

type RawTerminal = Pick<NodeJS.ReadStream, 'setRawMode' | 'ref' | 'unref' | 'isTTY' | 'isRaw'>;

export function createInkKeyboard(stdin: RawTerminal): InkKeyboard {
	const keys = new PassThrough();
	let drawn = (): Promise<void> => Promise.resolve();
	const stream = Object.assign(keys, {
		isTTY: stdin.isTTY,
		setRawMode(isOn: boolean) {
			stdin.setRawMode(isOn);
			return stream;
		},
		ref() {
			stdin.ref();
			return stream;
		},
		unref() {
			stdin.unref();
			return stream;
		},
	});
	Object.defineProperty(stream, 'isRaw', {get: () => stdin.isRaw});
	return {
		stream: stream as unknown as NodeJS.ReadStream,
		connect(next) {
			drawn = next;
		},
		async press(sequences) {
			await drawn();
			for (const sequence of sequences) {
				keys.write(sequence);
				await drawn();
			}
		},
	};
}

const left = '\u001b[D';
const right = '\u001b[C';
const backspace = '\u007f';

/** Keys of the terminal for the widgets, by the names that `decodeInput` gives. */
export const terminalKeys: Readonly<Record<string, string>> = {up: '\u001b[A', down: '\u001b[B', enter: '\r'};

/**
 * An edit in the only keys that ink-text-input knows: left, right, backspace, and text at its cursor. It counts UTF-16
 * units, as a field does.
 */
export function keysBetween(before: TextField, after: TextField): readonly string[] {
	const shortest = Math.min(before.text.length, after.text.length);
	let start = 0;
	while (start < shortest && before.text[start] === after.text[start]) start++;
	let end = 0;
	while (end < shortest - start && before.text.at(-1 - end) === after.text.at(-1 - end)) end++;
	const to = before.text.length - end;
	const typed = after.text.slice(start, after.text.length - end);
	const isSame = before.text === after.text;
	return [
		...(isSame ? [] : moves(before.cursor, to)),
		...Array.from({length: to - start}, () => backspace).filter(() => !isSame),
		...graphemesOf(typed),
		...moves(isSame ? before.cursor : start + typed.length, after.cursor),
	];
}

const moves = (from: number, to: number): readonly string[] =>
	Array.from({length: Math.abs(to - from)}, () => (to < from ? left : right));
