import {dirname} from 'node:path';
import {makeSlipwayHome, type SlipwayHome} from '../support/slipway.ts';

/** A mirror that stands still serves the bench as well as one that moves: both sides take it. */
export const acceptExpired = {
	SLIPWAY_ACCEPT_EXPIRED: ['bookworm', 'trixie', 'forky']
		.flatMap(release => [release, `${release}-updates`, `${release}-security`])
		.join(','),
};

let shared: Promise<SlipwayHome> | null = null;

/**
 * A home with current indexes, made once a bench: SLIPWAY_HOME if it is set, otherwise a temporary one that is refreshed from
 * the machine's mirror.
 */
export function benchHome(note: (text: string) => void): Promise<SlipwayHome> {
	shared ??= open(note);
	return shared;
}

async function open(note: (text: string) => void): Promise<SlipwayHome> {
	const own = process.env['SLIPWAY_HOME'];
	const home = await makeSlipwayHome({
		...(own && {folder: dirname(own)}),
		env: {...acceptExpired, ...(own && {SLIPWAY_HOME: own})},
	});
	note(own ? `  state of ${own}` : '  refreshing indexes into a temporary home');
	const result = await home.run(['update']);
	if (result.exitCode !== 0) throw new Error(`slipway update: ${result.stderr}`);
	return home;
}
