import {createContext, use} from 'react';
import {unicodeSymbols, type Symbols} from '../theme/symbols.ts';
import {themes, type Theme} from '../theme/theme.ts';

/** How everything looks: handed down, so that no component asks the environment. */
export interface Look {
	readonly theme: Theme;
	readonly symbols: Symbols;
	/** Frame of the spinner; stands still with reduced motion. */
	readonly tick: number;
	/** Borders say nothing to those who listen. */
	readonly isSpoken: boolean;
}

export const LookContext = createContext<Look>({
	theme: themes['16'],
	symbols: unicodeSymbols,
	tick: 0,
	isSpoken: false,
});

export const useLook = (): Look => use(LookContext);
