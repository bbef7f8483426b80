import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {mustRun, type RunResult} from './run-program.ts';
import {temporaryFolder} from './temporary-folder.ts';
import {unmountBelow} from './unmount-below.ts';

/** Debian's dockerd on a socket and a data root of its own. It has no network but the host's. */
export interface DockerDaemon {
	/** For DOCKER_HOST. */
	readonly host: string;
	readonly socket: string;
	/** `tcp://127.0.0.1:PORT`, if it was given a folder with ca.pem, cert.pem and key.pem: who shows no certificate of that authority is refused. */
	readonly tlsHost: string | null;
	/** Runs the docker command; a failure is an error with its words. */
	docker(...args: readonly string[]): Promise<RunResult>;
	stop(): Promise<void>;
	/** As if its machine had lost power: what it runs ends, too. */
	kill(): Promise<void>;
}

const startLimitMs = 60_000;

export async function startDocker({
	tlsFolder = null,
}: {readonly tlsFolder?: string | null} = {}): Promise<DockerDaemon> {
	const folder = await temporaryFolder('docker');
	const socket = join(folder, 'docker.sock');
	const host = `unix://${socket}`;
	const tls = tlsFolder === null ? [] : tlsOptions(tlsFolder);
	const daemon = spawn(
		// It ends with this process, however that ends.
		'setpriv',
		[
			'--pdeathsig=SIGTERM',
			'dockerd',
			`--host=${host}`,
			...tls,
			`--data-root=${join(folder, 'data')}`,
			`--exec-root=${join(folder, 'run')}`,
			`--pidfile=${join(folder, 'docker.pid')}`,
			'--bridge=none',
			'--iptables=false',
			'--ip-masq=false',
			'--ip-forward=false',
			'--group=root',
		],
		{stdio: ['ignore', 'ignore', 'pipe']},
	);
	let log = '';
	daemon.stderr.setEncoding('utf8');
	await new Promise<void>((resolve, reject) => {
		const fail = (why: string) => reject(new Error(`dockerd ${why}:\n${log.slice(-4000)}`));
		const limit = setTimeout(() => {
			daemon.kill('SIGTERM');
			fail(`was not ready in ${startLimitMs} ms`);
		}, startLimitMs);
		daemon.on('error', reject);
		daemon.on('exit', () => fail('ended'));
		daemon.stderr.on('data', (text: string) => {
			log += text;
			if (log.split('API listen on').length < (tlsFolder === null ? 2 : 3)) return;
			clearTimeout(limit);
			resolve();
		});
	});
	// Debian's docker.io brings the classic builder alone.
	const env = {...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: '0', HOME: folder};
	return {
		host,
		socket,
		tlsHost: tlsFolder === null ? null : `tcp://${/API listen on (127\.0\.0\.1:\d+)/.exec(log)?.[1] ?? ''}`,
		docker: (...args) => mustRun('docker', args, {env}),
		async kill() {
			const ended = once(daemon, 'exit');
			daemon.kill('SIGKILL');
			await ended;
			endProcessesOf(folder);
			await unmountBelow(folder);
		},
		async stop() {
			if (daemon.exitCode !== null || daemon.signalCode !== null) return;
			const ended = once(daemon, 'exit');
			daemon.kill('SIGTERM');
			await ended;
			await unmountBelow(folder);
		},
	};
}

const tlsOptions = (folder: string) => [
	'--host=tcp://127.0.0.1:0',
	'--tlsverify',
	`--tlscacert=${join(folder, 'ca.pem')}`,
	`--tlscert=${join(folder, 'cert.pem')}`,
	`--tlskey=${join(folder, 'key.pem')}`,
];

/** Containers and their shims outlive a daemon that is killed; the shims' command lines name its folder. */
function endProcessesOf(folder: string): void {
	const read = (path: string) => {
		try {
			return readFileSync(path, 'utf8');
		} catch {
			return ''; // It has ended.
		}
	};
	const end = (pid: string) => {
		for (const child of read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean)) end(child);
		try {
			process.kill(Number(pid), 'SIGKILL');
		} catch {
			// It has ended.
		}
	};
	for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
		if (Number(pid) !== process.pid && read(`/proc/${pid}/cmdline`).includes(folder)) end(pid);
	}
}
