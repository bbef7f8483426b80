import {useApp, usePaste, useStdin, type SuspendTerminal} from 'ink';
import {useEffect, useEffectEvent} from 'react';
import {decodeInput, type InputEvent} from '../../../state/keys/decode-input.ts';

interface InputSourceProps {
	readonly onEvents: (events: readonly InputEvent[]) => void;
	/** Hands out what only a component can ask of Ink. */
	readonly onReady: (suspend: SuspendTerminal) => void;
}

/** A lone Esc is told from the beginning of a sequence by waiting this long. */
const escapeMs = 20;

/**
 * Reads the terminal beside Ink, which puts it into raw mode and turns bracketed paste on: our own decoder loses no key
 * of a chunk, and knows the mouse.
 */
export function InputSource({onEvents, onReady}: InputSourceProps) {
	const {stdin} = useStdin();
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
		stdin.on('data', onData);
		ready(suspendTerminal);
		return () => {
			if (timer) clearTimeout(timer);
			stdin.off('data', onData);
		};
	}, [stdin, suspendTerminal]);
	return null;
}
