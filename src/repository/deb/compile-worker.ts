import {parentPort} from 'node:worker_threads';
import {messageOf, SlipwayError} from '../../base/errors.ts';
import {systemCodeOf} from './storage-error.ts';
import {runCompileJob, type CompileJob, type CompileResult} from './compile-job.ts';

/** A thread that compiles indexes, one job after the other. */
export type CompileReply =
	| {readonly kind: 'done'; readonly result: CompileResult}
	| {readonly kind: 'failed'; readonly code: string; readonly message: string; readonly hint: string | null};

const port = parentPort;
port?.on('message', (job: CompileJob) => {
	runCompileJob(job).then(
		result => port.postMessage({kind: 'done', result} satisfies CompileReply),
		(error: unknown) => {
			const own = error instanceof SlipwayError ? error : null;
			port.postMessage({
				kind: 'failed',
				code: own?.code ?? systemCodeOf(error) ?? '',
				message: messageOf(error),
				hint: own?.hint ?? null,
			} satisfies CompileReply);
		},
	);
});
