import {parentPort} from 'node:worker_threads';
import {messageOf, SlipwayError} from '../../../base/errors.ts';
import {makeMember} from './make-member.ts';
import {makeSegment, verifySegment} from './make-segment.ts';

export type SegmentTask =
	| {readonly kind: 'segment'; readonly debFile: string; readonly sha256: string; readonly folder: string}
	| {readonly kind: 'member'; readonly folder: string}
	| {readonly kind: 'verify'; readonly folder: string};

export type SegmentReply =
	| {readonly kind: 'done'}
	| {
			readonly kind: 'failed';
			/** An ErrorCode, or the operating system's. */
			readonly code: string;
			readonly message: string;
			readonly hint: string | null;
	  };

async function run(task: SegmentTask): Promise<SegmentReply> {
	try {
		if (task.kind === 'segment') await makeSegment(task.debFile, task.sha256, task.folder);
		else if (task.kind === 'member') await makeMember(task.folder);
		else await verifySegment(task.folder);
		return {kind: 'done'};
	} catch (error) {
		const code = error instanceof SlipwayError ? error.code : systemCodeOf(error);
		return {kind: 'failed', code, message: messageOf(error), hint: error instanceof SlipwayError ? error.hint : null};
	}
}

const systemCodeOf = (error: unknown) =>
	error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'internal';

parentPort?.on('message', (task: SegmentTask) => {
	void run(task).then(reply => parentPort?.postMessage(reply));
});
