import type {BenchRow} from './row.ts';
import {build} from './rows/build.ts';
import {keystroke} from './rows/keystroke.ts';
import {refresh} from './rows/refresh.ts';
import {startUp} from './rows/start-up.ts';
import {toggle} from './rows/toggle.ts';

/** Every row, in the order of the table. */
export const benchRows: readonly BenchRow[] = [startUp, keystroke, toggle, refresh, build];
