import {spawn} from 'node:child_process';

/**
 * OSC 52 puts a text into the clipboard, also over SSH. tmux takes it as it is where `set-clipboard` is on, and hands it
 * on wrapped where `allow-passthrough` is: it is sent in both forms. GNU screen hands on what is wrapped, in short pieces.
 */
export function clipboardSequence(text: string, env: Readonly<Record<string, string | undefined>>): string {
	const sequence = `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`;
	if (!env['TMUX'])
		return env['STY']
			? piecesOf(sequence)
					.map(piece => `\u001bP${piece}\u001b\\`)
					.join('')
			: sequence;
	return `${sequence}\u001bPtmux;${sequence.replaceAll('\u001b', '\u001b\u001b')}\u001b\\`;
}

/** screen(1) keeps a string up to 768 bytes. */
const piecesOf = (sequence: string): readonly string[] => sequence.match(/[^]{1,700}/gu) ?? [];

/**
 * By default tmux does neither for applications, but does for its own command: tmux(1), load-buffer. Where that is not to
 * be had, the sequence is all there is.
 */
export function tellTmux(text: string, env: Readonly<Record<string, string | undefined>>): void {
	if (!env['TMUX']) return;
	const child = spawn('tmux', ['load-buffer', '-w', '-'], {env: {...env}, stdio: ['pipe', 'ignore', 'ignore']});
	const ignoreMissing = () => {};
	child.on('error', ignoreMissing);
	child.stdin.on('error', ignoreMissing);
	child.stdin.end(text);
	child.unref();
}
