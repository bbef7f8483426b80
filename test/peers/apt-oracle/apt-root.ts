import {execFile} from 'node:child_process';
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';

const run = promisify(execFile);

export interface SuiteText {
	readonly suite: string;
	/** Text of its Packages file. */
	readonly text: string;
}

/** What apt did: the packages that it would install, or its words on why it cannot. */
export type AptAnswer =
	| {readonly kind: 'ok'; readonly versions: ReadonlyMap<string, string>}
	| {readonly kind: 'failed'; readonly text: string};

/** An apt with a root of its own: nothing is installed, and it sees only the given Packages files. */
export class AptRoot {
	readonly #config: string;

	private constructor(config: string) {
		this.#config = config;
	}

	static async create(folder: string, architecture: string, suites: readonly SuiteText[]): Promise<AptRoot> {
		for (const inner of ['lists/partial', 'archives/partial', 'etc/apt.conf.d', 'log', 'trusted']) {
			await mkdir(join(folder, inner), {recursive: true});
		}
		await writeFile(join(folder, 'status'), '');
		// Loopback: apt never asks, it only takes the names of its list files from here.
		const lines = suites.map(({suite}) => `deb [trusted=yes] http://127.0.0.1/debian ${suite} main\n`);
		await writeFile(join(folder, 'etc/sources.list'), lines.join(''));
		for (const {suite, text} of suites) {
			const file = `127.0.0.1_debian_dists_${suite}_main_binary-${architecture}_Packages`;
			await writeFile(join(folder, 'lists', file), text);
		}
		const config = [
			`Dir "${folder}";`,
			`Dir::State "${folder}";`,
			`Dir::State::lists "${folder}/lists/";`,
			`Dir::State::status "${folder}/status";`,
			`Dir::State::extended_states "${folder}/extended_states";`,
			`Dir::Cache "${folder}";`,
			`Dir::Log "${folder}/log";`,
			`Dir::Etc "${folder}/etc";`,
			`Dir::Etc::sourcelist "${folder}/etc/sources.list";`,
			'Dir::Etc::sourceparts "/dev/null";',
			'Dir::Etc::preferences "/dev/null";',
			'Dir::Etc::preferencesparts "/dev/null";',
			`Dir::Etc::trustedparts "${folder}/trusted";`,
			`APT::Architecture "${architecture}";`,
			`APT::Architectures {"${architecture}";};`,
			'APT::Install-Recommends "false";',
			'APT::Install-Suggests "false";',
			'Acquire::Languages "none";',
			'APT::Sandbox::User "root";',
			'#clear DPkg::Post-Invoke;',
			'#clear DPkg::Pre-Install-Pkgs;',
			'#clear APT::Update::Post-Invoke;',
		];
		const path = join(folder, 'apt.conf');
		await writeFile(path, `${config.join('\n')}\n`);
		return new AptRoot(path);
	}

	/**
	 * `apt-get -s install --no-install-recommends`, from nothing. `NAME=VERSION` pins.
	 *
	 * @param options.quick asks with `--print-uris` instead: the same choice by the same code, without acting the
	 * installation out, in half the time.
	 */
	async install(names: readonly string[], {quick = false} = {}): Promise<AptAnswer> {
		const mode = quick ? '--print-uris' : '-s';
		try {
			const {stdout} = await run('apt-get', [mode, '-qq', '-y', 'install', '--no-install-recommends', ...names], {
				env: {...process.env, APT_CONFIG: this.#config, LC_ALL: 'C'},
				maxBuffer: 64 * 1024 * 1024,
			});
			return {kind: 'ok', versions: quick ? versionsInUris(stdout) : versionsInSimulation(stdout)};
		} catch (error) {
			const {code, stdout = '', stderr = ''} = error as {code?: unknown; stdout?: string; stderr?: string};
			// Only apt's own word is an answer: not that it could not be started, or was ended.
			if (code !== 100) throw error;
			return {kind: 'failed', text: `${stdout}${stderr}`.trim()};
		}
	}
}

/** `Inst php8.4-fpm (8.4.28-1~deb13u1 … [amd64])` */
function versionsInSimulation(text: string): ReadonlyMap<string, string> {
	const lines = text.matchAll(/^Inst ([^ :]+)(?::\S+)? \((\S+) /gm);
	return new Map([...lines].map(([, name = '', version = '']) => [name, version]));
}

/** `'http://…' php8.4-fpm_8.4.28-1~deb13u1_amd64.deb 1885772 …`, with `%3a` for the colon of an epoch. */
function versionsInUris(text: string): ReadonlyMap<string, string> {
	const lines = text.matchAll(/^'[^']*' ([^ _]+)_([^ _]+)_\S+\.deb /gm);
	return new Map(
		[...lines].map(([, name = '', version = '']) => [decodeURIComponent(name), decodeURIComponent(version)]),
	);
}
