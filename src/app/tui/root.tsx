import {useIsScreenReaderEnabled, useWindowSize, type SuspendTerminal} from 'ink';
import {useEffect, useMemo, useSyncExternalStore} from 'react';
import {AppView} from '../../../components/app-view.tsx';
import {asciiSymbols, unicodeSymbols} from '../../../components/theme/symbols.ts';
import {themeName, themes} from '../../../components/theme/theme.ts';
import {LookContext, TickContext} from '../../../components/ui/look.ts';
import {isTooSmall} from '../../../state/layout.ts';
import type {InputEvent} from '../../../state/keys/decode-input.ts';
import {runningBuilds} from '../../../state/dashboard/dashboard.ts';
import {beatMs} from '../controllers/beat.ts';
import {InputSource} from './input-source.tsx';
import type {Parts} from './parts.ts';

interface RootProps {
	readonly parts: Parts;
	/** The terminal's keyboard. */
	readonly stdin: NodeJS.ReadStream;
	readonly onReady: (suspend: SuspendTerminal) => void;
}

const slowTickMs = 5000;

export function Root({parts, stdin, onReady}: RootProps) {
	const {store} = parts.app;
	const state = useSyncExternalStore(store.subscribe, store.get);
	const isSpoken = useIsScreenReaderEnabled();
	const {columns, rows} = useWindowSize();
	const isRunning = runningBuilds(state.dashboard).length > 0;
	const {reducedMotion} = state.settings;

	useEffect(() => {
		store.update(now =>
			now.terminal.columns === columns && now.terminal.rows === rows
				? now
				: {...now, terminal: {...now.terminal, columns, rows}},
		);
	}, [store, columns, rows]);

	// Without a running build nothing moves: an idle screen costs neither work nor bytes.
	useEffect(() => {
		if (!isRunning) return undefined;
		const move = () => store.update(now => ({...now, nowMs: parts.app.now()}));
		if (reducedMotion) {
			const timer = setInterval(move, slowTickMs);
			return () => clearInterval(timer);
		}
		let isGone = false;
		const tick = () => {
			if (isGone) return;
			move();
			parts.app.beat.on(tick);
		};
		parts.app.beat.on(tick);
		return () => {
			isGone = true;
		};
	}, [isRunning, reducedMotion, store, parts]);

	const onEvents = (events: readonly InputEvent[]) => {
		for (const event of events) {
			// A screen too small to show what a key does takes none but the one that ends it.
			if (isTooSmall(store.get()) && !(event.kind === 'key' && /^(?:q|ctrl\+c|ctrl\+z)$/u.test(event.key))) continue;
			parts.takeInput(event);
		}
		parts.app.beat.strike();
	};

	const {settings, terminal} = state;
	const theme = themes[themeName(settings.theme, parts.app.env)];
	const symbols = terminal.hasUnicode ? unicodeSymbols : asciiSymbols;
	// The same as long as nothing of it changes: a new one draws everything anew.
	const look = useMemo(() => ({theme, symbols, isSpoken}), [theme, symbols, isSpoken]);
	const tick = reducedMotion ? 0 : Math.floor(state.nowMs / beatMs);
	// The size that Ink draws with and the size in the state are the same frame's.
	// Keys are said as words to who listens.
	const shown = {...state, terminal: {...terminal, columns, rows, hasUnicode: terminal.hasUnicode && !isSpoken}};
	return (
		<LookContext value={look}>
			<TickContext value={tick}>
				<AppView state={shown} widgets={parts.widgets} />
			</TickContext>
			<InputSource stdin={stdin} inkKeyboard={parts.inkKeyboard} onEvents={onEvents} onReady={onReady} />
		</LookContext>
	);
}
