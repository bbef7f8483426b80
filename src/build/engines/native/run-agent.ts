import {spawn, type ChildProcess} from 'node:child_process';
import {createInterface} from 'node:readline';
import {entryFile} from '../../../base/package-root.ts';
import {messageOf, SlipwayError, throwIfCancelled} from '../../../base/errors.ts';
import {mapIds} from './map-ids.ts';
import {sandboxPath} from './sandbox-path.ts';
import type {AgentMessage, SandboxJob} from './sandbox-job.ts';

export interface AgentListener {
	readonly onMessage?: (message: AgentMessage) => void;
	readonly signal: AbortSignal;
}

/**
 * Runs a job in an agent of its own. It ends with its namespaces and all that runs in them when the job is done, when
 * the signal fires, and when this process dies, however that happens. Throws `host`, `sandbox`, `storage`, `cancelled`.
 */
export async function runAgent(job: SandboxJob, {onMessage, signal}: AgentListener): Promise<void> {
	throwIfCancelled(signal);
	const agent = entryFile('src/build/engines/native/agent.ts', import.meta.url);
	// Its own /proc, to find the processes of the sandbox by.
	const namespaces = ['--mount', '--pid', '--mount-proc', '--net', '--ipc', '--uts', '--fork', '--kill-child'];
	const command = ['unshare', ...namespaces, '--', process.execPath, '--no-warnings', agent];
	const child = spawn(
		'unshare',
		['--user', '--', 'sh', '-c', 'echo ready; read -r go && exec "$@"', 'sh', ...command],
		{
			stdio: ['pipe', 'pipe', 'pipe'],
			env: {PATH: sandboxPath, LC_ALL: 'C.UTF-8'},
		},
	);
	const kill = () => void child.kill('SIGKILL');
	signal.addEventListener('abort', kill);
	try {
		await converse(child, job, onMessage);
	} catch (error) {
		throwIfCancelled(signal);
		throw error;
	} finally {
		signal.removeEventListener('abort', kill);
		kill();
	}
}

async function converse(
	child: ChildProcess,
	job: SandboxJob,
	onMessage: ((message: AgentMessage) => void) | undefined,
): Promise<void> {
	const {stdin, stdout, stderr} = child;
	if (stdin === null || stdout === null || stderr === null)
		throw new SlipwayError('internal', 'The agent has no pipes.');
	let complaint = '';
	stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2000)));
	stdin.on('error', () => {}); // The agent died: its end tells.
	const closed = new Promise<number | null>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', resolve);
	});
	closed.catch(() => {});
	let outcome: AgentMessage | undefined;
	let isReady = false;
	for await (const line of createInterface({input: stdout, crlfDelay: Number.POSITIVE_INFINITY})) {
		if (!isReady) {
			isReady = true;
			await mapIds(child.pid ?? 0);
			stdin.write(`go\n${JSON.stringify(job)}\n`);
			continue;
		}
		const message = JSON.parse(line) as AgentMessage;
		if (message.kind === 'done' || message.kind === 'failed') outcome = message;
		else onMessage?.(message);
	}
	const code = await closed.catch((error: unknown) => {
		throw new SlipwayError('host', `Cannot start the sandbox: ${messageOf(error)}.`, {
			hint: 'Install util-linux, which brings unshare.',
			cause: error,
		});
	});
	if (outcome?.kind === 'done') return;
	if (outcome?.kind === 'failed') {
		const {failure} = outcome;
		throw new SlipwayError(failure.code, failure.message, {
			...(failure.hint === null ? {} : {hint: failure.hint}),
			...(failure.damagedLower === undefined ? {} : {details: {damagedLower: failure.damagedLower}}),
		});
	}
	if (!isReady || /unshare/u.test(complaint)) throw noNamespaces(complaint.trim());
	throw new SlipwayError(
		'sandbox',
		`The sandbox ended before its work was done (${String(code)}): ${complaint.trim()}`,
		{
			hint: 'It may have run out of memory: `dmesg` tells.',
		},
	);
}

function noNamespaces(complaint: string): SlipwayError {
	return new SlipwayError('host', `Cannot make a user namespace: ${complaint}.`, {
		hint:
			'Allow them with `sysctl -w kernel.unprivileged_userns_clone=1` and `user.max_user_namespaces` above 0 (on Ubuntu also ' +
			'`kernel.apparmor_restrict_unprivileged_userns=0`), or run as root, or build with --engine docker.',
	});
}
