import {createHmac} from 'node:crypto';
import {messageOf} from '../../base/errors.ts';
import type {ActionEvent} from '../action-event.ts';
import type {Action} from '../rules.ts';
import type {DeliveryContext, DeliveryOutcome} from './deliver.ts';

type Settings<K extends string> = Extract<Action, Record<K, unknown>>[K];

/**
 * POST of the event as JSON. With a secret, `X-Slipway-Signature: sha256=HEX` is the HMAC-SHA-256 (RFC 2104) of the
 * body's bytes; `Idempotency-Key` is the delivery's ID.
 */
export async function postWebhook(
	{url, secret}: Settings<'webhook'>,
	event: ActionEvent,
	context: DeliveryContext,
): Promise<DeliveryOutcome> {
	const body = JSON.stringify(event);
	const key = secret === undefined ? null : await context.secrets.read(secret);
	return post(url, body, context, {
		'X-Slipway-Event': event.kind,
		'Idempotency-Key': context.deliveryId,
		...(key === null ? {} : {'X-Slipway-Signature': `sha256=${createHmac('sha256', key).update(body).digest('hex')}`}),
	});
}

/** Slack's incoming webhooks: an object with `text`. `&`, `<` and `>` are its control characters. */
export async function postToSlack(
	{url}: Settings<'slack'>,
	event: ActionEvent,
	context: DeliveryContext,
): Promise<DeliveryOutcome> {
	const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
	const lines = event.lines.map(
		({line, status, tags}) => `• ${line}: ${status}${tags.length > 0 ? ` (${tags.join(', ')})` : ''}`,
	);
	const text = escape([`*${event.image}*: ${event.summary}`, ...lines].join('\n'));
	return post(await context.secrets.read(url), JSON.stringify({text}), context, {});
}

/** GitHub REST API, "Create a repository dispatch event". */
export async function dispatchToGithub(
	{repository, token, eventType, api}: Settings<'github'>,
	event: ActionEvent,
	context: DeliveryContext,
): Promise<DeliveryOutcome> {
	const body = JSON.stringify({event_type: eventType, client_payload: {event}});
	return post(`${api.replace(/\/$/, '')}/repos/${repository}/dispatches`, body, context, {
		Accept: 'application/vnd.github+json',
		Authorization: `Bearer ${await context.secrets.read(token)}`,
		'X-GitHub-Api-Version': '2022-11-28',
	});
}

async function post(
	url: string,
	body: string,
	{timeoutMs, signal}: DeliveryContext,
	headers: Readonly<Record<string, string>>,
): Promise<DeliveryOutcome> {
	const timeout = AbortSignal.timeout(timeoutMs);
	try {
		const response = await fetch(url, {
			method: 'POST',
			body,
			redirect: 'error',
			headers: {'Content-Type': 'application/json', 'User-Agent': 'slipway', ...headers},
			signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
		});
		await response.body?.cancel();
		if (response.ok) return {kind: 'delivered', text: `HTTP ${response.status}`};
		// 408, 425, 429 and 5xx may pass (RFC 9110, RFC 6585, RFC 8470).
		const permanent = response.status < 500 && ![408, 425, 429].includes(response.status);
		return {kind: 'failed', permanent, text: `HTTP ${response.status}`};
	} catch (error) {
		const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
		return {kind: 'failed', permanent: false, text: timeout.aborted ? 'no answer in time' : messageOf(cause)};
	}
}
