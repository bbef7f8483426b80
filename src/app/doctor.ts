import {spawn} from 'node:child_process';
import {readFile, statfs, access, constants, mkdir} from 'node:fs/promises';
import {userInfo} from 'node:os';
import {dirname, join} from 'node:path';
import type {Settings} from '../../state/settings/settings-schema.ts';
import {messageOf, SlipwayError} from '../base/errors.ts';
import {hostArchitecture} from '../base/host.ts';
import {slipwayPaths, type Environment} from '../base/paths.ts';
import {findEmulation} from '../build/emulation.ts';
import {connectDefaultDocker} from '../docker/connect.ts';
import {openRepository} from '../repository/deb/debian-repository.ts';

/** One thing that Slipway needs, or can use, on this host. */
export interface HostCheck {
	readonly name: string;
	/** `missing`: building does not work · `limited`: something optional does not */
	readonly status: 'ok' | 'limited' | 'missing';
	readonly detail: string;
	/** What mends it; null if there is nothing to mend. */
	readonly mend: string | null;
}

type Finding = Omit<HostCheck, 'name'>;

const ok = (detail: string): Finding => ({status: 'ok', detail, mend: null});
const isRoot = () => process.getuid?.() === 0;

/** Looks at everything at once; a check that fails itself is a finding too. */
export async function examineHost(
	settings: Settings,
	options: {readonly env?: Environment; readonly signal: AbortSignal},
): Promise<readonly HostCheck[]> {
	const env = options.env ?? process.env;
	const {signal} = options;
	const checks: readonly Look[] = [
		['Node', () => ok(process.version)],
		['system', system],
		['user', () => ok(isRoot() ? 'root' : `${userInfo().username}, an ordinary user`)],
		['user namespaces', () => userNamespaces(signal)],
		['subordinate ids', subordinateIds],
		['overlayfs', overlay],
		['disk', () => disk(env)],
		['mirror', () => mirror(settings, env, signal)],
		['docker', () => docker(env)],
		['emulation', () => emulation(settings)],
	];
	return lookAt(checks);
}

/** What the native engine needs to build for that architecture; all `ok` where it works. */
export function nativeChecks(
	architecture: Settings['architecture'],
	signal: AbortSignal,
): Promise<readonly HostCheck[]> {
	if (process.platform !== 'linux') return lookAt([['system', system]]);
	const isForeign = architecture !== 'host' && architecture !== hostArchitecture();
	return lookAt([
		['user namespaces', () => userNamespaces(signal)],
		['subordinate ids', subordinateIds],
		...(isForeign ? [['emulation', () => emulation({architecture})] as const] : []),
	]);
}

type Look = readonly [name: string, look: () => Finding | Promise<Finding>];

function lookAt(checks: readonly Look[]): Promise<readonly HostCheck[]> {
	return Promise.all(
		checks.map(async ([name, look]): Promise<HostCheck> => {
			try {
				return {name, ...(await look())};
			} catch (error) {
				return {name, status: 'limited', detail: `This could not be looked at: ${messageOf(error)}`, mend: null};
			}
		}),
	);
}

function system(): Finding {
	if (process.platform === 'linux') return ok(`Linux, ${hostArchitecture()}`);
	return {
		status: 'missing',
		detail: `The native engine needs Linux; this is ${process.platform}.`,
		mend: 'Build with a Docker daemon (`--engine docker`), or in a Linux machine.',
	};
}

async function userNamespaces(signal: AbortSignal): Promise<Finding> {
	const works = await succeeds(
		'unshare',
		isRoot() ? ['--mount', '--pid', '--fork', '--net', 'true'] : ['--user', '--map-root-user', '--mount', 'true'],
		signal,
	);
	if (works === 'yes') return ok(isRoot() ? 'root may unshare namespaces' : 'an ordinary user may make them');
	if (works === 'no such program') {
		return {
			status: 'missing',
			detail: 'unshare is missing.',
			mend: 'Install util-linux: `apt-get install util-linux`.',
		};
	}
	if (isRoot()) {
		return {
			status: 'missing',
			detail: 'This root may not make namespaces, as in a container without privileges.',
			mend: 'Run Slipway outside of the container, or give it --privileged (CAP_SYS_ADMIN).',
		};
	}
	return {status: 'missing', detail: 'An ordinary user may not make user namespaces.', mend: await namespaceMend()};
}

async function namespaceMend(): Promise<string> {
	const read = async (name: string) => (await readFile(`/proc/sys/${name}`, 'utf8').catch(() => '')).trim();
	if ((await read('user/max_user_namespaces')) === '0') return 'As root: `sysctl -w user.max_user_namespaces=15000`.';
	if ((await read('kernel/unprivileged_userns_clone')) === '0') {
		return 'As root: `sysctl -w kernel.unprivileged_userns_clone=1`.';
	}
	if ((await read('kernel/apparmor_restrict_unprivileged_userns')) === '1') {
		return 'As root: `sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`, or build as root.';
	}
	return 'Build as root, or ask who runs this host to allow user namespaces.';
}

async function subordinateIds(): Promise<Finding> {
	if (isRoot()) return ok('not needed as root');
	const {username, uid} = userInfo();
	const has = async (file: string) =>
		(await readFile(file, 'utf8').catch(() => ''))
			.split('\n')
			.some(line => [username, String(uid)].includes(line.split(':')[0] ?? '') && Number(line.split(':')[2]) >= 65_536);
	const [uids, gids, helper] = await Promise.all([has('/etc/subuid'), has('/etc/subgid'), findProgram('newuidmap')]);
	if (uids && gids && helper) return ok('at least 65,536 of both kinds');
	if (!helper) {
		return {
			status: 'limited',
			detail: 'newuidmap is missing: packages with several owners cannot be configured as an ordinary user.',
			mend: 'As root: `apt-get install uidmap`.',
		};
	}
	return {
		status: 'limited',
		detail: `${username} has no range of 65,536 ids in /etc/subuid and /etc/subgid.`,
		mend: `As root: \`usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${username}\`.`,
	};
}

async function overlay(): Promise<Finding> {
	const known = (await readFile('/proc/filesystems', 'utf8').catch(() => '')).split(/\s+/u);
	if (known.includes('overlay')) return ok('known to the kernel');
	return {
		status: 'limited',
		detail: 'The kernel does not list overlay; it may still load it when asked.',
		mend: 'As root: `modprobe overlay`.',
	};
}

const fewBytes = 3e9;

async function disk(env: Environment): Promise<Finding> {
	const {cache, data} = slipwayPaths(env);
	const places: string[] = [];
	for (const folder of new Set([cache, data])) {
		await mkdir(folder, {recursive: true});
		await access(folder, constants.W_OK);
		const {bavail, bsize} = await statfs(folder);
		const free = bavail * bsize;
		if (free < fewBytes) {
			return {
				status: 'limited',
				detail: `${folder} has ${(free / 1e9).toFixed(1)} GB left.`,
				mend: `Make room, or set SLIPWAY_HOME to a larger disk. Everything in ${cache} may be deleted.`,
			};
		}
		places.push(`${(free / 1e9).toFixed(0)} GB free in ${dirname(folder)}`);
	}
	return ok([...new Set(places)].join(', '));
}

async function mirror(settings: Settings, env: Environment, signal: AbortSignal): Promise<Finding> {
	const {cache} = slipwayPaths(env);
	const repository = await openRepository({cacheFolder: cache, env, settings: {mirror: settings.mirror}});
	const [release = 'trixie'] = repository.releases.slice(1);
	try {
		const suites = await repository.refresh({releases: [release], signal});
		const [main] = suites;
		if (main?.state && (main.outcome === 'unchanged' || main.outcome === 'updated')) {
			return ok(`answers, ${release} of ${main.state.date.slice(0, 10)} (from ${repository.mirror.origin})`);
		}
		return {
			status: 'missing',
			detail: main?.reason ?? 'The mirror does not answer.',
			mend: 'Choose another: `slipway config set mirror URL`.',
		};
	} catch (error) {
		if (!(error instanceof SlipwayError)) throw error;
		return {
			status: 'missing',
			detail: error.message,
			mend: error.hint ?? 'Choose another: `slipway config set mirror URL`.',
		};
	}
}

async function docker(env: Environment): Promise<Finding> {
	try {
		const {version, endpoint} = await connectDefaultDocker(null, env);
		return ok(`${version} at ${endpoint.name}`);
	} catch (error) {
		return {
			status: 'limited',
			detail: messageOf(error),
			mend: (error instanceof SlipwayError && error.hint) || 'Only needed to run images and for docker-daemon:.',
		};
	}
}

async function emulation(settings: Pick<Settings, 'architecture'>): Promise<Finding> {
	const own = hostArchitecture();
	const foreign = own === 'amd64' ? 'arm64' : 'amd64';
	const emulation = await findEmulation(foreign);
	switch (emulation.kind) {
		case 'own':
			return ok(`not needed for ${foreign}`);
		case 'program':
			return ok(`${foreign} by ${emulation.emulator.program}, in the sandbox alone`);
		case 'registered':
			return ok(`${foreign} by ${emulation.name}, registered for the whole host`);
		case 'missing':
			return {
				status: settings.architecture === foreign ? 'missing' : 'limited',
				detail: `Images for ${foreign} cannot be built: ${emulation.reason}`,
				mend: emulation.mend,
			};
	}
}

async function findProgram(name: string): Promise<boolean> {
	const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];
	for (const folder of folders) {
		if (folder === '') continue;
		try {
			await access(join(folder, name), constants.X_OK);
			return true;
		} catch {
			// Not in this folder.
		}
	}
	return false;
}

const longestLookMs = 20_000;

function succeeds(
	program: string,
	argv: readonly string[],
	signal: AbortSignal,
): Promise<'yes' | 'no' | 'no such program'> {
	return new Promise((resolve, reject) => {
		const child = spawn(program, argv, {stdio: 'ignore', signal, timeout: longestLookMs});
		child.on('error', error => resolve('code' in error && error.code === 'ENOENT' ? 'no such program' : 'no'));
		child.on('exit', code => {
			// A host that is busy has not refused anything.
			if (code === null) reject(new Error(`${program} did not end in time`));
			else resolve(code === 0 ? 'yes' : 'no');
		});
	});
}
