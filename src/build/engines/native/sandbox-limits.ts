import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {hasLinux} from '../../../base/host.ts';
import {AgentError} from './agent-error.ts';

/** What all processes of a sandbox may use together. */
export interface SandboxLimits {
	readonly processes: number;
	readonly memoryBytes: number;
}

/** Debian's busiest maintainer scripts have some dozen processes. */
export const mostProcesses = 1000;
/** Below this nothing can be configured, whatever the host has left. */
const leastMemoryBytes = 512 * 2 ** 20;

/** Leaves the host a part of what it has free now. */
export const memoryLimitOf = (availableBytes: number): number =>
	Math.max(leastMemoryBytes, Math.floor(availableBytes * 0.75));

/** A fork bomb is faster than any watch: the kernel itself stops it here. Threads count too. */
export const mostTasks = 2 * mostProcesses;
const reservedPids = 300;

export const hasOwnPidMax = (): boolean => hasLinux(6, 14);

/**
 * Bounds the tasks of this PID namespace and of those below it. From Linux 6.14 on each namespace has a pid_max of its own;
 * before, it is the host's, and is left alone.
 */
export function limitTasks(): void {
	if (!hasOwnPidMax()) return;
	try {
		writeFileSync('/proc/sys/kernel/pid_max', String(mostTasks + reservedPids));
	} catch {
		// A host that does not allow it: RLIMIT_NPROC and the watch below are left.
	}
}

const intervalMs = 100;

/**
 * Looks at the sandbox's processes while a program runs in it and calls back, once, when they are too many or too large.
 * Needs no cgroup, which an ordinary user often has none to write to. RLIMIT_NPROC does not bind root (getrlimit(2)).
 * /proc is that of the sandbox's own PID namespace. Returns a function that ends the watch.
 */
export function watchSandbox(limits: SandboxLimits, onExceeded: (error: AgentError) => void): () => void {
	const timer = setInterval(() => {
		const error = excessOf(limits);
		if (error === null) return;
		clearInterval(timer);
		onExceeded(error);
	}, intervalMs);
	return () => clearInterval(timer);
}

function excessOf({processes, memoryBytes}: SandboxLimits): AgentError | null {
	const own = String(process.pid);
	const pids = readdirSync('/proc').filter(name => /^\d+$/u.test(name) && name !== own);
	if (pids.length > processes) {
		return new AgentError(
			'sandbox',
			`Maintainer scripts or tests started more than ${processes} processes and were stopped.`,
			'The log of the line tells which package it was.',
		);
	}
	if (pids.reduce((sum, pid) => sum + ownBytesOf(pid), 0) <= memoryBytes) return null;
	return new AgentError(
		'sandbox',
		`Maintainer scripts or tests took more than ${Math.round(memoryBytes / 2 ** 20)} MB of memory and were stopped.`,
		'The log of the line tells which package it was. The limit follows from the memory that this host has free.',
	);
}

const pageBytes = 4096;

/** Memory that a process shares with no file: proc_pid_statm(5), resident without shared. */
function ownBytesOf(pid: string): number {
	try {
		const [, resident = '0', shared = '0'] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ');
		return (Number(resident) - Number(shared)) * pageBytes;
	} catch {
		return 0; // It has ended since it was listed.
	}
}
