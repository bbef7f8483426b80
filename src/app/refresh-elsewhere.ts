import {spawn, type ChildProcess} from 'node:child_process';
import {getPriority, setPriority} from 'node:os';
import {SlipwayError, throwIfCancelled} from '../base/errors.ts';
import {entryFile} from '../base/package-root.ts';
import type {Environment} from '../base/paths.ts';
import type {RefreshedSuite, RefreshOptions} from '../repository/package-index.ts';
import type {RefreshAnswer, RefreshRequest} from './refresh-process.ts';

export interface RefreshPlace {
	/** --mirror */
	readonly mirror: string | null;
	readonly env: Environment;
	readonly onProblem: (text: string) => void;
}

/** One refresh at a time. */
export interface Refresher {
	readonly refresh: (options?: RefreshOptions) => Promise<readonly RefreshedSuite[]>;
	/** Ends what runs. */
	readonly close: () => void;
}

/**
 * For each line that it reads, the shell runs its arguments, and ends as they do if they fail. They inherit file descriptor
 * 3, the channel of messages to this process. Words of theirs would stand in the middle of a screen.
 */
const script = 'while read -r go; do "$@" </dev/null >/dev/null 2>&1 || exit; done';

/**
 * Refreshes in a process of its own, as `repository.refresh` does in this one. Reading 60 MB of package lists takes 300 MB
 * that V8 would not give back, and threads that share this one's locks; that process gives way to it, and takes its memory
 * along when it ends.
 *
 * A shell that is started now, and waits, starts it then: fork(2) takes the longer the more memory its caller has mapped.
 * Of 240 MB it held up the keys of 70 ms, and every page that was written next; a shell has one.
 */
export function createRefresher({mirror, env, onProblem}: RefreshPlace): Refresher {
	let shell: ChildProcess | null = startShell(env);

	async function refresh({onProgress, signal, ...options}: RefreshOptions = {}): Promise<readonly RefreshedSuite[]> {
		throwIfCancelled(signal);
		const {promise, resolve, reject} = Promise.withResolvers<readonly RefreshedSuite[]>();
		if (!shell?.connected) shell = startShell(env);
		const own = shell;
		const onMessage = (answer: RefreshAnswer) => {
			switch (answer.kind) {
				case 'progress':
					for (const transfer of answer.transfers) onProgress?.(transfer);
					return;
				case 'problem':
					onProblem(answer.text);
					return;
				case 'done':
					resolve(answer.suites);
					return;
				case 'failed': {
					const {code, message, hint} = answer.error;
					reject(new SlipwayError(code, message, hint === null ? {} : {hint}));
				}
			}
		};
		const ended = (why: string) => {
			end(own);
			reject(
				new SlipwayError('internal', `The package lists cannot be refreshed: ${why}.`, {
					hint: 'Try again, or run `slipway update`, which shows more.',
				}),
			);
		};
		const onError = (error: Error) => ended(error.message);
		const onExit = (code: number | null, killedBy: string | null) =>
			ended(`the process for it ended with ${killedBy ?? code}`);
		const cancel = () => {
			end(own);
			reject(new SlipwayError('cancelled', 'The work was cancelled.'));
		};
		own.on('message', onMessage).on('error', onError).on('exit', onExit);
		signal?.addEventListener('abort', cancel, {once: true});
		own.ref();
		own.stdin?.write('\n');
		own.send({kind: 'refresh', mirror, options} satisfies RefreshRequest);
		try {
			return await promise;
		} finally {
			own.unref();
			signal?.removeEventListener('abort', cancel);
			own.off('message', onMessage).off('error', onError).off('exit', onExit);
		}
	}

	return {
		refresh,
		close() {
			if (shell) end(shell);
			shell = null;
		},
	};
}

function startShell(env: Environment): ChildProcess {
	const shell = spawn('/bin/sh', ['-c', script, 'sh', process.execPath, entryFile('src/app/refresh-process.ts')], {
		env: {...env},
		stdio: ['pipe', 'ignore', 'ignore', 'ipc'],
	});
	shell.on('error', () => {}); // Told by the refresh that needs it.
	shell.stdin?.on('error', () => {});
	// Whoever types meanwhile goes first.
	if (shell.pid !== undefined) setPriority(shell.pid, Math.max(getPriority(), 10));
	shell.unref();
	shell.channel?.unref();
	return shell;
}

/** The shell reads the end of its lines, the process for a refresh that of its messages. */
function end(shell: ChildProcess): void {
	shell.stdin?.end();
	if (shell.connected) shell.disconnect();
}
