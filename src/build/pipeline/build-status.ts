import {exitCodes} from '../../base/errors.ts';
import type {BuildStatus, FinishedLine} from '../journal-event.ts';

const hasImage = ({status}: FinishedLine) => status === 'created' || status === 'up to date';
/** A line that the composition itself leaves out is no failure; one that was skipped for a conflict is. */
const isChosenOut = ({status, error}: FinishedLine) => status === 'skipped' && error === null;

export function buildStatusOf(lines: readonly FinishedLine[], isCancelled: boolean): BuildStatus {
	const wanted = lines.filter(line => !isChosenOut(line));
	const made = wanted.filter(hasImage).length;
	if (isCancelled && made < wanted.length) return 'cancelled';
	if (made === 0)
		return wanted.length > 0 && wanted.every(({status}) => status === 'cancelled') ? 'cancelled' : 'image build failed';
	return made === wanted.length ? 'created' : 'some lines created';
}

/** DESIGN.md section 4: 0 done · 1 failed · 3 some lines created · 130 cancelled. */
export function exitCodeOfStatus(status: BuildStatus): number {
	switch (status) {
		case 'created':
		case 'in progress':
			return exitCodes.done;
		case 'some lines created':
			return exitCodes.someLinesCreated;
		case 'cancelled':
			return exitCodes.cancelled;
		case 'image build failed':
		case 'interrupted':
			return exitCodes.failed;
	}
}
