import {fork} from 'node:child_process';
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

/**
 * Refreshes in a process of its own, as `repository.refresh` does in this one. Reading 60 MB of package lists takes 300 MB
 * that V8 would not give back, and threads that share this one's locks; that process gives way to it, and takes its memory
 * along when it ends.
 */
export async function refreshElsewhere(
	{mirror, env, onProblem}: RefreshPlace,
	{onProgress, signal, ...options}: RefreshOptions = {},
): Promise<readonly RefreshedSuite[]> {
	throwIfCancelled(signal);
	const {promise, resolve, reject} = Promise.withResolvers<readonly RefreshedSuite[]>();
	const child = fork(entryFile('src/app/refresh-process.ts'), [], {
		env: {...env},
		execArgv: [],
		// Its words would stand in the middle of a screen.
		stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
	});
	const send = (request: RefreshRequest) => {
		if (child.connected) child.send(request);
	};
	child.on('message', (answer: RefreshAnswer) => {
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
	});
	const ended = (why: string) =>
		reject(
			new SlipwayError('internal', `The package lists cannot be refreshed: ${why}.`, {
				hint: 'Try again, or run `slipway update`, which shows more.',
			}),
		);
	child.on('error', error => ended(error.message));
	child.on('exit', (code, killedBy) => ended(`the process for it ended with ${killedBy ?? code}`));
	const cancel = () => {
		send({kind: 'cancel'});
		reject(new SlipwayError('cancelled', 'The work was cancelled.'));
	};
	signal?.addEventListener('abort', cancel, {once: true});
	send({kind: 'refresh', mirror, options});
	try {
		return await promise;
	} finally {
		signal?.removeEventListener('abort', cancel);
		if (child.connected) child.disconnect();
	}
}
