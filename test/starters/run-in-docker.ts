import type {SmokeBuild, SmokeWorkshop} from './smoke-image.ts';
import type {SmokeProgram} from './smoke-programs.ts';
import type {DockerDaemon} from '../support/docker-daemon.ts';
import {mustRun} from '../support/run-program.ts';
import {exportImage} from '../../src/publish/export-image.ts';

const probe = ['/smoke/busybox', 'sh', '/smoke/probe.sh'];

/**
 * Starts an image in Docker as a user would, with loopback alone: a server with its own entrypoint and command, beside which the
 * smoke program runs; anything else runs its own command to its end, and then the smoke program. Returns what it said.
 */
export async function runInDocker(
	daemon: DockerDaemon,
	{store}: SmokeWorkshop,
	{serves = false}: SmokeProgram,
	{name, tag, plan}: SmokeBuild,
): Promise<string> {
	const exported = await exportImage({
		store,
		name,
		tag,
		destination: 'docker-daemon:',
		env: {DOCKER_HOST: daemon.host},
	});
	const [reference = ''] = exported.references;
	const alone = ['--network=none', '--pull=never'];
	try {
		if (serves) {
			const {stdout} = await daemon.docker('run', '--detach', ...alone, reference);
			const container = stdout.trim();
			try {
				return await probed(daemon, container);
			} finally {
				await daemon.docker('rm', '--force', '--volumes', container);
			}
		}
		if (plan.config.cmd.length > 0) await daemon.docker('run', '--rm', ...alone, reference);
		const [entrypoint = '', ...command] = probe;
		// Compilers take their time on a busy machine.
		const run = ['--host', daemon.host, 'run', '--rm', ...alone, `--entrypoint=${entrypoint}`, reference, ...command];
		return (await mustRun('docker', run, {timeoutMs: 900_000})).stdout;
	} finally {
		await daemon.docker('rmi', '--force', reference);
	}
}

/** The smoke program inside of a running container, until it comes out or the container ends. */
async function probed(daemon: DockerDaemon, container: string): Promise<string> {
	// In place of the own command, which runs already: keeps the probe trying.
	const wait = ['/smoke/busybox', 'sleep', '900'];
	try {
		return (await daemon.docker('exec', container, ...probe, ...wait)).stdout;
	} catch (error) {
		const logs = await daemon.docker('logs', '--tail=40', container);
		throw new Error(`${String(error)}\n${logs.stdout}${logs.stderr}`, {cause: error});
	}
}
