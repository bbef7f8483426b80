import {join} from 'node:path';
import {packageRoot} from '../../src/base/package-root.ts';
import type {DebianRepository} from './debian-repository.ts';
import {runProgram, type RunOptions, type RunResult} from './run-program.ts';
import {temporaryFolder} from './temporary-folder.ts';
import type {TestUser} from './test-user.ts';

/** The bundled program; every test run makes it anew. */
export const mainFile = join(packageRoot(), 'dist/main.js');

export interface SlipwayOptions {
	/** Laid over the environment of `slipwayEnv`. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	readonly input?: string | Uint8Array;
	readonly cwd?: string;
	readonly signal?: AbortSignal;
	readonly timeoutMs?: number;
	readonly onOutput?: (text: string) => void;
}

export interface SlipwayResult extends RunResult {
	/** Standard output as one JSON document. */
	json(): unknown;
	/** Standard output as one JSON document a line. */
	events(): unknown[];
}

/** A Slipway with state of its own: every command of a test runs on it as a real process. */
export interface SlipwayHome {
	readonly folder: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	run(args: readonly string[], options?: SlipwayOptions): Promise<SlipwayResult>;
}

export interface SlipwayHomeOptions {
	/** The repository that it takes packages from; without one, what the machine's apt sources name. */
	readonly repository?: DebianRepository;
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** Runs every command as that user; default: as the tests. */
	readonly user?: TestUser | null;
	/** In place of a new temporary folder. */
	readonly folder?: string;
}

export async function makeSlipwayHome(options: SlipwayHomeOptions = {}): Promise<SlipwayHome> {
	const {repository, user = null} = options;
	const folder = options.folder ?? (await temporaryFolder('home', user));
	const env = {...slipwayEnv(folder), ...(repository && repositoryEnv(repository)), ...options.env};
	return {
		folder,
		env,
		run: (args, runOptions = {}) => {
			const {cwd = folder, ...rest} = runOptions;
			return runSlipway(args, {...rest, cwd, env: {...env, ...runOptions.env}, uid: user?.uid, gid: user?.gid});
		},
	};
}

/** One command line in the given environment. */
export async function runSlipway(args: readonly string[], options: RunOptions = {}): Promise<SlipwayResult> {
	const result = await runProgram(process.execPath, [mainFile, ...args], options);
	const parse = (text: string): unknown => {
		try {
			return JSON.parse(text) as unknown;
		} catch {
			throw new Error(`not JSON: ${text.slice(0, 2000)}\n${result.stderr}`);
		}
	};
	return {
		...result,
		json: () => parse(result.stdout),
		events: () => result.stdout.split('\n').filter(Boolean).map(parse),
	};
}

/** What a command sees of the world: no colour, no terminal, nothing of the developer's own settings. */
export function slipwayEnv(home: string): Record<string, string> {
	return {
		PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin',
		HOME: home,
		SLIPWAY_HOME: join(home, 'slipway'),
		LANG: 'C.UTF-8',
		TZ: 'UTC',
	};
}

export function repositoryEnv(repository: DebianRepository): Record<string, string> {
	return {
		SLIPWAY_DEBIAN_MIRROR: `${repository.mirror} ${repository.securityMirror}`,
		SLIPWAY_DEBIAN_KEYRING: repository.keyringFile,
	};
}
