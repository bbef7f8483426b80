import {spawn} from 'node:child_process';

/**
 * OSC 52 puts a text into the clipboard, also over SSH. tmux takes it as it is where `set-clipboard` is on, and hands it
 * on wrapped where `allow-passthrough` is: it is sent in both forms.
 */
export function clipboardSequence(text: string, env: Readonly<Record<string, string | undefined>>): string {
	const sequence = `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`;
	if (!env['TMUX']) return sequence;
	return `${sequence}\u001bPtmux;${sequence.replaceAll('\u001b', '\u001b\u001b')}\u001b\\`;
}

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
