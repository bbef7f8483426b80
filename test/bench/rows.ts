import type {BenchRow} from './row.ts';
import {refresh} from './rows/refresh.ts';
import {startUp} from './rows/start-up.ts';

/** Every row, in the order of the table. */
export const benchRows: readonly BenchRow[] = [startUp, refresh];
