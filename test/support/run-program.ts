import {spawn} from 'node:child_process';

export interface RunOptions {
	/** The whole environment. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	readonly cwd?: string;
	/** Standard input, closed after it; default empty. */
	readonly input?: string | Uint8Array;
	readonly uid?: number | undefined;
	readonly gid?: number | undefined;
	/** Fires SIGTERM. */
	readonly signal?: AbortSignal | undefined;
	readonly timeoutMs?: number | undefined;
	/** Called with each chunk of standard output. */
	readonly onOutput?: ((text: string) => void) | undefined;
}

export interface RunResult {
	readonly exitCode: number | null;
	readonly killedBy: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
	readonly durationMs: number;
}

/** Runs a program to its end. A failing program is a result, not an error; one that cannot start or takes too long is. */
export async function runProgram(file: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
	const {env = process.env, cwd, input = '', uid, gid, signal, timeoutMs = 600_000, onOutput} = options;
	const started = performance.now();
	const child = spawn(file, args, {env, cwd, uid, gid, signal, stdio: ['pipe', 'pipe', 'pipe']});
	const stdout: Buffer[] = [];
	const stderr: Buffer[] = [];
	child.stdout.on('data', (chunk: Buffer) => {
		stdout.push(chunk);
		onOutput?.(chunk.toString());
	});
	child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
	// A program may end without having read its input.
	child.stdin.on('error', () => undefined);
	child.stdin.end(input);
	return new Promise((resolve, reject) => {
		let isLate = false;
		const limit = setTimeout(() => {
			isLate = true;
			child.kill('SIGKILL');
		}, timeoutMs);
		child.on('error', error => {
			// With an AbortSignal the process still ends, and its end is the result.
			if (error.name !== 'AbortError') reject(error);
		});
		child.on('close', (exitCode, killedBy) => {
			clearTimeout(limit);
			const result = {
				exitCode,
				killedBy,
				stdout: Buffer.concat(stdout).toString(),
				stderr: Buffer.concat(stderr).toString(),
				durationMs: performance.now() - started,
			};
			if (isLate) reject(new Error(`${file} did not end in ${timeoutMs} ms:\n${result.stdout}\n${result.stderr}`));
			else resolve(result);
		});
	});
}

/** As runProgram, but any exit code except 0 is an error with the program's own words. */
export async function mustRun(file: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
	const result = await runProgram(file, args, options);
	if (result.exitCode === 0) return result;
	const end = result.killedBy ?? `exit code ${result.exitCode}`;
	throw new Error(`${[file, ...args].join(' ')}: ${end}\n${result.stdout}${result.stderr}`);
}
