import {createHmac} from 'node:crypto';
import {chmod, readFile, writeFile} from 'node:fs/promises';
import {createServer, type IncomingHttpHeaders} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {SMTPServer, type SMTPServerOptions} from 'smtp-server';
import {afterEach, beforeEach, describe, expect, onTestFinished, test} from 'vitest';
import type {ActionEvent} from '../../src/actions/action-event.ts';
import {deliverDue, enqueueEvents, mostTries} from '../../src/actions/dispatch.ts';
import {openOutbox, type Outbox} from '../../src/actions/outbox.ts';
import {parseRules, type Rule} from '../../src/actions/rules.ts';
import {makeCertificate} from '../support/certificates.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

const event: ActionEvent = {
	id: 'build-1',
	kind: 'build/failed',
	at: '2026-11-01T12:00:00.000Z',
	image: 'acme/php-api',
	starter: 'php',
	severity: 'version',
	summary: 'Line 8.2 failed <hard>.',
	build: 'b1',
	reference: null,
	lines: [
		{
			line: '8.2',
			version: '8.2.30',
			status: 'failed',
			digest: null,
			tags: [],
			traceId: 't1',
			error: 'a test failed',
			packages: [],
		},
		{
			line: '8.4',
			version: '8.4.28',
			status: 'created',
			digest: 'sha256:0',
			tags: ['8.4'],
			traceId: 't2',
			error: null,
			packages: [],
		},
	],
};

const eventually = {timeout: 60_000};

let folder: string;
let outbox: Outbox;
beforeEach(async () => {
	folder = await temporaryFolder('actions');
	outbox = await openOutbox(join(folder, 'outbox'), problem => expect.fail(problem));
});

interface Seen {
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
}

/** A receiver that answers with these codes in turn; the last one stays. */
async function receiver(...codes: number[]): Promise<{url: string; seen: Seen[]}> {
	const seen: Seen[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			seen.push({path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString()});
			response.writeHead(codes[Math.min(seen.length, codes.length) - 1] ?? 200).end();
		});
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void server.close());
	return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen};
}

const ruleOf = (action: string, when = 'build/failed'): readonly Rule[] =>
	parseRules(`rules: [{name: tell, when: [${when}], then: [${action}]}]`, 'actions.yaml');

async function deliverOnce(rules: readonly Rule[], env = {}, nowMs = Date.parse(event.at)) {
	await enqueueEvents([event], {rules, outbox, env});
	return deliverDue({rules, outbox, env, now: () => nowMs, timeoutMs: 2000});
}

describe('webhook', () => {
	test('the event arrives as JSON, signed with HMAC-SHA-256 over its bytes', async () => {
		const {url, seen} = await receiver(200);
		const [delivery] = await deliverOnce(ruleOf(`{webhook: {url: "${url}/hook", secret: {env: KEY}}}`), {KEY: 'k'});
		expect(delivery?.state).toBe('delivered');
		const [request] = seen;
		expect(JSON.parse(request!.body)).toEqual(event);
		expect(request!.headers['x-slipway-signature']).toBe(
			`sha256=${createHmac('sha256', 'k').update(request!.body).digest('hex')}`,
		);
		expect(request!.headers['idempotency-key']).toBe(delivery?.id);
	});

	test('a server that is overloaded is tried again later, with the same delivery ID', async () => {
		const {url, seen} = await receiver(503, 200);
		const rules = ruleOf(`{webhook: {url: "${url}"}}`);
		const [first] = await deliverOnce(rules);
		expect(first).toMatchObject({state: 'pending', attempts: [{kind: 'failed', text: 'HTTP 503'}]});
		expect(await deliverDue({rules, outbox, env: {}, now: () => first!.retryAtMs - 1})).toEqual([]);
		const [second] = await deliverDue({rules, outbox, env: {}, now: () => first!.retryAtMs});
		expect(second?.state).toBe('delivered');
		expect(seen[0]!.headers['idempotency-key']).toBe(seen[1]!.headers['idempotency-key']);
	});

	test('a server that refuses is not asked again', async () => {
		const {url} = await receiver(404);
		expect(await deliverOnce(ruleOf(`{webhook: {url: "${url}"}}`))).toMatchObject([{state: 'failed'}]);
	});

	test('after the last try the delivery ends as failed', async () => {
		const {url, seen} = await receiver(500);
		const rules = ruleOf(`{webhook: {url: "${url}"}}`);
		await deliverOnce(rules);
		const later = (hours: number) => Date.parse(event.at) + hours * 3_600_000;
		for (let count = 1; count < mostTries + 3; count += 1) {
			await deliverDue({rules, outbox, env: {}, now: () => later(count * 24)});
		}
		expect(seen).toHaveLength(mostTries);
		expect(await outbox.list()).toMatchObject([{state: 'failed'}]);
	});

	test('a redirect is not followed: the body would go to another host', async () => {
		const {url, seen} = await receiver(302);
		await deliverOnce(ruleOf(`{webhook: {url: "${url}"}}`));
		expect(seen).toHaveLength(1);
	});
});

test('Slack gets its own form, with its control characters escaped', async () => {
	const {url, seen} = await receiver(200);
	await deliverOnce(ruleOf('{slack: {url: {env: SLACK}}}'), {SLACK: `${url}/services/T/B`});
	const {text} = JSON.parse(seen[0]!.body) as {text: string};
	expect(text.split('\n')).toEqual([
		'*acme/php-api*: Line 8.2 failed &lt;hard&gt;.',
		'• 8.2: failed',
		'• 8.4: created (8.4)',
	]);
});

test('GitHub gets a repository dispatch', async () => {
	const {url, seen} = await receiver(204);
	const rules = ruleOf(`{github: {repository: acme/deploy, token: {env: TOKEN}, api: "${url}"}}`);
	expect(await deliverOnce(rules, {TOKEN: 't'})).toMatchObject([{state: 'delivered'}]);
	expect(seen[0]).toMatchObject({path: '/repos/acme/deploy/dispatches', headers: {authorization: 'Bearer t'}});
	expect(JSON.parse(seen[0]!.body)).toMatchObject({event_type: 'slipway', client_payload: {event: {id: 'build-1'}}});
});

/** A mail server; what it received, and whether that came over TLS. */
async function mailServer(options: SMTPServerOptions = {}) {
	const mails: string[] = [];
	const sessions: {readonly isSecure: boolean; readonly user: string | undefined}[] = [];
	const server = new SMTPServer({
		authOptional: true,
		...options,
		onData(stream, {secure, user}, done) {
			sessions.push({isSecure: secure, user});
			const chunks: Buffer[] = [];
			stream.on('data', (chunk: Buffer) => chunks.push(chunk));
			stream.on('end', () => {
				mails.push(Buffer.concat(chunks).toString());
				done();
			});
		},
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.close();
	});
	server.on('error', () => undefined);
	return {mails, sessions, port: (server.server.address() as AddressInfo).port};
}

test('e-mail arrives at an SMTP server', async () => {
	const {mails, port} = await mailServer({disabledCommands: ['STARTTLS']});
	const mail = `{email: {to: [team@example.org], from: slipway@example.org, server: "smtp://127.0.0.1:${port}"}}`;
	expect(await deliverOnce(ruleOf(mail))).toMatchObject([{state: 'delivered'}]);
	expect(mails).toHaveLength(1);
	expect(mails[0]).toContain('Subject: acme/php-api: Line 8.2 failed');
	expect(mails[0]).toContain('a test failed');
});

test('e-mail goes over STARTTLS to a server of a known authority, with its password', async () => {
	const {certificate, key} = makeCertificate('localhost', {names: 'DNS:localhost,IP:127.0.0.1'});
	const {mails, sessions, port} = await mailServer({
		cert: certificate,
		key,
		authOptional: false,
		onAuth: ({username, password}, _session, done) =>
			password === 'hush' ? done(null, {user: username}) : done(new Error('no')),
	});
	const ca = join(folder, 'ca.pem');
	await writeFile(ca, certificate);
	const mail = (more: string) =>
		`{email: {to: [t@example.org], from: s@example.org, server: "smtp://localhost:${port}", user: me, password: {env: P}${more}}}`;
	expect(await deliverOnce(ruleOf(mail(`, ca: ${ca}`)), {P: 'hush'})).toMatchObject([{state: 'delivered'}]);
	expect(sessions).toEqual([{isSecure: true, user: 'me'}]);
	// A server that nobody vouches for gets nothing.
	const other = parseRules(`rules: [{name: other, when: [build/failed], then: [${mail('')}]}]`, 'actions.yaml');
	expect(await deliverOnce(other, {P: 'hush'})).toMatchObject([{state: 'pending', rule: 'other'}]);
	expect(mails).toHaveLength(1);
});

describe('command', () => {
	test('the event stands on its standard input', async () => {
		const target = join(folder, 'event.json');
		const [delivery] = await deliverOnce(ruleOf(`{command: [tee, ${JSON.stringify(target)}]}`), process.env);
		expect(delivery?.state).toBe('delivered');
		expect(JSON.parse(await readFile(target, 'utf8'))).toEqual(event);
	});

	test('one that fails is tried again; one that is not there is not', async () => {
		expect(await deliverOnce(ruleOf('{command: ["false"]}'), process.env)).toMatchObject([{state: 'pending'}]);
		const absent = parseRules(
			'rules: [{name: other, when: [build/failed], then: [{command: [/nowhere/at/all]}]}]',
			'actions.yaml',
		);
		expect(await deliverOnce(absent, process.env)).toMatchObject([{rule: 'other', state: 'failed'}]);
	});

	test('one that hangs is ended', async () => {
		const rules = ruleOf('{command: [sleep, "60"]}');
		await enqueueEvents([event], {rules, outbox, env: process.env});
		const [delivery] = await deliverDue({rules, outbox, env: process.env, timeoutMs: 200});
		expect(delivery?.attempts[0]?.text).toBe('did not end in time');
	});
});

test('a receiver that hangs keeps no other waiting', async () => {
	const {url, seen} = await receiver(200);
	const hanging = createServer(() => undefined);
	await new Promise<void>(resolve => hanging.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		hanging.closeAllConnections();
		hanging.close();
	});
	const {port} = hanging.address() as AddressInfo;
	const rules = parseRules(
		`rules: [{name: hangs, when: [build/failed], then: [{webhook: {url: "http://127.0.0.1:${port}"}}, {webhook: {url: "${url}"}}]}]`,
		'actions.yaml',
	);
	await enqueueEvents([event, {...event, id: 'build-2'}], {rules, outbox, env: {}});
	const delivering = deliverDue({rules, outbox, env: {}, timeoutMs: 5000});
	await expect.poll(() => seen.length, eventually).toBe(2);
	const states = (await delivering).map(({position, state}) => `${position} ${state}`).sort();
	expect(states).toEqual(['0 pending', '0 pending', '1 delivered', '1 delivered']);
});

test('what was delivered long ago is forgotten, what is pending is not', async () => {
	const {url} = await receiver(200, 503);
	const rules = ruleOf(`{webhook: {url: "${url}"}}`);
	await deliverOnce(rules);
	await enqueueEvents([{...event, id: 'build-2'}], {rules, outbox, env: {}});
	await deliverDue({rules, outbox, env: {}, now: () => Date.now() + 91 * 24 * 3_600_000});
	expect(await outbox.list()).toMatchObject([{state: 'pending', event: {id: 'build-2'}}]);
});

describe('the outbox', () => {
	test('the same event enters once, also after it was delivered', async () => {
		const {url, seen} = await receiver(200);
		const rules = ruleOf(`{webhook: {url: "${url}"}}`);
		await deliverOnce(rules);
		expect(await enqueueEvents([event], {rules, outbox, env: {}})).toBe(0);
		await deliverDue({rules, outbox, env: {}});
		expect(seen).toHaveLength(1);
	});

	test('a delivery that ends while they are listed is listed once', async () => {
		const {url} = await receiver(200);
		const rules = ruleOf(`{webhook: {url: "${url}"}}`);
		const events = Array.from({length: 40}, (_, index) => ({...event, id: `build-${index}`}));
		await enqueueEvents(events, {rules, outbox, env: {}});
		const delivering = deliverDue({rules, outbox, env: {}});
		const seenAtOnce: number[] = [];
		do {
			const listed = await outbox.list();
			seenAtOnce.push(listed.length);
			if (listed.every(({state}) => state === 'delivered')) break;
		} while (seenAtOnce.length < 10_000);
		await delivering;
		expect(new Set(seenAtOnce)).toEqual(new Set([events.length]));
	});

	test('what was pending when the process ended is there for the next', async () => {
		const {url, seen} = await receiver(200);
		const rules = ruleOf(`{webhook: {url: "${url}"}}`);
		await enqueueEvents([event], {rules, outbox, env: {}});
		const reopened = await openOutbox(join(folder, 'outbox'), problem => expect.fail(problem));
		await deliverDue({rules, outbox: reopened, env: {}});
		expect(seen).toHaveLength(1);
	});

	test('a torn delivery is moved aside and told of', async () => {
		await writeFile(join(folder, 'outbox/pending/torn.json'), '{"id": ');
		const problems: string[] = [];
		const reopened = await openOutbox(join(folder, 'outbox'), problem => problems.push(problem));
		expect(await reopened.list()).toEqual([]);
		expect(problems).toHaveLength(1);
	});
});

describe('secrets', () => {
	let secret: string;
	beforeEach(async () => {
		secret = join(folder, 'secret');
		await writeFile(secret, 'hush\n', {mode: 0o600});
	});
	afterEach(async () => {
		for (const {attempts} of await outbox.list()) expect(JSON.stringify(attempts)).not.toContain('hush');
	});

	test('are concealed in what receivers and programs say', async () => {
		const rules = parseRules(
			'rules: [{name: print, when: [build/failed], then: [{command: [printenv, KEY]}]}, {name: dispatch, when: [line/new-digest], then: [{github: {repository: a/b, token: {env: KEY}}}]}]',
			'actions.yaml',
		);
		const [delivery] = await deliverOnce(rules, {...process.env, KEY: 'hush'});
		expect(delivery).toMatchObject({state: 'delivered', attempts: [{text: '…'}]});
	});

	test('come from a private file', async () => {
		const {url, seen} = await receiver(200);
		await deliverOnce(ruleOf(`{webhook: {url: "${url}", secret: {file: ${JSON.stringify(secret)}}}}`));
		expect(seen[0]!.headers['x-slipway-signature']).toMatch(/^sha256=[0-9a-f]{64}$/);
	});

	test('a file that others may read is refused, and tried again once it is mended', async () => {
		await chmod(secret, 0o644);
		const {url, seen} = await receiver(200);
		const [delivery] = await deliverOnce(
			ruleOf(`{webhook: {url: "${url}", secret: {file: ${JSON.stringify(secret)}}}}`),
		);
		expect(delivery).toMatchObject({state: 'pending'});
		expect(delivery?.attempts[0]?.text).toContain('can be read by others');
		expect(seen).toEqual([]);
	});
});
