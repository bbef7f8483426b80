import {execFile} from 'node:child_process';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {expect} from 'vitest';
import {indexFromPackages} from '../../src/repository/deb/index-from-packages.ts';
import {resolve} from '../../src/plan/resolver/resolve.ts';
import {randomRepository} from '../plan/random-repository.ts';
import {packagesText} from '../plan/small-repository.ts';
import {testNeeding} from '../support/needs.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {seeded} from './apt-oracle/seeded.ts';

const run = promisify(execFile);

/** `NAME=VERSION` of the packages that dose-debcheck proves not installable. */
async function brokenPackages(text: string, folder: string): Promise<readonly string[]> {
	const file = join(folder, 'Packages');
	await writeFile(file, text);
	// It exits with 1 where something is broken.
	const {stdout} = await run('dose-debcheck', ['--deb-native-arch=amd64', '--failures', file]).catch(
		(error: unknown) => error as {stdout: string},
	);
	return [...stdout.matchAll(/package: (\S+)\n\s+version: (\S+)/g)]
		.map(([, name, version]) => `${name}=${version}`)
		.sort();
}

testNeeding('dose')('dose-debcheck calls the same packages not installable, in 120 random repositories', async () => {
	const random = seeded(5);
	const folder = await temporaryFolder('dose-oracle');
	let brokenCount = 0;
	for (let count = 0; count < 120; count++) {
		const text = packagesText(randomRepository(random));
		const index = indexFromPackages({release: 'test', architecture: 'amd64', packages: [{suite: 'test', text}]});
		const ours: string[] = [];
		for (let id = 0; id < index.packageCount; id++) {
			const root = {name: index.nameOf(id), version: index.versionOf(id), origin: 'added'} as const;
			if (resolve({index, roots: [root]}).kind === 'conflict') ours.push(`${root.name}=${root.version}`);
		}
		expect(ours.sort(), text).toEqual(await brokenPackages(text, folder));
		brokenCount += ours.length;
	}
	expect(brokenCount).toBeGreaterThan(100);
});
