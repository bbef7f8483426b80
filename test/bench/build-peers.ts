import {copyFile, mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {startDocker} from '../support/docker-daemon.ts';
import type {DebianRepository} from '../support/debian-repository.ts';
import {mustRun} from '../support/run-program.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {median, timed} from './row.ts';

/** Milliseconds that mmdebstrap takes for a tree of these packages, as a tar archive. */
export async function measureMmdebstrap(
	repository: DebianRepository,
	suite: string,
	names: readonly string[],
	runs: number,
): Promise<number> {
	const target = join(await temporaryFolder('mmdebstrap'), 'tree.tar');
	const times: number[] = [];
	for (let run = 0; run < runs; run += 1) {
		times.push(await timed(() => makeTree(repository, suite, names, target)));
	}
	return median(times);
}

/**
 * Milliseconds that `docker build` takes for a Dockerfile that installs these packages in one RUN line on a Debian base image, without
 * a cached layer for that line: what adding a package to the line costs.
 */
export async function measureDockerBuild({base, context}: Recipe, runs: number): Promise<number> {
	const daemon = await startDocker();
	try {
		await daemon.docker('import', base, 'base');
		const times: number[] = [];
		for (let run = 0; run < runs; run += 1) {
			times.push(await timed(() => daemon.docker('build', '--quiet', '--no-cache', '--network=host', context)));
		}
		return median(times);
	} finally {
		await daemon.stop();
	}
}

/** Milliseconds that `buildah build` takes for the same. */
export async function measureBuildah({folder, base, context}: Recipe, runs: number): Promise<number> {
	const storage = [`--root=${join(folder, 'buildah')}`, `--runroot=${join(folder, 'buildah-run')}`];
	const buildah = (...args: readonly string[]) => mustRun('buildah', [...storage, ...args], {timeoutMs: 900_000});
	const {stdout} = await buildah('from', 'scratch');
	const container = stdout.trim();
	await buildah('add', '--quiet', container, base, '/');
	await buildah('commit', '--quiet', container, 'localhost/base');
	const options = ['--no-cache', '--network=host', '--isolation=chroot', '--pull-never'];
	const times: number[] = [];
	for (let run = 0; run < runs; run += 1) {
		times.push(await timed(() => buildah('build', '--quiet', ...options, context)));
	}
	await buildah('rm', '--all');
	return median(times);
}

/** What docker and buildah build from. */
export interface Recipe {
	readonly folder: string;
	/** A root with apt, as tar archive. */
	readonly base: string;
	/** Folder of the Dockerfile. */
	readonly context: string;
}

export async function makeRecipe(
	repository: DebianRepository,
	suite: string,
	names: readonly string[],
): Promise<Recipe> {
	const folder = await temporaryFolder('recipe');
	const base = join(folder, 'base.tar');
	await makeTree(repository, suite, ['apt'], base);
	const context = join(folder, 'context');
	await mkdir(context);
	const keyring = '/usr/share/keyrings/bench.gpg';
	await copyFile(repository.keyringFile, join(context, 'keyring.gpg'));
	await writeFile(join(context, 'sources'), `deb [signed-by=${keyring}] ${repository.mirror} ${suite} main\n`);
	await writeFile(
		join(context, 'Dockerfile'),
		[
			'FROM base',
			'ENV DEBIAN_FRONTEND=noninteractive',
			`COPY keyring.gpg ${keyring}`,
			'COPY sources /etc/apt/sources.list',
			`RUN apt-get -q update && apt-get -q install --yes --no-install-recommends ${names.join(' ')} && rm -rf /var/lib/apt/lists/*`,
			'',
		].join('\n'),
	);
	return {folder, base, context};
}

async function makeTree(
	repository: DebianRepository,
	suite: string,
	names: readonly string[],
	target: string,
): Promise<void> {
	const {mirror, keyringFile} = repository;
	const include = names.length > 0 ? [`--include=${names.join(',')}`] : [];
	const source = `deb [signed-by=${keyringFile}] ${mirror} ${suite} main`;
	await mustRun('mmdebstrap', ['--quiet', '--variant=essential', ...include, suite, target, source]);
}
