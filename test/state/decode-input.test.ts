import {describe, expect, test} from 'vitest';
import {decodeInput, type InputEvent} from '../../state/keys/decode-input.ts';

const shortly = (event: InputEvent): string => {
	switch (event.kind) {
		case 'key':
			return event.key;
		case 'paste':
			return `paste(${event.text})`;
		case 'mouse':
			return `${event.action}@${event.column},${event.row}`;
	}
};

describe('bytes of a terminal are keys', () => {
	test.each([
		['a', ['a']],
		['abc', ['a', 'b', 'c']],
		['é漢', ['é', '漢']],
		['👍', ['👍']],
		[' ', ['space']],
		['\r', ['enter']],
		['ab\u007f\u007fc\r', ['a', 'b', 'backspace', 'backspace', 'c', 'enter']],
		['\u0001\u0005\u0015', ['ctrl+a', 'ctrl+e', 'ctrl+u']],
		['\u001b[A\u001b[B\u001b[C\u001b[D', ['up', 'down', 'right', 'left']],
		['\u001bOA\u001bOF', ['up', 'end']],
		['\u001b[5~\u001b[6~\u001b[3~\u001b[1~\u001b[4~', ['pageup', 'pagedown', 'delete', 'home', 'end']],
		['\u001b[1;5D\u001b[1;3C\u001b[Z', ['ctrl+left', 'alt+right', 'shift+tab']],
		['\u001bb\u001b\u007f', ['alt+b', 'alt+backspace']],
		['\u001b\r', ['alt+enter']],
		['\u001bOP\u001b[15~', ['f1', 'f5']],
		['\u001b[<0;5;3M\u001b[<0;5;3m', ['press@4,2']],
		['x\u001b[<64;1;1My\u001b[<65;1;1M', ['x', 'wheel-up@0,0', 'y', 'wheel-down@0,0']],
		['\u001b[200~one\r\ntwo\u001b[201~z', ['paste(one\ntwo)', 'z']],
		['\u001b[200~\u001b[31mred\u001b[201~', ['paste(\u001b[31mred)']],
		['\u001b\u001b[A', ['esc', 'up']],
		['\u001b[27u\u001b[97u\u001b[97;2u\u001b[105;5u\u001b[13;3u', ['esc', 'a', 'A', 'ctrl+i', 'alt+enter']],
		['\u001b[I\u001b[?1;2c\u001b[24;80R', []],
		['\u001b]11;rgb:ffff/ffff/ffff\u0007a\u001b]4;1;rgb:0/0/0\u001b\\b', ['a', 'b']],
		['\u001bP>|XTerm(390)\u001b\\\u001bP1+r544e=78\u001b\\x', ['x']],
		['\u001b]a\u001b]1\u001bPx', ['alt+]', 'a', 'alt+]', '1', 'alt+P', 'x']],
	])('%j → %j', (input, keys) => {
		const {events, pending} = decodeInput(input);
		expect(events.map(shortly)).toEqual(keys);
		expect(pending).toBe('');
	});
});

describe('what is not complete waits', () => {
	test.each([
		['\u001b', '\u001b'],
		['a\u001b[', '\u001b['],
		['\u001b[1;5', '\u001b[1;5'],
		['\u001bO', '\u001bO'],
		['\u001b[200~half', '\u001b[200~half'],
		['a\u001b]11;rgb:ff', '\u001b]11;rgb:ff'],
		['\u001b]11;rgb:ff/ff/ff\u001b', '\u001b]11;rgb:ff/ff/ff\u001b'],
	])('%j leaves %j', (input, pending) => {
		expect(decodeInput(input).pending).toBe(pending);
	});

	test('a sequence in two chunks is one key', () => {
		const first = decodeInput('a\u001b[');
		expect(decodeInput(`${first.pending}A`).events.map(shortly)).toEqual(['up']);
	});

	test('after a moment a lone Esc is Esc', () => {
		expect(decodeInput('\u001b', {flush: true}).events.map(shortly)).toEqual(['esc']);
	});
});

test('any split of a stream of keys gives the same keys', () => {
	const stream = 'ab\u001b[A\u001b[1;5Dé\u001b[<64;10;5M\u001b[200~x\ny\u001b[201~\r\u007f';
	const whole = decodeInput(stream).events.map(shortly);
	for (let cut = 1; cut < stream.length; cut++) {
		const first = decodeInput(stream.slice(0, cut));
		const second = decodeInput(first.pending + stream.slice(cut));
		expect([...first.events, ...second.events].map(shortly)).toEqual(whole);
	}
});
