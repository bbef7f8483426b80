import {spawn, spawnSync} from 'node:child_process';
import {chownSync, closeSync, constants, existsSync, openSync, readFileSync, rmSync} from 'node:fs';
import {Socket} from 'node:net';
import {dirname, join} from 'node:path';
import {createInterface} from 'node:readline';
import type {Readable} from 'node:stream';
import {AgentError} from './agent-error.ts';
import {mostTasks, watchSandbox, type SandboxLimits} from './sandbox-limits.ts';
import {sandboxPath} from './sandbox-path.ts';

/**
 * What maintainer scripts may do as root of their own namespaces: Docker's default set, without raw sockets. No
 * CAP_SYS_ADMIN: with it, the mount over the host's files could be taken away again.
 */
const capabilities =
	'-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+sys_chroot,+mknod,+audit_write,+setfcap';

/**
 * Makes the root a world of its own, and its only one: the new root is moved over the old (as switch_root(8) does), so that
 * nothing of the host can be named any more. /proc is read-only: as root of the host, /proc/sys and sysrq would obey.
 */
const enterScript = `
set -eu
root=$1; packages=$2; memory=$3; shift 3
cd "$root"
mkdir -p proc dev sys tmp run
mount -n -t proc -o nosuid,noexec,nodev proc proc
mount -n -o remount,bind,ro,nosuid,noexec,nodev proc
mount -n -t tmpfs -o nosuid,noexec,mode=755,size=1m dev dev
for device in null zero full random urandom tty; do
	: > "dev/$device"
	mount -n --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -n -t devpts -o nosuid,noexec,newinstance,ptmxmode=0666,mode=0620 devpts dev/pts
mount -n -t tmpfs -o nosuid,nodev,noexec,mode=1777,size=$((memory / 8)) shm dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
mount -n -t tmpfs -o nosuid,nodev,mode=1777,size=$((memory / 4)) tmp tmp
if [ -n "$packages" ]; then
	mkdir tmp/packages
	mount -n --bind "$packages" tmp/packages
	mount -n -o remount,bind,ro,nosuid,nodev tmp/packages
fi
hostname slipway
ulimit -c 0
ulimit -p ${mostTasks} 2>/dev/null || ulimit -u ${mostTasks} 2>/dev/null || true
mount -n --move . /
exec "$@"
`;

/** Loopback, without which a server cannot be tried. Whatever the host has for it; without any, there is none. */
export const loopbackScript = `
ip link set lo up 2>/dev/null ||
perl -e 'socket(S,2,2,0) or exit 1; ioctl(S,0x8914,pack("a16s","lo",0x49)) or exit 1' 2>/dev/null ||
true
`;

export interface RootUser {
	readonly uid: string;
	readonly gid: string;
	/** Further groups. */
	readonly groups: readonly string[];
}

export interface RunOptions {
	/** A mount point. */
	readonly root: string;
	/** Folder that the program sees, read-only, as /tmp/packages. */
	readonly packages?: string;
	/** Root unless said. */
	readonly user?: RootUser;
	readonly env: Readonly<Record<string, string>>;
	readonly workdir?: string;
	readonly timeLimitMs: number;
	readonly limits: SandboxLimits;
	readonly onLine: (stream: 'stdout' | 'stderr', text: string) => void;
}

/** Runs a program in a root, with all that it starts. Returns its exit code. Throws `sandbox` when its time is up, or its memory. */
export async function runInRoot(command: readonly string[], options: RunOptions): Promise<number> {
	const {root, packages = '', timeLimitMs, limits, onLine} = options;
	const outputs = [openOutput(root, 'stdout', options.user), openOutput(root, 'stderr', options.user)] as const;
	const child = spawn(
		'unshare',
		[
			'--mount',
			'--pid',
			'--fork',
			'--kill-child',
			'--',
			'sh',
			'-c',
			enterScript,
			'sh',
			root,
			packages,
			String(limits.memoryBytes),
		].concat(enteringCommand(options), command),
		{stdio: ['ignore', outputs[0].descriptor, outputs[1].descriptor]},
	);
	for (const {descriptor} of outputs) closeSync(descriptor);
	let stopped: AgentError | null = null;
	const stop = (reason: AgentError) => {
		stopped ??= reason;
		killNamespace(child.pid);
	};
	const timer = setTimeout(() => stop(new TimeLimit(command, timeLimitMs)), timeLimitMs);
	const unwatch = watchSandbox(limits, stop);
	try {
		const closed = new Promise<number>((resolve, reject) => {
			child.once('error', reject);
			child.once('close', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
		});
		const [code] = await Promise.all([
			closed,
			forwardLines(outputs[0].stream, text => onLine('stdout', text)),
			forwardLines(outputs[1].stream, text => onLine('stderr', text)),
		]);
		if (stopped !== null) throw stopped as AgentError;
		return code;
	} finally {
		clearTimeout(timer);
		unwatch();
	}
}

interface Output {
	/** To be written to. */
	readonly descriptor: number;
	readonly stream: Readable;
}

/**
 * A named pipe of the program's own user. Node would make sockets, which nobody can open again as /dev/stdout: there servers
 * write their logs.
 */
function openOutput(root: string, name: string, user: RootUser | undefined): Output {
	const path = join(dirname(root), `${name}.pipe`);
	rmSync(path, {force: true});
	const made = spawnSync('mkfifo', ['--mode=600', path], {encoding: 'utf8'});
	if (made.status !== 0) throw new AgentError('host', `Cannot make a pipe: ${made.stderr.trim()}`);
	if (user !== undefined) chownSync(path, Number(user.uid), Number(user.gid));
	const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
	const descriptor = openSync(path, constants.O_WRONLY);
	rmSync(path);
	return {descriptor, stream: new Socket({fd: reading, writable: false})};
}

/**
 * Ends process 1 of the program's namespace, and with it all others. `--kill-child` alone does not reach a program that
 * gave root up: the kernel forgets the parent-death signal then (prctl(2)).
 */
function killNamespace(unshare: number | undefined): void {
	if (unshare === undefined) return;
	const children = readFileSync(`/proc/${unshare}/task/${unshare}/children`, 'utf8').trim().split(' ');
	for (const pid of children) if (pid !== '') process.kill(Number(pid), 'SIGKILL');
}

/**
 * By the host's programs, named in full: the image may have none of them, and PATH is its own by then. unshare(1) is
 * the one that enters a root, takes a working directory in it, and then gives root up.
 */
function enteringCommand({env, workdir = '/', user = {uid: '0', gid: '0', groups: []}}: RunOptions): readonly string[] {
	const {uid, gid, groups} = user;
	return [
		hostProgram('env'),
		'-i',
		...Object.entries(env).map(([name, value]) => `${name}=${value}`),
		hostProgram('setpriv'),
		'--no-new-privs',
		'--bounding-set',
		capabilities,
		'--inh-caps=-all',
		'--regid',
		gid,
		groups.length === 0 ? '--clear-groups' : `--groups=${groups.join(',')}`,
		hostProgram('unshare'),
		'--root=.',
		`--wd=${workdir}`,
		...(uid === '0' ? [] : ['--setuid', uid]),
		'--',
	];
}

function hostProgram(name: string): string {
	for (const folder of sandboxPath.split(':')) if (existsSync(`${folder}/${name}`)) return `${folder}/${name}`;
	throw new AgentError('host', `This host has no ${name}.`, 'Install util-linux and coreutils.');
}

export class TimeLimit extends AgentError {
	constructor(command: readonly string[], timeLimitMs: number) {
		const seconds = Math.round(timeLimitMs / 1000);
		super('sandbox', `${command.slice(0, 2).join(' ')} did not end within ${seconds} s and was stopped.`);
	}
}

const longestLine = 4096;
/** A script that floods its output is cut, not the disk filled. */
const mostBytes = 32 << 20;

async function forwardLines(stream: Readable, onLine: (text: string) => void): Promise<void> {
	let total = 0;
	for await (const line of createInterface({input: stream.setEncoding('utf8')})) {
		const isCut = total > mostBytes;
		total += line.length + 1;
		if (!isCut) onLine(line.length > longestLine ? `${line.slice(0, longestLine)} …` : line);
		if (!isCut && total > mostBytes) onLine('… further output was left out.');
	}
}
