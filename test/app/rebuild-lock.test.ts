import {expect, test} from 'vitest';
import {lockRebuilds} from '../../src/app/rebuild.ts';
import {slipwayPaths} from '../../src/base/paths.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

const pathsOfANewHome = async () => slipwayPaths({SLIPWAY_HOME: await temporaryFolder('rebuild')});

const quietly = {signal: new AbortController().signal, onWait: () => {}};

test('a rebuild that overlaps another leaves, if it is to', async () => {
	const paths = await pathsOfANewHome();
	const release = await lockRebuilds(paths, 'leave', quietly);
	expect(await lockRebuilds(paths, 'leave', quietly)).toBeNull();
	release?.();
	const next = await lockRebuilds(paths, 'leave', quietly);
	expect(next).not.toBeNull();
	next?.();
});

test('or says once that it waits, and begins when the other has ended', async () => {
	const paths = await pathsOfANewHome();
	const release = await lockRebuilds(paths, 'wait', quietly);
	let waits = 0;
	const waiting = lockRebuilds(paths, 'wait', {
		...quietly,
		onWait: () => {
			waits += 1;
			release?.();
		},
	});
	const next = await waiting;
	expect({waits, hasLock: next !== null}).toEqual({waits: 1, hasLock: true});
	next?.();
});

test('waiting can be cancelled', async () => {
	const paths = await pathsOfANewHome();
	const release = await lockRebuilds(paths, 'wait', quietly);
	const cancelling = new AbortController();
	const waiting = lockRebuilds(paths, 'wait', {signal: cancelling.signal, onWait: () => cancelling.abort()});
	await expect(waiting).rejects.toMatchObject({code: 'cancelled'});
	release?.();
});
