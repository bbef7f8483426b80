import pLimit from 'p-limit';
import type {Environment} from '../base/paths.ts';
import {messageOf, SlipwayError} from '../base/errors.ts';
import type {ActionEvent} from './action-event.ts';
import {deliver, type DeliveryOutcome} from './deliver/deliver.ts';
import {matchingActions} from './matching-actions.ts';
import type {Delivery, Outbox} from './outbox.ts';
import type {Action, Rule} from './rules.ts';
import {SecretReader} from './secret.ts';

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

/** Deliveries are told of for so long; after that, the same news may be told anew. */
const keptMs = 90 * 24 * 3_600_000;

/**
 * Tries every delivery that is due, once: those of one action in turn, different actions side by side, so that a receiver
 * that hangs keeps no other waiting. What fails is due again later; what cannot succeed, or has failed `mostTries`
 * times, ends as failed. The caller holds the outbox's lock: two of these never run at once.
 */
export async function deliverDue(options: DispatchOptions): Promise<readonly Delivery[]> {
	const now = options.now ?? Date.now;
	const due = Map.groupBy(await options.outbox.due(now()), ({rule, position}) => `${rule}/${position}`);
	const limit = pLimit(atATime);
	const results = await Promise.all(
		[...due.values()].map(deliveries =>
			limit(async () => {
				const made: Delivery[] = [];
				for (const delivery of deliveries) {
					const result = await tryOnce(delivery, options, now);
					if (result === null) break;
					made.push(result);
				}
				return made;
			}),
		),
	);
	await options.outbox.forget(now() - keptMs);
	return results.flat();
}

const atATime = 8;

/** Null if the signal came: a delivery that was interrupted was not tried. */
async function tryOnce(delivery: Delivery, options: DispatchOptions, now: () => number): Promise<Delivery | null> {
	if (options.signal?.aborted) return null;
	const action = options.rules.find(({name}) => name === delivery.rule)?.then[delivery.position];
	const outcome: DeliveryOutcome = action
		? await tryDelivery(action, delivery, options)
		: {kind: 'failed', permanent: true, text: 'the rule is gone'};
	if (outcome.kind === 'failed' && options.signal?.aborted) return null;
	const tries = delivery.attempts.length + 1;
	const isEnd = outcome.kind === 'delivered' || outcome.permanent || tries >= mostTries;
	const attempt = {at: new Date(now()).toISOString(), kind: outcome.kind, text: outcome.text.slice(0, 500)};
	return options.outbox.record(delivery, attempt, isEnd ? null : now() + firstDelayMs * 2 ** (tries - 1));
}

async function tryDelivery(action: Action, delivery: Delivery, options: DispatchOptions): Promise<DeliveryOutcome> {
	const {env, signal, timeoutMs = 15_000} = options;
	const secrets = new SecretReader(env, options.rules);
	const outcome = await deliver(action, delivery.event, {
		deliveryId: delivery.id,
		env,
		secrets,
		timeoutMs,
		...(signal ? {signal} : {}),
	}).catch((error: unknown): DeliveryOutcome => {
		// A secret that is missing can be mended: it is tried again.
		return {kind: 'failed', permanent: !(error instanceof SlipwayError), text: messageOf(error)};
	});
	// What a receiver or a program says may quote what it was given.
	return {...outcome, text: secrets.conceal(outcome.text)};
}
