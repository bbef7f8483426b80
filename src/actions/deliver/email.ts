import {messageOf} from '../../base/errors.ts';
import type {ActionEvent} from '../action-event.ts';
import type {Action} from '../rules.ts';
import {readSecret} from '../secret.ts';
import type {DeliveryContext, DeliveryOutcome} from './deliver.ts';

/** SMTP (RFC 5321), TLS where the server offers it. The Message-ID is the delivery's ID, so that mailers drop doubles. */
export async function sendMail(
	{to, from, server, user, password}: Extract<Action, {email: unknown}>['email'],
	event: ActionEvent,
	{deliveryId, env, timeoutMs}: DeliveryContext,
): Promise<DeliveryOutcome> {
	const {createTransport} = await import('nodemailer');
	const url = new URL(server);
	const transport = createTransport({
		host: url.hostname,
		port: Number(url.port || (url.protocol === 'smtps:' ? 465 : 587)),
		secure: url.protocol === 'smtps:',
		...(user && password ? {auth: {user, pass: await readSecret(password, env)}} : {}),
		connectionTimeout: timeoutMs,
		greetingTimeout: timeoutMs,
		socketTimeout: timeoutMs,
	});
	const lines = event.lines.map(
		({line, version, status, tags, error}) =>
			`${line} (${version}): ${status}${tags.length > 0 ? ` ${tags.join(', ')}` : ''}${error === null ? '' : `\n  ${error}`}`,
	);
	try {
		await transport.sendMail({
			from,
			to: [...to],
			subject: `${event.image}: ${event.summary}`,
			text: [
				event.summary,
				'',
				...lines,
				'',
				...(event.build === null ? [] : [`Build ${event.build}`]),
				event.at,
				'',
			].join('\n'),
			messageId: `<${deliveryId}@slipway.invalid>`,
		});
		return {kind: 'delivered', text: `accepted by ${url.hostname}`};
	} catch (error) {
		const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
		return {kind: 'failed', permanent: code >= 500, text: messageOf(error)};
	} finally {
		transport.close();
	}
}
