import {existsSync} from 'node:fs';
import {cp, mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {makeSlipwayHome, type SlipwayHome} from '../support/slipway.ts';

/** A mirror that stands still serves the bench as well as one that moves: both sides take it. */
export const acceptExpired = {
	SLIPWAY_ACCEPT_EXPIRED: ['bookworm', 'trixie', 'forky'].join(','),
};

let shared: Promise<SlipwayHome> | null = null;

/**
 * A home of the bench's own with current indexes, made once. It begins with what SLIPWAY_HOME has cached, if that is set, and is then
 * refreshed from the machine's mirror.
 */
export function benchHome(note: (text: string) => void): Promise<SlipwayHome> {
	shared ??= open(note);
	return shared;
}

async function open(note: (text: string) => void): Promise<SlipwayHome> {
	const home = await makeSlipwayHome({env: acceptExpired});
	const cache = join(home.env['SLIPWAY_HOME'] ?? '', 'cache');
	await mkdir(cache, {recursive: true});
	const own = process.env['SLIPWAY_HOME'];
	for (const folder of ['indexes', 'packages']) {
		const from = own ? join(own, 'cache', folder) : '';
		if (own && existsSync(from)) await cp(from, join(cache, folder), {recursive: true, preserveTimestamps: true});
	}
	note('  refreshing indexes');
	const result = await home.run(['update']);
	if (result.exitCode !== 0) throw new Error(`slipway update: ${result.stderr}`);
	return home;
}
