import {readFile} from 'node:fs/promises';
import {messageOf} from '../../base/errors.ts';
import type {ActionEvent} from '../action-event.ts';
import type {Action} from '../rules.ts';
import type {DeliveryContext, DeliveryOutcome} from './deliver.ts';

/**
 * SMTP (RFC 5321), TLS where the server offers it (STARTTLS, RFC 3207); a password goes over TLS, or to this host. The Message-ID is the delivery's ID, so that mailers drop doubles.
 */
export async function sendMail(
	{to, from, server, user, password, ca}: Extract<Action, {email: unknown}>['email'],
	event: ActionEvent,
	{deliveryId, secrets, timeoutMs}: DeliveryContext,
): Promise<DeliveryOutcome> {
	const {createTransport} = await import('nodemailer');
	const url = new URL(server);
	const transport = createTransport({
		host: url.hostname,
		port: Number(url.port || (url.protocol === 'smtps:' ? 465 : 587)),
		secure: url.protocol === 'smtps:',
		requireTLS: password !== undefined && !isThisHost(url.hostname),
		...(ca === undefined ? {} : {tls: {ca: await readFile(ca)}}),
		...(user && password ? {auth: {user, pass: await secrets.read(password)}} : {}),
		connectionTimeout: timeoutMs,
		greetingTimeout: timeoutMs,
		socketTimeout: timeoutMs,
	});
	const lines = event.lines.map(({line, version, status, tags, error, packages}) =>
		[
			`${line} (${version}): ${status}${tags.length > 0 ? ` ${tags.join(', ')}` : ''}`,
			...(error === null ? [] : [`  ${error}`]),
			...packages.map(
				({name, before, after, isSecurity}) =>
					`  ${name} ${before ?? '–'} → ${after ?? '–'}${isSecurity ? ' (security)' : ''}`,
			),
		].join('\n'),
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

const isThisHost = (host: string) => host === 'localhost' || host === '[::1]' || host.startsWith('127.');
