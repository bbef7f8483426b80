import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {writeFile} from 'node:fs/promises';
import {connect} from 'node:net';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {mustRun, type RunResult} from './run-program.ts';
import {temporaryFolder} from './temporary-folder.ts';
import {unmountBelow} from './unmount-below.ts';

/** Podman's service that speaks as a Docker daemon (podman-system-service(1)), on a socket and a store of its own. */
export interface PodmanService {
	/** For DOCKER_HOST. */
	readonly host: string;
	/** Runs the podman command on the same store; a failure is an error with its words. */
	podman(...args: readonly string[]): Promise<RunResult>;
	stop(): Promise<void>;
}

const startLimitMs = 60_000;

export async function startPodman(): Promise<PodmanService> {
	const folder = await temporaryFolder('podman');
	const socket = join(folder, 'podman.sock');
	const store = [
		'--root',
		join(folder, 'root'),
		'--runroot',
		join(folder, 'run'),
		'--cgroup-manager=cgroupfs',
		'--runtime=runc',
	];
	const settings = join(folder, 'containers.conf');
	// Its own defaults are above what a machine without CAP_SYS_RESOURCE may set.
	await writeFile(settings, '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n');
	const env = {...process.env, HOME: folder, XDG_RUNTIME_DIR: folder, CONTAINERS_CONF: settings};
	const service = spawn('podman', [...store, 'system', 'service', '--time=0', `unix://${socket}`], {
		env,
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	let log = '';
	service.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
	const ended = once(service, 'exit');
	const stop = async () => {
		service.kill('SIGTERM');
		await ended;
		await unmountBelow(folder);
	};
	const deadline = performance.now() + startLimitMs;
	while (!(await answers(socket))) {
		if (service.exitCode === null && performance.now() < deadline) {
			await sleep(50);
			continue;
		}
		await stop();
		throw new Error(`podman system service is not ready:\n${log.slice(-4000)}`);
	}
	return {host: `unix://${socket}`, podman: (...args) => mustRun('podman', [...store, ...args], {env}), stop};
}

function answers(socket: string): Promise<boolean> {
	return new Promise(resolve => {
		const connection = connect(socket);
		connection.on('error', () => resolve(false));
		connection.on('connect', () => {
			connection.destroy();
			resolve(true);
		});
	});
}
