import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import type {ActionEvent} from '../actions/action-event.ts';
import {deliverDue, enqueueEvents} from '../actions/dispatch.ts';
import {openOutbox, type Delivery, type Outbox} from '../actions/outbox.ts';
import {readRules, type Rule} from '../actions/rules.ts';
import {tryProcessLock} from '../base/process-lock.ts';
import {slipwayPaths, type Environment} from '../base/paths.ts';
import {rulesFileOf} from './actions-file.ts';

export interface Actions {
	readonly file: string;
	readonly rules: readonly Rule[];
	readonly outbox: Outbox;
	/** Puts what the events meet into the outbox: from then on it outlives this process. Returns how many are new. */
	enqueue(events: readonly ActionEvent[], options?: {readonly only?: string}): Promise<number>;
	/** Makes every delivery that is due, after another process that is at it. */
	deliver(options?: {readonly signal?: AbortSignal}): Promise<readonly Delivery[]>;
	/** Both. */
	handle(events: readonly ActionEvent[], options?: {readonly signal?: AbortSignal}): Promise<readonly Delivery[]>;
}

export interface ActionsOptions {
	readonly env?: Environment;
	readonly onProblem: (text: string) => void;
}

/** How long a process waits for another one that delivers; what is still due then is left to the next command. */
const longestWaitMs = 60_000;
const pollMs = 100;

/** Deliveries are kept in data/outbox. */
export async function createActions({env = process.env, onProblem}: ActionsOptions): Promise<Actions> {
	const paths = slipwayPaths(env);
	const file = rulesFileOf(paths);
	const folder = join(paths.data, 'outbox');
	const rules = await readRules(file);
	const outbox = await openOutbox(folder, onProblem);
	const enqueue: Actions['enqueue'] = (events, {only} = {}) => {
		const chosen = only === undefined ? rules : rules.filter(({name}) => name === only);
		return enqueueEvents(events, {rules: chosen, outbox, env});
	};
	const deliver: Actions['deliver'] = async ({signal} = {}) => {
		const made: Delivery[] = [];
		const until = Date.now() + longestWaitMs;
		const isDone = async () => signal?.aborted === true || (await outbox.due(Date.now())).length === 0;
		// What is put in while another process delivers may come too late for it: whoever put it in sees to it.
		while (!(await isDone())) {
			const release = tryProcessLock(join(folder, 'lock.sqlite'));
			if (release !== null) {
				try {
					made.push(...(await deliverDue({rules, outbox, env, ...(signal ? {signal} : {})})));
				} finally {
					release();
				}
			} else if (Date.now() < until) await delay(pollMs);
			else break;
		}
		return made;
	};
	return {
		file,
		rules,
		outbox,
		enqueue,
		deliver,
		async handle(events, options = {}) {
			await enqueue(events);
			return deliver(options);
		},
	};
}
