import {formatBytes} from '../../../components/format/sizes.ts';
import {notify, type App} from './app.ts';

/** tmux, screen and most terminals pass no more than that on by OSC 52: a longer text would be lost or cut. */
export const mostCopiedBytes = 74_994;

/**
 * Puts a text into the clipboard and says so. A text that no terminal takes whole is refused, never cut.
 *
 * @param instead how to get the whole of a longer text, as a sentence
 */
export function copyText(app: App, text: string, said: string, instead = ''): void {
	const bytes = Buffer.byteLength(text);
	if (bytes > mostCopiedBytes) {
		const why = `Not copied: ${formatBytes(bytes)}, and terminals take ${formatBytes(mostCopiedBytes)}.`;
		notify(app, `${why} ${instead}`.trim(), 'warning');
		return;
	}
	app.terminal.copy(text);
	notify(app, said, 'good');
}
