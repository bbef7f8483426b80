import type Docker from 'dockerode';
import {PassThrough} from 'node:stream';

export interface ContainerRun {
	readonly image: string;
	/** Null keeps the image's own. */
	readonly entrypoint: readonly string[] | null;
	readonly command: readonly string[];
	readonly user?: string;
	readonly env?: Readonly<Record<string, string>>;
	readonly workdir?: string;
	readonly timeoutMs: number;
	readonly signal?: AbortSignal;
	readonly onOutput?: (stream: 'stdout' | 'stderr', text: string) => void;
}

export interface ContainerResult {
	/** Null when it was ended for its time limit. */
	readonly exitCode: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

const longestOutput = 1 << 20;

/** Runs one command in a container without network and privileges, collects what it says, and removes the container. */
export async function runContainer(docker: Docker, run: ContainerRun): Promise<ContainerResult> {
	const container = await docker.createContainer({
		Image: run.image,
		...(run.entrypoint === null ? {} : {Entrypoint: [...run.entrypoint]}),
		Cmd: [...run.command],
		...(run.user === undefined ? {} : {User: run.user}),
		...(run.workdir === undefined ? {} : {WorkingDir: run.workdir}),
		Env: Object.entries(run.env ?? {}).map(([name, value]) => `${name}=${value}`),
		NetworkDisabled: true,
		HostConfig: {CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'], PidsLimit: 512},
	});
	const output = {stdout: '', stderr: ''};
	const collect = (stream: 'stdout' | 'stderr') => {
		const sink = new PassThrough();
		sink.setEncoding('utf8').on('data', (text: string) => {
			output[stream] = (output[stream] + text).slice(0, longestOutput);
			run.onOutput?.(stream, text);
		});
		return sink;
	};
	const deadline = AbortSignal.timeout(run.timeoutMs);
	const end = run.signal ? AbortSignal.any([run.signal, deadline]) : deadline;
	const kill = () => void container.kill().catch(() => undefined);
	try {
		const attached = await container.attach({stream: true, stdout: true, stderr: true});
		const drained = new Promise(resolve => attached.once('end', resolve));
		container.modem.demuxStream(attached, collect('stdout'), collect('stderr'));
		await container.start();
		end.addEventListener('abort', kill);
		const {StatusCode} = (await container.wait()) as {readonly StatusCode: number};
		await drained;
		return {exitCode: deadline.aborted ? null : StatusCode, ...output};
	} finally {
		end.removeEventListener('abort', kill);
		await container.remove({force: true});
	}
}
