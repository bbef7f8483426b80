/** Escape sequences that the application writes beside Ink: xterm's ctlseqs. */

const mouseOn = '\u001b[?1000h\u001b[?1006h';
const mouseOff = '\u001b[?1006l\u001b[?1000l';

export const mouseSequence = (isOn: boolean): string => (isOn ? mouseOn : mouseOff);

/** What a crash may have left on: mouse, bracketed paste, hidden cursor, alternate screen. */
export const restoreSequence = `${mouseOff}\u001b[?2004l\u001b[?25h\u001b[?1049l\u001b[0m`;

/** tmux and screen pass no more than that on. */
const mostBytes = 74_994;

/** OSC 52 puts a text into the clipboard, also over SSH; tmux hands it on if it is wrapped. */
export function clipboardSequence(text: string, env: Readonly<Record<string, string | undefined>>): string {
	const bytes = Buffer.from(text).subarray(0, mostBytes);
	const sequence = `\u001b]52;c;${bytes.toString('base64')}\u0007`;
	if (!env['TMUX']) return sequence;
	return `\u001bPtmux;${sequence.replaceAll('\u001b', '\u001b\u001b')}\u001b\\`;
}
