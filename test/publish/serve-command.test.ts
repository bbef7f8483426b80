import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {beforeAll, expect, onTestFinished, test, vi} from 'vitest';
import {openImageStore} from '../../src/image/local-store.ts';
import {makeCertificate} from '../support/certificates.ts';
import {testNeeding} from '../support/needs.ts';
import {mustRun} from '../support/run-program.ts';
import {mainFile, makeSlipwayHome, type SlipwayHome} from '../support/slipway.ts';
import {putSampleImage} from './sample-image.ts';

/* `slipway serve` as users run it: a process of its own, on a store that other processes write to. */
let home: SlipwayHome;

beforeAll(async () => {
	home = await makeSlipwayHome();
	const store = await openImageStore(join(home.folder, 'slipway/data/images'));
	await store.tag('web', ['8', 'latest'], await putSampleImage(store));
});

interface Serving {
	readonly host: string;
	readonly tenant: string;
	/** Lines so far, after the first. */
	readonly lines: readonly string[];
	/** Ctrl+C. Its exit code. */
	interrupt(): Promise<number | null>;
}

async function serve(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Serving> {
	const child = spawn(process.execPath, [mainFile, 'serve', '--port=0', '--json', ...args], {
		env: {...home.env, ...env},
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	onTestFinished(() => void child.kill('SIGKILL'));
	const lines: string[] = [];
	const output = createInterface({input: child.stdout});
	const [first] = (await once(output, 'line')) as [string];
	output.on('line', line => lines.push(line));
	return {
		...(JSON.parse(first) as {host: string; tenant: string}),
		lines,
		async interrupt() {
			const ended = once(child, 'exit') as Promise<[number | null]>;
			child.kill('SIGINT');
			return (await ended)[0];
		},
	};
}

testNeeding('skopeo')('a pull is told once to the actions, with what was pulled; Ctrl+C ends it', async () => {
	const seen = join(home.folder, 'seen');
	await mkdir(join(home.folder, 'slipway/config'), {recursive: true});
	const command = JSON.stringify(['/bin/sh', '-c', `cat >>${seen}; echo >>${seen}`]);
	await writeFile(
		join(home.folder, 'slipway/config/actions.yaml'),
		`rules: [{name: note, when: [image/pulled], then: [{command: ${command}}]}]`,
	);
	const serving = await serve();
	for (const copy of ['first', 'second']) {
		const source = `docker://${serving.host}/${serving.tenant}/web:8`;
		await mustRun('skopeo', ['copy', '--src-tls-verify=false', source, `dir:${join(home.folder, copy)}`]);
	}
	const events = await vi.waitFor(
		async () => {
			const found = (await readFile(seen, 'utf8')).trim().split('\n');
			return found.map(line => JSON.parse(line) as unknown);
		},
		{timeout: 30_000, interval: 100},
	);
	expect(events).toMatchObject([
		{
			kind: 'image/pulled',
			image: `${serving.tenant}/web`,
			reference: `${serving.host}/${serving.tenant}/web:8`,
		},
	]);
	const requests = serving.lines.map(line => JSON.parse(line) as {type: string; method: string; path: string});
	expect(requests.filter(({path}) => path.endsWith('/manifests/8')).length).toBeGreaterThan(1);
	expect(await serving.interrupt()).toBe(0);
});

test('beyond this host it listens with TLS and credentials, and not without', async () => {
	const {certificate, key} = makeCertificate('slipway', {names: 'IP:127.0.0.1'});
	const [certificateFile, keyFile] = [join(home.folder, 'cert.pem'), join(home.folder, 'key.pem')];
	await writeFile(certificateFile, certificate);
	await writeFile(keyFile, key, {mode: 0o600});
	const tls = [`--certificate=${certificateFile}`, `--key=${keyFile}`];
	const password = {SLIPWAY_SERVE_PASSWORD: 'secret'};
	for (const lacking of [[], tls, ['--user=jane']]) {
		const args = ['serve', '--address=0.0.0.0', '--port=0', ...lacking];
		const {exitCode, stderr} = await home.run(args, {env: password});
		expect([exitCode, stderr]).toEqual([2, expect.stringContaining('beyond this host it needs TLS and credentials')]);
	}
	const serving = await serve(['--address=0.0.0.0', ...tls, '--user=jane'], password);
	const inspect = (...options: readonly string[]) => {
		const port = serving.host.split(':').at(-1) ?? '';
		const image = `docker://127.0.0.1:${port}/${serving.tenant}/web:8`;
		return mustRun('skopeo', ['inspect', '--raw', '--tls-verify=false', ...options, image]);
	};
	await expect(inspect()).rejects.toThrow(/unauthorized|authentication required|credentials are needed/i);
	expect((await inspect('--creds=jane:secret')).stdout).toContain('manifest');
	expect(serving.lines.join('\n')).not.toContain('secret');
	await serving.interrupt();
});
