import {useApp, usePaste, type SuspendTerminal} from 'ink';
import {useEffect, useEffectEvent} from 'react';
import {decodeInput, type InputEvent} from '../../../state/keys/decode-input.ts';
import type {InkKeyboard} from './ink-keyboard.ts';

interface InputSourceProps {
	/** The terminal. */
	readonly stdin: NodeJS.ReadStream;
	readonly inkKeyboard: InkKeyboard;
	readonly onEvents: (events: readonly InputEvent[]) => void;
	/** Hands out what only a component can ask of Ink. */
	readonly onReady: (suspend: SuspendTerminal) => void;
}

/** A lone Esc is told from the beginning of a sequence by waiting this long. */
const escapeMs = 20;

/**
 * Reads the terminal in Ink's place, which puts it into raw mode and turns bracketed paste on: our own decoder loses no
 * key of a chunk, and knows the mouse.
 */
export function InputSource({stdin, inkKeyboard, onEvents, onReady}: InputSourceProps) {
	const {suspendTerminal} = useApp();
	usePaste(() => {});
	const receive = useEffectEvent(onEvents);
	const ready = useEffectEvent(onReady);
	useEffect(() => {
		let pending = '';
		let timer: NodeJS.Timeout | null = null;
		const take = (input: string, flush: boolean) => {
			const decoded = decodeInput(input, {flush});
			pending = decoded.pending;
			if (decoded.events.length > 0) receive(decoded.events);
		};
		const onData = (chunk: string | Buffer) => {
			if (timer) clearTimeout(timer);
			timer = null;
			take(pending + chunk.toString(), false);
			// A paste may take as long as it likes.
			if (pending !== '' && !pending.startsWith('\u001b[200~')) timer = setTimeout(() => take(pending, true), escapeMs);
		};
		stdin.setEncoding('utf8');
		stdin.on('data', onData);
		// A key's own update and the commit that follows run before the second turn; what is written may come later.
		inkKeyboard.connect(async () => {
			for (let turn = 0; turn < 2; turn++) await new Promise(resolve => setImmediate(resolve));
		});
		ready(suspendTerminal);
		return () => {
			if (timer) clearTimeout(timer);
			stdin.off('data', onData);
			stdin.pause();
		};
	}, [stdin, inkKeyboard, suspendTerminal]);
	return null;
}
