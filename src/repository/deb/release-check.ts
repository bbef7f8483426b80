import {SlipwayError} from '../../base/errors.ts';
import type {Release} from './in-release.ts';

/** How far a mirror's clock may be ahead of this host's. */
const clockToleranceMs = 60 * 60 * 1000;

/** Throws `verification` for a Release file whose time has not come. */
export function refuseFuture(suite: string, date: Date, now: Date): void {
	if (date.getTime() <= now.getTime() + clockToleranceMs) return;
	throw new SlipwayError(
		'verification',
		`${suite} cannot be used: its Release file is of ${minute(date)}, which this host's clock (${minute(now)}) has not reached.`,
		{hint: "Set this host's clock."},
	);
}

/**
 * Valid-Until keeps someone between the mirror and this host from holding back updates.
 *
 * @returns null while the state is valid; a remark if it has expired and that is accepted. Throws `verification` if not.
 */
export function checkValidUntil(
	{suite, release, validUntil}: {readonly suite: string; readonly release: string; readonly validUntil: Date | null},
	now: Date,
	acceptExpired: ReadonlySet<string>,
): string | null {
	if (validUntil === null || validUntil.getTime() >= now.getTime()) return null;
	const expired = `its Release file expired on ${minute(validUntil)} (Valid-Until), and it is ${minute(now)} now`;
	if (acceptExpired.has(release)) return `Used because SLIPWAY_ACCEPT_EXPIRED names ${release}, though ${expired}.`;
	throw new SlipwayError('verification', `${suite} cannot be used: ${expired}.`, {
		hint:
			`The mirror is out of date or this host's clock is wrong: name another mirror with --mirror. ` +
			`To use the old state all the same, set SLIPWAY_ACCEPT_EXPIRED=${release}.`,
	});
}

/** A release goes back in time only on a mirror that lags, or when someone replays an old state. */
export function lagsBehind(release: Release, cachedDate: string): string | null {
	const cached = new Date(cachedDate);
	if (release.date.getTime() >= cached.getTime()) return null;
	return `The mirror lags: its state is of ${minute(release.date)}, the one at hand of ${minute(cached)}.`;
}

export function minute(date: Date): string {
	return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
