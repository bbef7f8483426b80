import type {Environment} from '../../base/paths.ts';
import type {ActionEvent} from '../action-event.ts';
import type {Action} from '../rules.ts';
import type {SecretReader} from '../secret.ts';
import {runCommand} from './command.ts';
import {sendMail} from './email.ts';
import {dispatchToGithub, postToSlack, postWebhook} from './http.ts';

export interface DeliveryContext {
	/** Unique to this delivery, the same for every try: receivers drop what they have seen. */
	readonly deliveryId: string;
	readonly env: Environment;
	readonly secrets: SecretReader;
	readonly timeoutMs: number;
	readonly signal?: AbortSignal;
}

/** `permanent`: trying again cannot help. The text has no secrets. */
export type DeliveryOutcome =
	| {readonly kind: 'delivered'; readonly text: string}
	| {readonly kind: 'failed'; readonly permanent: boolean; readonly text: string};

export async function deliver(action: Action, event: ActionEvent, context: DeliveryContext): Promise<DeliveryOutcome> {
	if ('webhook' in action) return postWebhook(action.webhook, event, context);
	if ('slack' in action) return postToSlack(action.slack, event, context);
	if ('github' in action) return dispatchToGithub(action.github, event, context);
	if ('email' in action) return sendMail(action.email, event, context);
	return runCommand(action.command, event, context);
}

/** `webhook https://…/path`, for lists and logs. */
export function describeAction(action: Action): string {
	if ('webhook' in action) return `webhook ${withoutQuery(action.webhook.url)}`;
	if ('slack' in action) return 'slack';
	if ('github' in action) return `github ${action.github.repository}`;
	if ('email' in action) return `email ${action.email.to.join(', ')}`;
	return `command ${action.command[0] ?? ''}`;
}

/** Queries and user parts often carry tokens. */
function withoutQuery(address: string): string {
	const url = new URL(address);
	return `${url.origin}${url.pathname}`;
}
