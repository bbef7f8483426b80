import {join} from 'node:path';
import {SlipwayError} from '../../src/base/errors.ts';
import {openRepository} from '../../src/repository/deb/debian-repository.ts';
import type {SlipwayHome} from '../support/slipway.ts';

export interface BenchRecord {
	readonly name: string;
	readonly summary: string;
}

/** Every package record of every release, with repetitions, as the search has them. */
export async function benchRecords(home: SlipwayHome): Promise<readonly BenchRecord[]> {
	const cacheFolder = join(home.env['SLIPWAY_HOME'] ?? '', 'cache');
	const repository = await openRepository({cacheFolder, env: home.env});
	const records: BenchRecord[] = [];
	for (const release of repository.releases) {
		try {
			const index = await repository.openIndex(release, 'amd64');
			for (let id = 0; id < index.packageCount; id += 1)
				records.push({name: index.nameOf(id), summary: index.summaryOf(id)});
		} catch (error) {
			// A mirror may lack a release, or have an expired one.
			if (!(error instanceof SlipwayError) || error.code !== 'not-found') throw error;
		}
	}
	return records;
}
