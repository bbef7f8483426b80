import type {Context} from './context.ts';

/** A command of the key map. */
export interface CommandDefinition {
	/** As the help and the palette call it. */
	readonly title: string;
	/** One word for the hint line; none: not shown there. */
	readonly hint?: string;
	readonly keys: readonly string[];
	readonly contexts: readonly Context[];
	/** False: cannot be chosen in the palette, since it only makes sense with the cursor at hand. */
	readonly inPalette?: boolean;
	/** It writes, builds or downloads something, or leads to nothing else: refused while all is only looked at. */
	readonly isWriting?: boolean;
}
