import type {BenchRow} from './row.ts';
import {builderMemory} from './rows/builder-memory.ts';
import {build} from './rows/build.ts';
import {busy} from './rows/busy.ts';
import {growth} from './rows/growth.ts';
import {keystroke} from './rows/keystroke.ts';
import {publish} from './rows/publish.ts';
import {rebuilds} from './rows/rebuilds.ts';
import {refresh} from './rows/refresh.ts';
import {scale} from './rows/scale.ts';
import {startUp} from './rows/start-up.ts';
import {firstFrame, screen} from './rows/terminal.ts';
import {toggle} from './rows/toggle.ts';

/** Every row, in the order of the table. */
export const benchRows: readonly BenchRow[] = [
	startUp,
	firstFrame,
	keystroke,
	screen,
	busy,
	toggle,
	refresh,
	build,
	growth,
	builderMemory,
	publish,
	scale,
	rebuilds,
];
