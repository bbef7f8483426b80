import {span, type Line} from '../ui/line.ts';

/** @param date `2025-07-11`, the last day */
export const endOfLife = (date: string, nowMs: number): Line =>
	date < new Date(nowMs).toISOString().slice(0, 10)
		? [span(`ended ${date}`, 'warning')]
		: [span(`until ${date}`, 'muted')];
