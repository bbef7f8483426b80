import {spawnSync} from 'node:child_process';
import {createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {createGunzip} from 'node:zlib';
import {AgentError} from './agent-error.ts';
import {layLayer} from './lay-layer.ts';
import {RootPaths} from './root-path.ts';
import {loopbackScript, runInRoot, TimeLimit, type RootUser} from './run-in-root.ts';
import type {AgentMessage, TestJob} from './sandbox-job.ts';

const mostOutput = 1 << 20;

/** Unpacks an image's layers, and runs its tests in it one after the other, as its user. */
export async function runTests(job: TestJob, say: (message: AgentMessage) => void): Promise<void> {
	const root = join(job.folder, 'root');
	mkdirSync(root, {mode: 0o755});
	for (const [number, layer] of job.layers.entries()) {
		const tar = join(job.folder, `layer-${number}.tar`);
		await pipeline(createReadStream(layer), createGunzip(), createWriteStream(tar));
		layLayer(root, tar);
	}
	// A mount point, for run-in-root.ts.
	const mounted = spawnSync('mount', ['-n', '--bind', root, root], {encoding: 'utf8'});
	if (mounted.status !== 0)
		throw new AgentError('host', `Cannot mount the image for its tests: ${mounted.stderr.trim()}`);
	spawnSync('sh', ['-c', loopbackScript]);
	layRuntimeFiles(root);
	for (const test of job.commands) {
		const output = {stdout: '', stderr: ''};
		const {home, ...user} = userOf(root, test.user);
		let exitCode: number | null;
		try {
			exitCode = await runInRoot(test.command, {
				root,
				user,
				env: {PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: home, ...test.env},
				workdir: test.workdir === '' ? '/' : test.workdir,
				timeLimitMs: test.timeLimitMs,
				limits: job.limits,
				onLine: (stream, text) => {
					say({kind: 'log', stream, text});
					if (output[stream].length < mostOutput) output[stream] += `${text}\n`;
				},
			});
		} catch (error) {
			if (!(error instanceof TimeLimit)) throw error;
			exitCode = null;
		}
		say({kind: 'tested', result: {exitCode, ...output}});
	}
}

/** What a container runtime lays over every image: runtime-spec has no word on it, but Docker, Podman and Kubernetes all do. */
function layRuntimeFiles(root: string): void {
	const paths = new RootPaths(root);
	if (!existsSync(paths.placeOf('etc'))) return;
	const files = {hosts: '127.0.0.1\tlocalhost\n::1\tlocalhost\n', hostname: 'slipway\n', 'resolv.conf': ''};
	for (const [name, text] of Object.entries(files)) {
		const place = paths.placeOf(`etc/${name}`);
		rmSync(place, {force: true, recursive: true});
		writeFileSync(place, text);
	}
}

/** `user`, `user:group`, `uid`, `uid:gid` as chroot(1) takes them: OCI config.md, "User". */
function userOf(root: string, wanted: string): RootUser & {readonly home: string} {
	const user = wanted === '' ? '0' : wanted;
	const [name = '', group] = user.split(':');
	const accounts = linesOf(root, 'etc/passwd');
	const account = accounts.find(fields => fields[0] === name) ?? accounts.find(fields => fields[2] === name);
	const uid = account?.[2] ?? name;
	const groups = linesOf(root, 'etc/group');
	const gid = group === undefined ? (account?.[3] ?? '0') : (groups.find(fields => fields[0] === group)?.[2] ?? group);
	if (!/^\d+$/u.test(uid) || !/^\d+$/u.test(gid)) {
		throw new AgentError(
			'sandbox',
			`The image has no user ${user}.`,
			'Name one that /etc/passwd of the image has, or a number.',
		);
	}
	const own = groups.filter(fields => account !== undefined && (fields[3] ?? '').split(',').includes(account[0] ?? ''));
	const home = account?.[5] ?? '';
	return {
		uid,
		gid,
		groups: own.map(fields => fields[2] ?? '').filter(id => /^\d+$/u.test(id)),
		home: home === '' ? '/' : home,
	};
}

function linesOf(root: string, path: string): readonly (readonly string[])[] {
	try {
		const text = readFileSync(new RootPaths(root).placeOf(path), 'utf8');
		return text.split('\n').map(line => line.split(':'));
	} catch {
		return []; // An image without accounts: numbers still work.
	}
}
