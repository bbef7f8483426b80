import {availableParallelism} from 'node:os';
import {Worker} from 'node:worker_threads';
import {entryFile} from '../../base/package-root.ts';
import {SlipwayError, throwIfCancelled, type ErrorCode} from '../../base/errors.ts';
import type {CompileJob, CompileResult} from './compile-job.ts';
import type {CompileReply} from './compile-worker.ts';
import {storageError} from './storage-error.ts';

/** Threads that compile indexes side by side. They live until `close`. */
export class CompilePool {
	readonly #idle: Worker[] = [];
	readonly #waiting: (() => void)[] = [];
	#started = 0;
	#isClosed = false;
	readonly #limit = Math.max(1, Math.min(4, availableParallelism()));

	async run(job: CompileJob, signal?: AbortSignal): Promise<CompileResult> {
		const worker = await this.#take();
		let reply: CompileReply;
		try {
			throwIfCancelled(signal);
			reply = await ask(worker, job, signal);
		} catch (error) {
			// A thread that died, or is in the middle of a job that nobody wants any more.
			this.#drop(worker);
			throw error;
		}
		this.#give(worker);
		if (reply.kind === 'failed') throw errorOf(reply, job.suite);
		return reply.result;
	}

	/** Ends idle threads at once, and busy ones after their job. */
	async close(): Promise<void> {
		this.#isClosed = true;
		for (const wake of this.#waiting.splice(0)) wake();
		await Promise.all(this.#idle.splice(0).map(worker => worker.terminate()));
	}

	async #take(): Promise<Worker> {
		for (;;) {
			if (this.#isClosed) throw new SlipwayError('cancelled', 'The work was cancelled.');
			const idle = this.#idle.pop();
			if (idle !== undefined) return idle;
			if (this.#started < this.#limit) {
				this.#started++;
				return new Worker(entryFile('src/repository/deb/compile-worker.ts', import.meta.url));
			}
			const {promise, resolve} = Promise.withResolvers<void>();
			this.#waiting.push(resolve);
			await promise;
		}
	}

	#give(worker: Worker): void {
		if (this.#isClosed) {
			this.#drop(worker);
			return;
		}
		this.#idle.push(worker);
		this.#waiting.shift()?.();
	}

	#drop(worker: Worker): void {
		this.#started--;
		void worker.terminate();
		this.#waiting.shift()?.();
	}
}

function ask(worker: Worker, job: CompileJob, signal?: AbortSignal): Promise<CompileReply> {
	const {promise, resolve, reject} = Promise.withResolvers<CompileReply>();
	const onExit = (code: number) => {
		reject(new SlipwayError('internal', `Compiling the index of ${job.suite} ended with exit code ${code}.`));
	};
	const onAbort = () => {
		reject(new SlipwayError('cancelled', 'The work was cancelled.'));
	};
	worker.once('message', resolve);
	worker.once('error', reject);
	worker.once('exit', onExit);
	signal?.addEventListener('abort', onAbort, {once: true});
	worker.postMessage(job);
	return promise.finally(() => {
		worker.off('message', resolve);
		worker.off('error', reject);
		worker.off('exit', onExit);
		signal?.removeEventListener('abort', onAbort);
	});
}

function errorOf(reply: Extract<CompileReply, {kind: 'failed'}>, suite: string): unknown {
	if (/^E[A-Z]+$/.test(reply.code)) {
		const error = Object.assign(new Error(reply.message), {code: reply.code});
		return storageError(error, `The index of ${suite} cannot be saved`);
	}
	const code = reply.code === '' ? 'internal' : (reply.code as ErrorCode);
	return new SlipwayError(code, reply.message, reply.hint === null ? {} : {hint: reply.hint});
}
