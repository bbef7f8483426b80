import type Docker from 'dockerode';
import {createInterface} from 'node:readline';
import {PassThrough, type Readable} from 'node:stream';

export interface ContainerRun {
	readonly image: string;
	/** Null keeps the image's own. */
	readonly entrypoint: readonly string[] | null;
	readonly command: readonly string[];
	readonly user?: string;
	readonly env?: Readonly<Record<string, string>>;
	readonly workdir?: string;
	/** Linux capabilities; none unless said. */
	readonly capabilities?: readonly string[];
	/** A tar archive to unpack into the root before it starts. */
	readonly files?: Readable;
	readonly timeoutMs: number;
	readonly signal?: AbortSignal;
	readonly onLine?: (stream: 'stdout' | 'stderr', text: string) => void;
	/** Runs while the container is still there. */
	readonly onExit?: (container: Docker.Container, exitCode: number) => Promise<void>;
}

export interface ContainerResult {
	/** Null when it was ended for its time limit. */
	readonly exitCode: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

const longestOutput = 1 << 20;
const longestLine = 4096;

/** Runs one command in a container without network, collects what it says, and removes the container. */
export async function runContainer(docker: Docker, run: ContainerRun): Promise<ContainerResult> {
	const container = await docker.createContainer({
		Image: run.image,
		Hostname: 'slipway',
		...(run.entrypoint === null ? {} : {Entrypoint: [...run.entrypoint]}),
		Cmd: [...run.command],
		...(run.user === undefined ? {} : {User: run.user}),
		...(run.workdir === undefined ? {} : {WorkingDir: run.workdir}),
		Env: Object.entries(run.env ?? {}).map(([name, value]) => `${name}=${value}`),
		NetworkDisabled: true,
		HostConfig: {
			NetworkMode: 'none',
			CapDrop: ['ALL'],
			CapAdd: [...(run.capabilities ?? [])],
			SecurityOpt: ['no-new-privileges'],
			PidsLimit: 4096,
		},
	});
	const output = {stdout: '', stderr: ''};
	const sinkOf = (stream: 'stdout' | 'stderr') => {
		const sink = new PassThrough();
		const read = (async () => {
			for await (const line of createInterface({input: sink})) {
				if (output[stream].length < longestOutput) output[stream] += `${line}\n`;
				run.onLine?.(stream, line.length > longestLine ? `${line.slice(0, longestLine)} …` : line);
			}
		})();
		return {sink, read};
	};
	const deadline = AbortSignal.timeout(run.timeoutMs);
	const end = run.signal ? AbortSignal.any([run.signal, deadline]) : deadline;
	const kill = () => void container.kill().catch(() => {}); // It may have ended by itself.
	try {
		if (run.files) await container.putArchive(run.files, {path: '/'});
		const attached = await container.attach({stream: true, stdout: true, stderr: true});
		const [stdout, stderr] = [sinkOf('stdout'), sinkOf('stderr')];
		const drained = new Promise<void>((resolve, reject) => {
			attached.once('end', resolve).once('close', resolve).once('error', reject);
		});
		container.modem.demuxStream(attached, stdout.sink, stderr.sink);
		await container.start();
		end.addEventListener('abort', kill);
		if (end.aborted) kill();
		const [code] = await Promise.all([exitCodeOf(container), drained]);
		stdout.sink.end();
		stderr.sink.end();
		await Promise.all([stdout.read, stderr.read]);
		if (!end.aborted) await run.onExit?.(container, code);
		return {exitCode: deadline.aborted ? null : code, ...output};
	} finally {
		end.removeEventListener('abort', kill);
		await container.remove({force: true, v: true}).catch(() => {}); // Gone with its daemon, perhaps; the first error is told.
	}
}

/**
 * The container's exit code, once it has ended. dockerode's own `wait` never returns if the daemon goes away meanwhile: the answer
 * begins at once, and docker-modem does not look for one that breaks off.
 */
async function exitCodeOf({id, modem}: Docker.Container): Promise<number> {
	const answer = await new Promise<unknown>((resolve, reject) => {
		const wait = {path: `/containers/${id}/wait?`, method: 'POST', isStream: true, options: {}};
		const statusCodes = {200: true, 404: 'no such container', 500: 'server error'};
		modem.dial({...wait, statusCodes}, (error: unknown, stream: unknown) => (error ? reject(error) : resolve(stream)));
	});
	let text = '';
	for await (const chunk of answer as NodeJS.ReadableStream) text += String(chunk);
	if (text.trim() === '') throw new Error('the daemon broke off');
	return (JSON.parse(text) as {readonly StatusCode: number}).StatusCode;
}
