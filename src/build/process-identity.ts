import {readFileSync} from 'node:fs';
import {isSystemError} from '../base/errors.ts';

/** A process that stays recognisable after its number has been given to another. */
export interface ProcessIdentity {
	readonly pid: number;
	/** Start in clock ticks since boot, with the boot's ID; null where /proc is missing. */
	readonly start: string | null;
}

export const ownIdentity = (): ProcessIdentity => ({pid: process.pid, start: startOf(process.pid)});

/** Whether that very process still runs. */
export function isRunning({pid, start}: ProcessIdentity): boolean {
	if (start !== null) return startOf(pid) === start;
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return isSystemError(error, 'EPERM');
	}
}

function startOf(pid: number): string | null {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// proc_pid_stat(5): the second field is the command in parentheses and may hold anything; state is the third
		// field, starttime the 22nd.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		if (fields[0] === 'Z' || fields[0] === 'X') return null;
		return `${fields[19]}@${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8)}`;
	} catch {
		return null;
	}
}
