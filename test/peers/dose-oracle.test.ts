import {execFile} from 'node:child_process';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {expect} from 'vitest';
import {indexFromPackages} from '../../src/repository/deb/index-from-packages.ts';
import {resolve} from '../../src/plan/resolver/resolve.ts';
import {randomRepositories} from '../plan/random-repository.ts';
import {packagesText} from '../plan/small-repository.ts';
import {testNeeding} from '../support/needs.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {suitesOf} from './apt-oracle/distribution.ts';
import {seeded} from './apt-oracle/seeded.ts';

const run = promisify(execFile);

/** `NAME=VERSION` of the packages that dose-debcheck proves not installable. */
async function brokenPackages(text: string, folder: string): Promise<readonly string[]> {
	const file = join(folder, 'Packages');
	await writeFile(file, text);
	// It exits with 1 where something is broken.
	const {stdout} = await run('dose-debcheck', ['--deb-native-arch=amd64', '--failures', file], {
		maxBuffer: 512 * 1024 * 1024,
	}).catch((error: unknown) => error as {stdout: string});
	return [...stdout.matchAll(/package: (\S+)\n\s+version: (\S+)/g)]
		.map(([, name, version]) => `${name}=${version}`)
		.sort();
}

testNeeding('dose')('dose-debcheck calls the same packages not installable, in 120 random repositories', async () => {
	const text = packagesText(randomRepositories(seeded(5), 120));
	const index = indexFromPackages({release: 'test', architecture: 'amd64', packages: [{suite: 'test', text}]});
	const ours: string[] = [];
	for (let id = 0; id < index.packageCount; id++) {
		const root = {name: index.nameOf(id), version: index.versionOf(id), origin: 'added'} as const;
		if (resolve({index, roots: [root]}).kind === 'conflict') ours.push(`${root.name}=${root.version}`);
	}
	expect(ours.sort()).toEqual(await brokenPackages(text, await temporaryFolder('dose-oracle')));
	expect(ours.length).toBeGreaterThan(100);
});

/*
 * The real suites, run by hand: `SLIPWAY_DOSE_ORACLE=trixie,bookworm,forky` judges every version of them (two minutes each);
 * SLIPWAY_DOSE_STRIDE=400 every 400th and each that dose calls broken. apt-oracle.md has the figures.
 */
/** Where dose is wrong: it drops the version of `Conflicts: erlang-base:any (<< 1:13.b.4)`; apt installs it beside 1:29. */
const errorsOfDose: ReadonlySet<string> = new Set(['erlang-doc=1:29.1.1+dfsg-1']);

const wanted = (process.env['SLIPWAY_DOSE_ORACLE'] ?? '').split(',').filter(Boolean);
const stride = Number(process.env['SLIPWAY_DOSE_STRIDE'] ?? '1');

for (const release of wanted) {
	testNeeding('dose', 'apt', 'debian-mirror')(
		`dose-debcheck calls the same packages of ${release} not installable`,
		async () => {
			const suites = await suitesOf(release, 'amd64', await temporaryFolder(`dose-lists-${release}`));
			const index = indexFromPackages({release, architecture: 'amd64', packages: suites});
			const text = suites.map(suite => suite.text).join('\n');
			const broken = new Set(await brokenPackages(text, await temporaryFolder(`dose-${release}`)));
			const different: string[] = [];
			let judged = 0;
			for (let id = 0; id < index.packageCount; id++) {
				const root = {name: index.nameOf(id), version: index.versionOf(id), origin: 'added'} as const;
				const key = `${root.name}=${root.version}`;
				if (id % stride !== 0 && !broken.has(key)) continue;
				judged++;
				const isBroken = resolve({index, roots: [root]}).kind === 'conflict';
				if (isBroken !== broken.has(key)) different.push(key);
			}
			process.stdout.write(
				`${release}: ${judged - different.length} of ${judged} versions judged as by dose, ${broken.size} not installable\n`,
			);
			expect(different.filter(key => !errorsOfDose.has(key))).toEqual([]);
		},
		4 * 3_600_000,
	);
}
