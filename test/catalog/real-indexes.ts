import {join} from 'node:path';
import {tmpdir} from 'node:os';
import type {PackageIndex} from '../../src/repository/package-index.ts';
import {openRepository} from '../../src/repository/deb/debian-repository.ts';
import {SlipwayError} from '../../src/base/errors.ts';

/**
 * The machine's own mirror, for tests on real packages: downloaded once a test run (SLIPWAY_TEST_INDEXES names a cache folder that
 * has them already). A mirror whose testing release is stale is good enough here.
 */
export async function realIndexes(): Promise<ReadonlyMap<string, PackageIndex>> {
	const ready = process.env['SLIPWAY_TEST_INDEXES'];
	const cacheFolder = ready ?? join(process.env['SLIPWAY_TEST_ROOT'] ?? tmpdir(), 'real-indexes');
	const repository = await openRepository({
		cacheFolder,
		env: {...process.env, SLIPWAY_ACCEPT_EXPIRED: 'forky'},
	});
	if (ready === undefined) await repository.refresh({architectures: ['amd64']});
	const indexes = new Map<string, PackageIndex>();
	for (const release of repository.releases) {
		try {
			indexes.set(release, await repository.openIndex(release, 'amd64'));
		} catch (error) {
			// A release that the mirror does not have.
			if (!(error instanceof SlipwayError) || error.code !== 'not-found') throw error;
		}
	}
	return indexes;
}
