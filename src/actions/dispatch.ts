import type {Environment} from '../base/paths.ts';
import {messageOf, SlipwayError} from '../base/errors.ts';
import type {ActionEvent} from './action-event.ts';
import {deliver, type DeliveryOutcome} from './deliver/deliver.ts';
import {matchingActions} from './matching-actions.ts';
import type {Delivery, Outbox} from './outbox.ts';
import type {Action, Rule} from './rules.ts';

export interface DispatchOptions {
	readonly rules: readonly Rule[];
	readonly outbox: Outbox;
	readonly env: Environment;
	readonly signal?: AbortSignal;
	readonly timeoutMs?: number;
	/** Milliseconds since the epoch. */
	readonly now?: () => number;
}

/** Ten seconds, doubled after each try: the last is about three hours after the first. */
const firstDelayMs = 10_000;
export const mostTries = 10;

/** Puts every action that the events meet into the outbox. Returns how many are new. */
export async function enqueueEvents(events: readonly ActionEvent[], {rules, outbox}: DispatchOptions): Promise<number> {
	let added = 0;
	for (const event of events) {
		for (const matched of matchingActions(rules, event)) if (await outbox.add(event, matched)) added += 1;
	}
	return added;
}

/**
 * Tries every delivery that is due, once. What fails is due again later; what cannot succeed, or has failed
 * `mostTries` times, ends as failed. The caller holds the outbox's lock: two of these never run at once.
 */
export async function deliverDue(options: DispatchOptions): Promise<readonly Delivery[]> {
	const now = options.now ?? Date.now;
	const results: Delivery[] = [];
	for (const delivery of await options.outbox.due(now())) {
		if (options.signal?.aborted) break;
		const action = options.rules.find(({name}) => name === delivery.rule)?.then[delivery.position];
		const outcome: DeliveryOutcome = action
			? await tryDelivery(action, delivery, options)
			: {kind: 'failed', permanent: true, text: 'the rule is gone'};
		// A delivery that was interrupted was not tried.
		if (outcome.kind === 'failed' && options.signal?.aborted) break;
		const tries = delivery.attempts.length + 1;
		const isEnd = outcome.kind === 'delivered' || outcome.permanent || tries >= mostTries;
		const attempt = {at: new Date(now()).toISOString(), kind: outcome.kind, text: outcome.text.slice(0, 500)};
		results.push(
			await options.outbox.record(delivery, attempt, isEnd ? null : now() + firstDelayMs * 2 ** (tries - 1)),
		);
	}
	return results;
}

async function tryDelivery(action: Action, delivery: Delivery, options: DispatchOptions): Promise<DeliveryOutcome> {
	const {env, signal, timeoutMs = 15_000} = options;
	try {
		return await deliver(action, delivery.event, {
			deliveryId: delivery.id,
			env,
			timeoutMs,
			...(signal ? {signal} : {}),
		});
	} catch (error) {
		// A secret that is missing can be mended: it is tried again.
		if (error instanceof SlipwayError) return {kind: 'failed', permanent: false, text: error.message};
		return {kind: 'failed', permanent: true, text: messageOf(error)};
	}
}
