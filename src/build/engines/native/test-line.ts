import {randomBytes} from 'node:crypto';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {SlipwayError} from '../../../base/errors.ts';
import type {ImageStore} from '../../../image/image-store.ts';
import type {Digest} from '../../../image/oci.ts';
import type {SmokeTest} from '../../../plan/composition.ts';
import type {Emulator} from '../../emulation.ts';
import type {LineBuildInput, PhaseReporter} from '../../engine.ts';
import {runAgent} from './run-agent.ts';
import type {TestResult} from './sandbox-job.ts';
import {memoryLimitOf, mostProcesses} from './sandbox-limits.ts';

interface TestInput {
	readonly input: LineBuildInput;
	readonly reporter: PhaseReporter;
	readonly store: ImageStore;
	/** Lowest first. */
	readonly layers: readonly Digest[];
	readonly cacheFolder: string;
	readonly emulator: Emulator | null;
}

const defaultSeconds = 60;

/** Phase `test`: the composition's tests run in the finished image, as its user, without network. Throws `build`. */
export async function testLine({input, reporter, store, layers, cacheFolder, emulator}: TestInput): Promise<void> {
	const {line, signal} = input;
	if (line.tests.length === 0) return;
	await reporter.phase('test', async report => {
		const folder = join(cacheFolder, 'rootfs', `test.${process.pid}.${randomBytes(4).toString('hex')}.tmp`);
		await mkdir(folder, {recursive: true});
		const results: TestResult[] = [];
		const {config} = line;
		try {
			await runAgent(
				{
					kind: 'test',
					emulator,
					folder,
					layers: layers.map(digest => join(store.folder, 'blobs', ...digest.split(':'))),
					commands: line.tests.map(test => ({
						command: test.run,
						env: config.env,
						workdir: config.workdir,
						user: config.user,
						timeLimitMs: (test.timeoutSeconds ?? defaultSeconds) * 1000,
					})),
					limits: {processes: mostProcesses, memoryBytes: memoryLimitOf(process.availableMemory())},
				},
				{
					signal,
					onMessage: message => {
						if (message.kind === 'log') report.log(message.stream, `${message.text}\n`);
						if (message.kind !== 'tested') return;
						results.push(message.result);
						report.progress(results.length, line.tests.length, 'tests');
					},
				},
			);
		} finally {
			await runAgent({kind: 'remove', folders: [folder]}, {signal: new AbortController().signal});
		}
		for (const [number, test] of line.tests.entries()) checkResult(test, results[number]);
	});
}

function checkResult(test: SmokeTest, result: TestResult | undefined): void {
	const wrong = result === undefined ? 'did not run' : faultOf(test, result);
	if (wrong === null) return;
	const shown = `${result?.stdout ?? ''}${result?.stderr ?? ''}`.trim().split('\n').slice(-5).join('\n');
	throw new SlipwayError(
		'build',
		`The test ${test.run.join(' ')} failed: it ${wrong}.${shown === '' ? '' : `\n${shown}`}`,
		{
			hint: 'The log of the line has its whole output.',
		},
	);
}

function faultOf(
	{expect, timeoutSeconds = defaultSeconds}: SmokeTest,
	{exitCode, stdout, stderr}: TestResult,
): string | null {
	const wanted = expect.exitCode ?? 0;
	if (exitCode === null) return `did not end within ${timeoutSeconds} s`;
	if (exitCode !== wanted) return `ended with ${exitCode} instead of ${wanted}`;
	if (expect.stdout !== undefined && !stdout.includes(expect.stdout)) return `did not print “${expect.stdout}”`;
	if (expect.stderr !== undefined && !stderr.includes(expect.stderr))
		return `did not print “${expect.stderr}” to stderr`;
	return null;
}
