import {spawnSync} from 'node:child_process';
import {rmSync, writeFileSync, writeSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {messageOf, isSystemError} from '../../../base/errors.ts';
import {AgentError} from './agent-error.ts';
import {registerEmulator} from './register-emulator.ts';
import {runStage} from './run-stage.ts';
import {runTests} from './run-tests.ts';
import {limitTasks} from './sandbox-limits.ts';
import type {AgentFailure, AgentMessage, SandboxJob} from './sandbox-job.ts';

/** Process 1 of the sandbox's namespaces: see sandbox-job.ts. When it ends, the kernel ends all that it started. */
function say(message: AgentMessage): void {
	const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
	for (let done = 0; done < bytes.length;) {
		try {
			done += writeSync(1, bytes, done);
		} catch (error) {
			if (!isSystemError(error, 'EAGAIN')) throw error;
			spawnSync('sleep', ['0.01']); // The reader is slow; a pipe of process 1 may not block.
		}
	}
}

/** Should the host run out of memory, the kernel ends what runs here before anything else: proc_pid_oom_score_adj(5). */
function offerToOutOfMemoryKiller(): void {
	try {
		writeFileSync('/proc/self/oom_score_adj', '1000');
	} catch {
		// A host that does not allow it: the limits of sandbox-limits.ts hold all the same.
	}
}

async function work(job: SandboxJob): Promise<void> {
	if (job.kind !== 'remove' && job.emulator !== null) registerEmulator(job.emulator);
	switch (job.kind) {
		case 'stage':
			return runStage(job, say);
		case 'test':
			return runTests(job, say);
		case 'remove':
			for (const folder of job.folders) rmSync(folder, {recursive: true, force: true});
	}
}

function failureOf(error: unknown): AgentFailure {
	if (error instanceof AgentError) return error.failure;
	for (const code of ['ENOSPC', 'EDQUOT']) {
		if (isSystemError(error, code)) {
			return {
				code: 'storage',
				message: 'Cannot unpack the packages: the disk is full.',
				hint: 'Free some space, then build again: what was done is kept.',
			};
		}
	}
	return {code: 'internal', message: `The sandbox failed: ${messageOf(error)}`, hint: null};
}

// The user's own would show in the modes of folders that are made on the way.
process.umask(0o022);
limitTasks();
offerToOutOfMemoryKiller();
const lines = createInterface({input: process.stdin});
// The builder is gone, and nothing may outlive it.
lines.once('close', () => process.exit(1));
lines.once('line', line => {
	work(JSON.parse(line) as SandboxJob).then(
		() => {
			say({kind: 'done'});
			process.exit(0);
		},
		(error: unknown) => {
			say({kind: 'failed', failure: failureOf(error)});
			process.exit(0);
		},
	);
});
