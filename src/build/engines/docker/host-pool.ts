import {messageOf, SlipwayError} from '../../../base/errors.ts';
import type {DockerHost} from '../../../docker/connect.ts';

const pingTimeoutMs = 5000;

/** Daemons that share the work. A line goes to the least loaded; a daemon that fails is left out. */
export interface HostPool {
	/**
	 * Runs work on a daemon of that architecture, native ones first. If the daemon itself fails, its work goes to
	 * another; `onMove` is told. Throws the last failure when none is left.
	 */
	run<T>(
		architecture: string,
		work: (host: DockerHost) => Promise<T>,
		onMove: (from: DockerHost, reason: string) => Promise<void>,
	): Promise<T>;
}

export function createHostPool(hosts: readonly DockerHost[]): HostPool {
	const running = new Map<DockerHost, number>(hosts.map(host => [host, 0]));

	const choose = (architecture: string): DockerHost | undefined => {
		const load = (host: DockerHost) => (running.get(host) ?? 0) / Math.max(1, host.processors);
		const isForeign = (host: DockerHost) => Number(host.architecture !== architecture);
		return [...running.keys()].toSorted((a, b) => isForeign(a) - isForeign(b) || load(a) - load(b))[0];
	};

	return {
		async run(architecture, work, onMove) {
			for (;;) {
				const host = choose(architecture);
				if (host === undefined) {
					throw new SlipwayError('host', 'No Docker daemon is left to build on: all have failed.', {
						hint: 'Start them again, or use `--engine native`.',
					});
				}
				running.set(host, (running.get(host) ?? 0) + 1);
				try {
					return await work(host);
				} catch (error) {
					if (!(await hasFailed(host))) throw error;
					running.delete(host);
					if (running.size === 0) throw error;
					await onMove(host, messageOf(error));
				} finally {
					const count = running.get(host);
					if (count !== undefined) running.set(host, count - 1);
				}
			}
		},
	};
}

/** A daemon that no longer answers a ping has failed; otherwise the line itself has. */
async function hasFailed({docker}: DockerHost): Promise<boolean> {
	const {promise: silence, resolve} = Promise.withResolvers<boolean>();
	const timer = setTimeout(resolve, pingTimeoutMs, true);
	const answer = docker.ping().then(
		() => false,
		() => true,
	);
	try {
		return await Promise.race([answer, silence]);
	} finally {
		clearTimeout(timer);
	}
}
