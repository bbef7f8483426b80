import fs from 'node:fs';
import {syncBuiltinESMExports} from 'node:module';

/*
 * Loaded into every process of a Slipway under test (`--import`). When the builder has written an event of its journal that
 * SLIPWAY_DIE_AT matches, the victims get the signal, at that very moment and not a little later.
 */
export interface Death {
	/** A part of the event's JSON text. */
	readonly event: string;
	/** The builder's parent is the command line or the interactive program that started it. */
	readonly victims: readonly ('parent' | 'builder')[];
	readonly signal: NodeJS.Signals;
}

const wanted = process.env['SLIPWAY_DIE_AT'];
if (wanted !== undefined) {
	const death = JSON.parse(wanted) as Death;
	const write = fs.writeSync;
	let isDone = false;
	const watched = (...args: Parameters<typeof fs.writeSync>): number => {
		const written = write(...args);
		if (isDone || !Buffer.isBuffer(args[1]) || !args[1].includes(death.event) || args[1][0] !== 0x7b) return written;
		isDone = true;
		if (death.victims.includes('parent')) process.kill(process.ppid, death.signal);
		if (death.victims.includes('builder')) process.kill(process.pid, death.signal);
		return written;
	};
	fs.writeSync = watched as typeof fs.writeSync;
	syncBuiltinESMExports();
}
