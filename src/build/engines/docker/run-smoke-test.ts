import type Docker from 'dockerode';
import {SlipwayError, throwIfCancelled} from '../../../base/errors.ts';
import type {SmokeTest} from '../../../plan/composition.ts';
import type {LinePlan} from '../../../plan/plan.ts';
import type {PhaseReport} from '../../engine.ts';
import {runContainer} from './run-container.ts';

const defaultTimeoutSeconds = 60;

/** Runs one of the composition's tests as the image's own user, without network. Throws `build` if it fails. */
export async function runSmokeTest(
	docker: Docker,
	image: string,
	{config}: LinePlan,
	test: SmokeTest,
	report: PhaseReport,
	signal: AbortSignal,
): Promise<void> {
	const [program = '', ...rest] = test.run;
	const {exitCode, stdout, stderr} = await runContainer(docker, {
		image,
		entrypoint: [program],
		command: rest,
		user: config.user,
		env: config.env,
		workdir: config.workdir,
		timeoutMs: (test.timeoutSeconds ?? defaultTimeoutSeconds) * 1000,
		signal,
		onOutput: (stream, text) => report.log(stream, text),
	});
	throwIfCancelled(signal);
	const failure = failureOf(test, exitCode, stdout, stderr);
	if (failure === null) return;
	throw new SlipwayError('build', `The test \`${test.run.join(' ')}\` failed: ${failure}.`, {
		hint: 'The log of the phase `test` has its output. Mend the composition or its test.',
	});
}

function failureOf({expect}: SmokeTest, exitCode: number | null, stdout: string, stderr: string): string | null {
	if (exitCode === null) return 'it did not end in time';
	const wanted = expect.exitCode ?? 0;
	if (exitCode !== wanted) return `it ended with ${exitCode} instead of ${wanted}`;
	if (expect.stdout !== undefined && !stdout.includes(expect.stdout)) return `its output lacks “${expect.stdout}”`;
	if (expect.stderr !== undefined && !stderr.includes(expect.stderr))
		return `its error output lacks “${expect.stderr}”`;
	return null;
}
