import {mkdir, writeFile} from 'node:fs/promises';
import {createServer, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import type {ActionEvent} from '../../src/actions/action-event.ts';
import {createActions} from '../../src/app/actions.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

const eventually = {timeout: 60_000};

const eventOf = (id: string): ActionEvent => ({
	id,
	kind: 'build/created',
	at: '2026-11-01T12:00:00.000Z',
	image: 'acme/api',
	starter: 'php',
	severity: 'version',
	summary: 'created',
	build: null,
	reference: null,
	lines: [],
});

test('what is told while others deliver goes out too, once', async () => {
	const home = await temporaryFolder('actions');
	const waiting: ServerResponse[] = [];
	const server = createServer((request, response) => {
		request.resume().on('end', () => waiting.push(response));
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	const {port} = server.address() as AddressInfo;
	await mkdir(join(home, 'config'), {recursive: true});
	await writeFile(
		join(home, 'config/actions.yaml'),
		`rules: [{name: hook, when: [build/created], then: [{webhook: {url: "http://127.0.0.1:${port}"}}]}]`,
	);
	const open = () => createActions({env: {SLIPWAY_HOME: home}, onProblem: problem => expect.fail(problem)});
	const [one, other] = [await open(), await open()];
	const first = one.handle([eventOf('first')]);
	await expect.poll(() => waiting.length, eventually).toBe(1);
	const second = other.handle([eventOf('second')]);
	await expect.poll(async () => (await other.outbox.list()).length, eventually).toBe(2);
	waiting[0]?.writeHead(204).end();
	await expect.poll(() => waiting.length, eventually).toBe(2);
	waiting[1]?.writeHead(204).end();
	expect([...(await first), ...(await second)].map(({state, event}) => `${event.id} ${state}`)).toEqual([
		'first delivered',
		'second delivered',
	]);
	expect(waiting).toHaveLength(2);
});
