import {randomBytes} from 'node:crypto';
import {link, open, readFile, readlink, rename, rm, stat} from 'node:fs/promises';
import {setTimeout as delay} from 'node:timers/promises';
import {isSystemError, SlipwayError} from '../base/errors.ts';

/** A change of index.json takes milliseconds; a lock of an unknown kind of process that is older than this is dead. */
const foreignLockLifeMs = 30_000;
const patienceMs = 60_000;

/** Proves, for the moment before a commit, that the lock is still ours. */
export interface HeldLock {
	assertHeld(): Promise<void>;
}

/**
 * Runs work while no other process holds the lock file. A lock whose holder is dead is taken over: the holder is named
 * by process id, its start time (ids are used again), and PID namespace (an id means nothing in another container).
 */
export async function withLock<T>(file: string, work: (lock: HeldLock) => Promise<T>): Promise<T> {
	const token = JSON.stringify({...(await ownIdentity()), nonce: randomBytes(8).toString('hex')});
	await acquire(file, token);
	try {
		return await work({
			async assertHeld() {
				if ((await readText(file)) !== token) {
					throw new SlipwayError('storage', `Lost the lock ${file} to another process.`, {hint: 'Try again.'});
				}
			},
		});
	} finally {
		if ((await readText(file)) === token) await rm(file, {force: true});
	}
}

interface Identity {
	readonly pid: number;
	readonly startedAt: string;
	readonly namespace: string;
}

async function acquire(file: string, token: string): Promise<void> {
	const deadline = Date.now() + patienceMs;
	for (let attempt = 0; ; attempt++) {
		if (await create(file, token)) return;
		const held = await readText(file);
		if (held !== null && (await isDead(file, held))) await takeAway(file, held);
		else if (Date.now() > deadline) {
			throw new SlipwayError('storage', `Cannot lock the image store: another process holds ${file}.`, {
				hint: 'If no other slipway runs, delete that file.',
			});
		} else await delay(Math.min(50, 1 + attempt) * (0.5 + Math.random()));
	}
}

/** Complete from its first moment on: written beside it, then linked, which fails if there is one already. */
async function create(file: string, token: string): Promise<boolean> {
	const own = `${file}.${process.pid}.${randomBytes(6).toString('hex')}`;
	const handle = await open(own, 'wx', 0o644);
	try {
		await handle.writeFile(token);
	} finally {
		await handle.close();
	}
	try {
		await link(own, file);
		return true;
	} catch (error) {
		if (isSystemError(error, 'EEXIST')) return false;
		throw error;
	} finally {
		await rm(own, {force: true});
	}
}

async function takeAway(file: string, held: string): Promise<void> {
	const aside = `${file}.dead.${process.pid}.${randomBytes(6).toString('hex')}`;
	try {
		await rename(file, aside);
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return;
		throw error;
	}
	try {
		// Between reading and renaming, a third process may have replaced the dead lock by its own: give it back.
		if ((await readText(aside)) !== held) await link(aside, file).catch(() => undefined);
	} finally {
		await rm(aside, {force: true});
	}
}

async function isDead(file: string, held: string): Promise<boolean> {
	const holder = parseIdentity(held);
	const own = await ownIdentity();
	if (holder === null || holder.namespace !== own.namespace) {
		const modified = await stat(file).then(
			status => status.mtimeMs,
			() => null,
		);
		return modified !== null && Date.now() - modified > foreignLockLifeMs;
	}
	const startedAt = await startTimeOf(holder.pid);
	// With /proc mounted `hidepid`, another user's living process cannot be read.
	return startedAt === null ? !isRunning(holder.pid) : startedAt !== holder.startedAt;
}

function parseIdentity(text: string): Identity | null {
	try {
		const value: unknown = JSON.parse(text);
		if (typeof value !== 'object' || value === null) return null;
		const {pid, startedAt, namespace} = value as Partial<Record<keyof Identity, unknown>>;
		if (typeof pid !== 'number' || typeof startedAt !== 'string' || typeof namespace !== 'string') return null;
		return {pid, startedAt, namespace};
	} catch {
		return null;
	}
}

let identity: Promise<Identity> | undefined;

function ownIdentity(): Promise<Identity> {
	identity ??= (async () => ({
		pid: process.pid,
		startedAt: (await startTimeOf(process.pid)) ?? '',
		namespace: await readlink('/proc/self/ns/pid').catch(() => process.platform),
	}))();
	return identity;
}

/** Boot ID and field 22 of proc_pid_stat(5); null if there is no such process. Without /proc, whether it answers. */
async function startTimeOf(pid: number): Promise<string | null> {
	const boot = await readText('/proc/sys/kernel/random/boot_id');
	if (boot === null) return isRunning(pid) ? 'running' : null;
	const status = await readText(`/proc/${pid}/stat`);
	// The name in parentheses may hold anything, so that fields are counted from its end.
	const fields = status?.slice(status.lastIndexOf(')') + 2).split(' ');
	return fields === undefined ? null : `${boot.trim()}/${fields[19] ?? ''}`;
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return isSystemError(error, 'EPERM');
	}
}

async function readText(file: string): Promise<string | null> {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		if (isSystemError(error, 'ENOENT') || isSystemError(error, 'ESRCH')) return null;
		throw error;
	}
}
