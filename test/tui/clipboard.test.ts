import {expect, test} from 'vitest';
import {clipboardSequence} from '../../src/app/tui/clipboard.ts';

const inBase64 = 'cGhwLWFwaTpsYXRlc3Q=';

test('a text goes to the clipboard by OSC 52', () => {
	expect(clipboardSequence('php-api:latest', {})).toBe(`\u001b]52;c;${inBase64}\u0007`);
});

test('in tmux it is sent for tmux itself, and wrapped for the terminal outside', () => {
	expect(clipboardSequence('php-api:latest', {TMUX: '/tmp/tmux-0/default,1,0'})).toBe(
		`\u001b]52;c;${inBase64}\u0007\u001bPtmux;\u001b\u001b]52;c;${inBase64}\u0007\u001b\\`,
	);
});

test('in GNU screen it is wrapped for the terminal outside, in pieces that screen keeps whole', () => {
	const text = 'a'.repeat(1500);
	const sent = clipboardSequence(text, {STY: '1.pts-0.host'});
	const pieces = sent.split('\u001b\\').slice(0, -1);
	expect(pieces.length).toBe(3);
	expect(pieces.every(piece => piece.startsWith('\u001bP') && piece.length < 768)).toBe(true);
	expect(pieces.map(piece => piece.slice(2)).join('')).toBe(clipboardSequence(text, {}));
});
