import {randomBytes} from 'node:crypto';
import {SlipwayError, throwIfCancelled} from '../../../base/errors.ts';
import type {DockerHost} from '../../../docker/connect.ts';
import type {Descriptor} from '../../../image/oci.ts';
import type {SmokeTest} from '../../../plan/composition.ts';
import type {BuiltLine, LineBuildInput, PhaseReport, PhaseReporter} from '../../engine.ts';
import {runContainer, type ContainerResult} from './run-container.ts';

export interface ContainerTests {
	readonly host: DockerHost;
	readonly built: BuiltLine;
	readonly input: LineBuildInput;
	readonly reporter: PhaseReporter;
	/** Puts an image of the store on a daemon. */
	readonly load: (host: DockerHost, image: Descriptor, reference: string, signal: AbortSignal) => Promise<void>;
}

const defaultTimeoutSeconds = 60;

/**
 * Phase `test` in a Docker daemon: the image is loaded, each test runs in a container of its own, as the image's user,
 * without network. What they say, and their exit codes, go to the log. Throws `build` for the first that fails.
 */
export async function testInContainers({host, built, input, reporter, load}: ContainerTests): Promise<void> {
	const {line, signal} = input;
	await reporter.phase('test', async report => {
		const reference = `slipway-test:${randomBytes(8).toString('hex')}`;
		await load(host, built.manifest, reference, signal);
		try {
			for (const [position, test] of line.tests.entries()) {
				await runOne(host, reference, test, report, signal);
				report.progress(position + 1, line.tests.length, 'tests');
			}
		} finally {
			await host.docker
				.getImage(reference)
				.remove({force: true})
				.catch(() => {}); // The daemon may be gone.
		}
	});
}

async function runOne(
	{docker, endpoint}: DockerHost,
	image: string,
	test: SmokeTest,
	report: PhaseReport,
	signal: AbortSignal,
): Promise<void> {
	const [program = '', ...rest] = test.run;
	const timeoutMs = (test.timeoutSeconds ?? defaultTimeoutSeconds) * 1000;
	report.log('stdout', `$ ${test.run.join(' ')}\n`);
	const result = await runContainer(docker, {
		image,
		entrypoint: [program],
		command: rest,
		timeoutMs,
		signal,
		onLine: (stream, text) => report.log(stream, `${text}\n`),
	}).catch((error: unknown): ContainerResult => {
		// As a shell has it: a program that is not there, or cannot be run (runc's answer to `start`).
		if (error instanceof Error && 'statusCode' in error && error.statusCode === 400) {
			return {exitCode: 127, stdout: '', stderr: error.message};
		}
		throw error;
	});
	throwIfCancelled(signal);
	report.log('stdout', result.exitCode === null ? 'no exit code: stopped\n' : `exit code ${result.exitCode}\n`);
	const failure = failureOf(test, result);
	if (failure === null) return;
	throw new SlipwayError('build', `The test ${test.run.join(' ')} failed in ${endpoint.name}: it ${failure}.`, {
		hint: 'The log of the line has its whole output. Mend the composition or its test.',
	});
}

function failureOf({expect}: SmokeTest, {exitCode, stdout, stderr}: ContainerResult): string | null {
	const wanted = expect.exitCode ?? 0;
	if (exitCode === null) return 'did not end in time';
	if (exitCode !== wanted) return `ended with ${exitCode} instead of ${wanted}`;
	if (expect.stdout !== undefined && !stdout.includes(expect.stdout)) return `did not print “${expect.stdout}”`;
	if (expect.stderr !== undefined && !stderr.includes(expect.stderr)) {
		return `did not print “${expect.stderr}” to its error output`;
	}
	return null;
}
