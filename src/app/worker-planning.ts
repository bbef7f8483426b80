import {Worker} from 'node:worker_threads';
import {SlipwayError} from '../base/errors.ts';
import type {Environment} from '../base/paths.ts';
import {entryFile} from '../base/package-root.ts';
import type {PlanningAnswer, PlanningCall, PlanningRequest} from './planning-worker.ts';
import type {LocalPlanning} from './planning.ts';

interface Pending {
	readonly call: PlanningCall['call'];
	readonly resolve: (value: never) => void;
	readonly reject: (error: unknown) => void;
}

export interface WorkerOptions {
	/** --mirror */
	readonly mirror: string | null;
	readonly env: Environment;
}

/**
 * Starters, search and plans in a thread of their own. The newest wins: a search or a plan ends those of its kind that
 * were asked before as cancelled, at once, whatever the thread is doing.
 */
export function createWorkerPlanning({mirror, env}: WorkerOptions): LocalPlanning {
	const worker = new Worker(entryFile('src/app/planning-worker.ts'), {
		workerData: {mirror},
		env: {...env},
		// Half of the program's memory was young objects of this thread that were garbage already.
		resourceLimits: {maxYoungGenerationSizeMb: 8},
	});
	const pending = new Map<number, Pending>();
	let lastId = 0;
	let end: SlipwayError | null = null;

	const cancel = (id: number) => {
		const request = pending.get(id);
		if (!request) return;
		pending.delete(id);
		worker.postMessage({kind: 'cancel', id} satisfies PlanningRequest);
		request.reject(new SlipwayError('cancelled', 'The work was cancelled.'));
	};
	const fail = (error: SlipwayError) => {
		end = error;
		for (const {reject} of pending.values()) reject(error);
		pending.clear();
	};
	worker.on('message', (answer: PlanningAnswer) => {
		const request = pending.get(answer.id);
		pending.delete(answer.id);
		if (!request) return;
		if (answer.kind === 'value') request.resolve(answer.value as never);
		else {
			const {code, message, hint, details} = answer.error;
			request.reject(new SlipwayError(code, message, {details, ...(hint === null ? {} : {hint})}));
		}
	});
	worker.on('error', cause => fail(new SlipwayError('internal', 'The planning thread has failed.', {cause})));
	worker.on('exit', () => fail(end ?? new SlipwayError('cancelled', 'The planning thread has ended.')));

	const ask = <T>(call: PlanningCall, signal: AbortSignal | undefined): Promise<T> => {
		if (end) return Promise.reject(end);
		if (signal?.aborted) return Promise.reject(new SlipwayError('cancelled', 'The work was cancelled.'));
		if (call.call === 'search' || call.call === 'plan') {
			for (const [id, request] of pending) if (request.call === call.call) cancel(id);
		}
		lastId += 1;
		const id = lastId;
		const abort = () => cancel(id);
		signal?.addEventListener('abort', abort, {once: true});
		return new Promise<T>((resolve, reject) => {
			pending.set(id, {call: call.call, resolve, reject});
			worker.postMessage({kind: 'ask', id, ...call} satisfies PlanningRequest);
		}).finally(() => signal?.removeEventListener('abort', abort));
	};

	return {
		starters: signal => ask({call: 'starters'}, signal),
		search: (query, options = {}, signal) => ask({call: 'search', query, options}, signal),
		plan: (composition, signal) => ask({call: 'plan', composition}, signal),
		starter: name => ask({call: 'starter', name}, undefined),
		reload: () => ask({call: 'reload'}, undefined),
		planLocked: (composition, lock) => ask({call: 'plan-locked', composition, lock}, undefined),
		lockOf: (plan, composition) => ask({call: 'lock', plan, composition}, undefined),
		async close() {
			end ??= new SlipwayError('cancelled', 'The planning thread has ended.');
			await worker.terminate();
		},
	};
}
