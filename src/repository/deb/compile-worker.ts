import {getPriority, setPriority} from 'node:os';
import {parentPort} from 'node:worker_threads';
import {hasLinux} from '../../base/host.ts';
import {messageOf, SlipwayError} from '../../base/errors.ts';
import {systemCodeOf} from './storage-error.ts';
import {runCompileJob, type CompileJob, type CompileResult} from './compile-job.ts';

/** A thread that compiles indexes, one job after the other. */
export type CompileReply =
	| {readonly kind: 'done'; readonly result: CompileResult}
	| {readonly kind: 'failed'; readonly code: string; readonly message: string; readonly hint: string | null};

// Whoever types while indexes are refreshed goes first. Elsewhere the whole process would give way, for good: setpriority(2).
if (hasLinux(0, 0)) setPriority(Math.max(getPriority(), 5));

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
