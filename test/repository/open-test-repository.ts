import {join} from 'node:path';
import {
	openRepository,
	type DebianRepository,
	type RepositoryOptions,
} from '../../src/repository/deb/debian-repository.ts';
import type {DebianRepository as TestRepository} from '../support/debian-repository.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

export interface OpenedRepository {
	readonly repository: DebianRepository;
	readonly cacheFolder: string;
	/** What it reported of torn files and the like. */
	readonly notices: readonly string[];
}

/** Slipway's repository over a test's archive: an own cache, no proxies, no waiting between tries. */
export async function openTestRepository(
	archive: TestRepository | null,
	options: Partial<RepositoryOptions> = {},
): Promise<OpenedRepository> {
	const cacheFolder = options.cacheFolder ?? join(await temporaryFolder('repository'), 'cache');
	const notices: string[] = [];
	const repository = await openRepository({
		cacheFolder,
		env: {},
		aptFolder: '/nonexistent',
		backOffMs: 1,
		stallTimeoutMs: 400,
		report: notice => notices.push(notice),
		...(archive && {mirror: archive.mirror, keyring: [archive.keyringFile]}),
		...options,
	});
	return {repository, cacheFolder, notices};
}
