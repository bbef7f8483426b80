import {createContext, use} from 'react';
import {unicodeSymbols, type Symbols} from '../theme/symbols.ts';
import {themes, type Theme} from '../theme/theme.ts';

/** How everything looks: handed down, so that no component asks the environment. */
export interface Look {
	readonly theme: Theme;
	readonly symbols: Symbols;
	/** Borders say nothing to those who listen. */
	readonly isSpoken: boolean;
}

export const LookContext = createContext<Look>({
	theme: themes['16'],
	symbols: unicodeSymbols,
	isSpoken: false,
});

/** Frame of the spinner; stands still with reduced motion. Of its own, so that only what turns is drawn anew. */
export const TickContext = createContext(0);

export const useLook = (): Look => use(LookContext);
