/**
 * Bytes of a terminal as keys. Our own decoder, since Ink hands on several keys of one chunk as one text and swallows
 * mouse reports: here every key of a chunk is an event of its own, in order, with the mouse and pastes between them.
 */
export type InputEvent =
	/** `a`, `A`, `é`, `space`, `enter`, `ctrl+a`, `alt+b`, `shift+tab`, `up` … */
	| {
			readonly kind: 'key';
			readonly key: string;
			/** What it types; empty for keys that type nothing. */ readonly text: string;
	  }
	| {readonly kind: 'paste'; readonly text: string}
	| {readonly kind: 'mouse'; readonly action: MouseAction; readonly column: number; readonly row: number};

export type MouseAction = 'press' | 'wheel-up' | 'wheel-down';

export interface Decoded {
	readonly events: readonly InputEvent[];
	/** The beginning of a sequence whose rest has not come. */
	readonly pending: string;
}

const pasteStart = '\u001b[200~';
const pasteEnd = '\u001b[201~';

/** @param flush what is pending is taken as it is: a lone Esc */
export function decodeInput(input: string, {flush = false}: {readonly flush?: boolean} = {}): Decoded {
	const events: InputEvent[] = [];
	let at = 0;
	while (at < input.length) {
		const rest = input.slice(at);
		if (rest.startsWith(pasteStart)) {
			const end = rest.indexOf(pasteEnd);
			if (end === -1 && !flush) return {events, pending: rest};
			const text = rest.slice(pasteStart.length, end === -1 ? undefined : end);
			events.push({kind: 'paste', text: text.replace(/\r\n?/gu, '\n')});
			at += end === -1 ? rest.length : end + pasteEnd.length;
			continue;
		}
		if (rest.startsWith('\u001b')) {
			const sequence = escapeSequence(rest);
			if (sequence === null) {
				if (!flush) return {events, pending: rest};
				const cutAnswer = answer.exec(rest);
				if (!cutAnswer) events.push(key('esc'));
				at += cutAnswer?.[0].length ?? 1;
				continue;
			}
			const event = eventOf(sequence);
			if (event) events.push(event);
			at += sequence.length;
			continue;
		}
		const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
		events.push(characterKey(character));
		at += character.length;
	}
	return {events, pending: ''};
}

const key = (name: string, text = ''): InputEvent => ({kind: 'key', key: name, text});

/**
 * What a terminal answers when it is asked for its colours, its clipboard or its name (OSC and DCS of xterm's ctlseqs). A
 * program before this one may have asked over a slow line: its answer is no Alt+] with letters behind it.
 */
const answer = /^\u001b(?:\](?:4|1\d|52);|P[01]?[$+>|!])[^\u0007\u001b]*(\u0007|\u001b\\)?/u;

/** The escape sequence at the start (ECMA-48 CSI, SS3, or Alt with a character); null while it is not complete. */
function escapeSequence(input: string): string | null {
	if (input.length === 1) return null;
	if (input[1] === '[') {
		const match = /^\u001b\[[0-?]*[ -/]*[@-~]/u.exec(input);
		if (match) return match[0];
		// A byte that no CSI may hold ends the attempt: Alt+[ and then whatever follows.
		return /^\u001b\[[0-?]*[ -/]*$/u.test(input) ? null : '\u001b[';
	}
	const answered = answer.exec(input);
	if (answered?.[1] !== undefined) return answered[0];
	// All of it may be the beginning of one; the terminator's first byte, too.
	if (answered && answered[0].length >= input.length - (input.endsWith('\u001b') ? 1 : 0)) return null;
	if (input[1] === 'O') return input.length < 3 ? null : input.slice(0, 3);
	if (input[1] === '\u001b') return '\u001b';
	return input.slice(0, 1 + String.fromCodePoint(input.codePointAt(1) ?? 0).length);
}

const csiNames: Readonly<Record<string, string>> = {
	A: 'up',
	B: 'down',
	C: 'right',
	D: 'left',
	H: 'home',
	F: 'end',
	Z: 'shift+tab',
	P: 'f1',
	Q: 'f2',
	R: 'f3',
	S: 'f4',
};
const tildeNames: Readonly<Record<string, string>> = {
	1: 'home',
	2: 'insert',
	3: 'delete',
	4: 'end',
	5: 'pageup',
	6: 'pagedown',
	7: 'home',
	8: 'end',
	11: 'f1',
	12: 'f2',
	13: 'f3',
	14: 'f4',
	15: 'f5',
	17: 'f6',
	18: 'f7',
	19: 'f8',
	20: 'f9',
	21: 'f10',
	23: 'f11',
	24: 'f12',
};

function eventOf(sequence: string): InputEvent | null {
	if (sequence === '\u001b') return key('esc');
	const mouse = /^\u001b\[<(\d+);(\d+);(\d+)([Mm])$/u.exec(sequence);
	if (mouse) return mouseEvent(Number(mouse[1]), Number(mouse[2]), Number(mouse[3]), mouse[4] === 'M');
	const unicode = /^\u001b\[(\d+)(?:;(\d+))?u$/u.exec(sequence);
	if (unicode) return unicodeKey(Number(unicode[1]), Number(unicode[2] ?? 1) - 1);
	const csi = /^\u001b[[O](\d*)(?:;(\d+))?([A-Za-z~])$/u.exec(sequence);
	if (csi) {
		const [, number = '', modifiers, final = ''] = csi;
		// A letter with other numbers is an answer of the terminal, such as a cursor position, and no key.
		const isKey = final === '~' || number === '' || number === '1';
		const name = final === '~' ? tildeNames[number] : isKey ? csiNames[final] : undefined;
		return name ? key(withModifiers(name, Number(modifiers ?? 1) - 1)) : null;
	}
	if (sequence === '\u001b[') return key('alt+[');
	if (/^\u001b[[O]/u.test(sequence) || answer.test(sequence)) return null;
	const inner = characterKey(sequence.slice(1));
	return inner.kind === 'key' ? key(`alt+${inner.key}`) : null;
}

/** A key by its code point, which terminals send where a plain byte would be ambiguous (CSI u; kitty's protocol). */
function unicodeKey(code: number, bits: number): InputEvent | null {
	if (code > 0x10_ff_ff) return null;
	const plain = code === 27 ? key('esc') : characterKey(String.fromCodePoint(code));
	if (plain.kind !== 'key' || bits === 0) return plain;
	// Shift is in the letter already.
	if (bits === 1 && plain.text !== '') return characterKey(plain.text.toUpperCase());
	return key(withModifiers(plain.key, bits));
}

/** xterm's modifier parameter less one is a bit set: shift, alt, ctrl. */
function withModifiers(name: string, bits: number): string {
	const prefix = `${bits & 4 ? 'ctrl+' : ''}${bits & 2 ? 'alt+' : ''}${bits & 1 ? 'shift+' : ''}`;
	return prefix + name;
}

function mouseEvent(code: number, column: number, row: number, isPress: boolean): InputEvent | null {
	if (!isPress) return null;
	const action = code === 64 ? 'wheel-up' : code === 65 ? 'wheel-down' : code === 0 ? 'press' : null;
	return action && {kind: 'mouse', action, column: column - 1, row: row - 1};
}

function characterKey(character: string): InputEvent {
	switch (character) {
		case '\r':
		case '\n':
			return key('enter');
		case '\t':
			return key('tab');
		case '\u007f':
			return key('backspace');
		case '\u0000':
			return key('ctrl+space');
		case ' ':
			return key('space', ' ');
		default:
	}
	const code = character.codePointAt(0) ?? 0;
	if (code < 0x20) return key(`ctrl+${String.fromCodePoint(code + 0x60)}`);
	// C1 controls type nothing.
	if (code < 0xa0 && code >= 0x80) return key('unknown');
	return key(character, character);
}
