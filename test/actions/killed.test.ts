import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdir, writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import type {ActionEvent} from '../../src/actions/action-event.ts';
import {enqueueEvents} from '../../src/actions/dispatch.ts';
import {openOutbox} from '../../src/actions/outbox.ts';
import {readRules} from '../../src/actions/rules.ts';
import {mainFile, makeSlipwayHome} from '../support/slipway.ts';

const deliveries = 12;
const kills = 4;

const eventOf = (id: number): ActionEvent => ({
	id: `event-${id}`,
	kind: 'build/created',
	at: new Date(Date.UTC(2026, 10, 1, 12, 0, id)).toISOString(),
	image: 'acme/api',
	starter: 'php',
	severity: 'version',
	summary: 'created',
	build: null,
	reference: null,
	lines: [],
});

test('deliverers that are killed in the middle lose nothing, and repeat at most what was under way, under its key', async () => {
	const home = await makeSlipwayHome();
	/** How often each key arrived. */
	const arrived = new Map<string, number>();
	let onArrival: () => void = () => {};
	const server = createServer((request, response) => {
		request.resume().on('end', () => {
			const key = String(request.headers['idempotency-key']);
			arrived.set(key, (arrived.get(key) ?? 0) + 1);
			onArrival();
			response.writeHead(204).end();
		});
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	const config = join(home.folder, 'slipway/config');
	await mkdir(config, {recursive: true});
	const file = join(config, 'actions.yaml');
	const {port} = server.address() as AddressInfo;
	await writeFile(
		file,
		`rules: [{name: hook, when: [build/created], then: [{webhook: {url: "http://127.0.0.1:${port}"}}]}]`,
	);
	const outbox = await openOutbox(join(home.folder, 'slipway/data/outbox'), problem => expect.fail(problem));
	const events = Array.from({length: deliveries}, (_, id) => eventOf(id));
	await enqueueEvents(events, {rules: await readRules(file), outbox, env: {}});

	for (let kill = 1; kill <= kills; kill += 1) {
		const child = spawn(process.execPath, [mainFile, 'actions', 'deliver'], {env: home.env, stdio: 'ignore'});
		const ended = once(child, 'exit');
		const until = arrived.size + 2;
		// Killed while the receiver works on its second request, before it is answered.
		onArrival = () => {
			if (arrived.size >= until) child.kill('SIGKILL');
		};
		await ended;
	}
	onArrival = () => {};
	const last = await home.run(['actions', 'deliver']);
	expect(last.exitCode, last.stderr).toBe(0);

	expect(arrived.size).toBe(deliveries);
	const repeated = [...arrived.values()].filter(times => times > 1);
	expect(Math.max(...arrived.values())).toBeLessThanOrEqual(2);
	expect(repeated.length).toBeLessThanOrEqual(kills);
	expect((await outbox.list()).every(({state}) => state === 'delivered')).toBe(true);
	const log = (await home.run(['actions', 'log', '--json'])).json() as unknown[];
	expect(log).toHaveLength(deliveries);
});
