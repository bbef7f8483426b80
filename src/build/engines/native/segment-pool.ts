import {availableParallelism} from 'node:os';
import {Worker} from 'node:worker_threads';
import {entryFile} from '../../../base/package-root.ts';
import {SlipwayError, type ErrorCode} from '../../../base/errors.ts';
import {storageError} from '../../storage-error.ts';
import type {SegmentReply, SegmentTask} from './segment-worker.ts';

interface Job {
	readonly task: SegmentTask;
	readonly resolve: () => void;
	readonly reject: (error: unknown) => void;
	readonly signal: AbortSignal;
}

/** Worker threads that turn packages into segments. They end when there was nothing to do for a moment. */
export class SegmentPool {
	readonly #size: number;
	readonly #queue: Job[] = [];
	readonly #idle = new Set<Worker>();
	#running = 0;

	constructor(size = availableParallelism()) {
		this.#size = Math.max(1, size);
	}

	run(task: SegmentTask, signal: AbortSignal): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#queue.push({task, resolve, reject, signal});
			this.#next();
		});
	}

	#next(): void {
		while (this.#queue.length > 0) {
			const [worker] = this.#idle;
			if (worker === undefined && this.#running >= this.#size) return;
			const job = this.#queue.shift();
			if (job === undefined) return;
			if (job.signal.aborted) {
				job.reject(new SlipwayError('cancelled', 'The work was cancelled.'));
				continue;
			}
			this.#start(worker ?? this.#newWorker(), job);
		}
	}

	#newWorker(): Worker {
		this.#running++;
		const worker = new Worker(entryFile('src/build/engines/native/segment-worker.ts', import.meta.url));
		worker.once('exit', () => {
			this.#running--;
			this.#idle.delete(worker);
		});
		return worker;
	}

	#start(worker: Worker, job: Job): void {
		this.#idle.delete(worker);
		worker.ref();
		const finish = (settle: () => void) => {
			worker.off('message', onReply);
			worker.off('error', onError);
			settle();
			this.#next();
		};
		const onReply = (reply: SegmentReply) => {
			worker.unref();
			this.#idle.add(worker);
			finish(() => {
				if (reply.kind === 'done') job.resolve();
				else job.reject(errorOf(reply));
			});
		};
		const onError = (error: unknown) => {
			void worker.terminate();
			finish(() => job.reject(error));
		};
		worker.on('message', onReply);
		worker.on('error', onError);
		worker.postMessage(job.task);
	}
}

function errorOf(reply: Extract<SegmentReply, {kind: 'failed'}>): unknown {
	const system = storageError(reply.code, reply.message);
	return (
		system ?? new SlipwayError(reply.code as ErrorCode, reply.message, reply.hint === null ? {} : {hint: reply.hint})
	);
}
