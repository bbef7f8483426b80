import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {readAptSources} from '../../src/repository/deb/apt-sources.ts';
import {chooseMirror} from '../../src/repository/deb/mirror.ts';
import {mustRun, runProgram, type RunResult} from './run-program.ts';
import {temporaryFolder} from './temporary-folder.ts';

/** apt with folders of its own: it sees nothing of this machine's packages and leaves nothing behind. */
export interface PrivateApt {
	readonly folder: string;
	/** sources.list lines, for tools that take them as arguments. */
	readonly sources: readonly string[];
	update(): Promise<RunResult>;
	/** What apt-get would install for these packages into an empty system; a conflict is a result with exit code 100. */
	simulateInstall(packages: readonly string[]): Promise<RunResult>;
	/** Takes away what `update` fetched. */
	forgetIndexes(): Promise<void>;
}

export interface PrivateAptOptions {
	readonly releases: readonly string[];
	readonly architecture?: string;
	/** Roots; default: the mirror that Slipway takes on this machine. */
	readonly mirror?: string;
	readonly securityMirror?: string;
	readonly keyringFile?: string;
	/** Takes suites whose Valid-Until has passed: a mirror that stands still. */
	readonly acceptExpired?: boolean;
}

export async function makePrivateApt(options: PrivateAptOptions): Promise<PrivateApt> {
	const {releases, architecture = 'amd64', keyringFile = '/usr/share/keyrings/debian-archive-keyring.gpg'} = options;
	const machine = chooseMirror({mirror: null, sources: readAptSources()});
	const main = options.mirror ?? machine.roots.main[0];
	const security = options.securityMirror ?? machine.roots.security[0];
	const folder = await temporaryFolder('apt');
	const sources = releases.flatMap(release =>
		[
			[main, release],
			[main, `${release}-updates`],
			[security, `${release}-security`],
		].map(([root, suite]) => `deb [arch=${architecture} signed-by=${keyringFile}] ${root} ${suite} main`),
	);
	const configuration = [
		`Dir "${folder}";`,
		`Dir::State::status "${folder}/status";`,
		'Dir::Etc::main "/dev/null";',
		'Dir::Etc::parts "/dev/null";',
		'Dir::Bin::Methods "/usr/lib/apt/methods";',
		`APT::Architecture "${architecture}";`,
		`APT::Architectures {"${architecture}";};`,
		'APT::Install-Recommends "false";',
		'APT::Sandbox::User "root";',
		'Acquire::Languages "none";',
		`Acquire::Check-Valid-Until "${options.acceptExpired ? 'false' : 'true'}";`,
	];
	const forgetIndexes = async () => {
		await mustRun('rm', ['-rf', join(folder, 'var')]);
		for (const path of ['var/lib/apt/lists/partial', 'var/cache/apt/archives/partial', 'etc/apt/preferences.d']) {
			await mkdir(join(folder, path), {recursive: true});
		}
	};
	await forgetIndexes();
	await writeFile(join(folder, 'status'), '');
	await writeFile(join(folder, 'etc/apt/sources.list'), sources.map(line => `${line}\n`).join(''));
	await writeFile(join(folder, 'apt.conf'), configuration.map(line => `${line}\n`).join(''));
	const env = {...process.env, APT_CONFIG: join(folder, 'apt.conf'), LC_ALL: 'C.UTF-8'};
	return {
		folder,
		sources,
		update: () => mustRun('apt-get', ['-q', 'update'], {env}),
		simulateInstall: packages => runProgram('apt-get', ['-q', '-s', 'install', ...packages], {env}),
		forgetIndexes,
	};
}
