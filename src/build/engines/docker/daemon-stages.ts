import type Docker from 'dockerode';
import {createWriteStream} from 'node:fs';
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {SlipwayError, throwIfCancelled} from '../../../base/errors.ts';
import type {DockerHost} from '../../../docker/connect.ts';
import type {LayerEntry} from '../../../image/layer.ts';
import {configuredTree} from '../native/configured-tree.ts';
import {configureFailure} from '../native/maintainer-scripts.ts';
import type {StageStep} from '../native/sandbox-job.ts';
import type {StageInput, StageMaker} from '../native/stages.ts';
import {fileEntry, folderEntry, type Tree} from '../native/tree.ts';
import {ensureImage, pullImage, putRoot} from './base-image.ts';
import {firstRoot, tarOf} from './root-archive.ts';
import {runContainer} from './run-container.ts';
import {scanExport} from './scan-export.ts';
import {handedOver, hostsOf, purgeOthers, stageScript} from './stage-script.ts';

export interface DaemonStages {
	readonly host: DockerHost;
	/** OCI architecture of the image. */
	readonly architecture: string;
	/** Release: base images are named by it. */
	readonly suite: string;
	/** An image by digest that the first stage begins with, in place of an empty root. */
	readonly named: string | null;
}

interface Beginning {
	readonly image: string;
	readonly user: string | null;
}

/** What maintainer scripts may do: as in the native engine's sandbox. */
const capabilities = [
	'CHOWN',
	'DAC_OVERRIDE',
	'FOWNER',
	'FSETID',
	'KILL',
	'SETGID',
	'SETUID',
	'SETPCAP',
	'NET_BIND_SERVICE',
	'SYS_CHROOT',
	'MKNOD',
	'AUDIT_WRITE',
	'SETFCAP',
];

/**
 * Stages configured in containers without network. A container begins with the root that the stages below come to, is
 * given the verified packages, and is exported when dpkg is done: nothing but its files is taken from the daemon.
 */
export function daemonStages(options: DaemonStages): StageMaker {
	const {docker} = options.host;
	return {
		async make(input, folder) {
			const folderOf = (sha256: string) => join(input.segmentFolder, sha256);
			const lower = configuredTree(input.lowers.toReversed(), folderOf);
			const firstRun = input.steps.findIndex(isProgram);
			if (firstRun === -1) throw noPrograms();
			const {image, isOurs, user} = await beginning(options, input, lower, folderOf);
			try {
				const archive = join(folder, 'export.tar');
				await configureIn(docker, {image, user}, handOver(options, input, firstRun, folderOf), input, archive);
				// A named base counts as nothing: its files are told like those that scripts made.
				scanExport({archive, lower, segments: input.segments, folder, epoch: input.epoch});
				await rm(archive);
			} finally {
				if (isOurs)
					await docker
						.getImage(image)
						.remove({force: true})
						.catch(() => {}); // The daemon may be gone.
			}
		},
		async remove(folders) {
			for (const folder of folders) await rm(folder, {recursive: true, force: true});
		},
	};
}

/**
 * An image with what the stage begins with. `isOurs`: of no use to another stage. Its user is root; of an image that comes
 * from elsewhere that has to be said, and of another must not: where there is no /etc/passwd yet, Podman would write one.
 */
async function beginning(
	options: DaemonStages,
	input: StageInput,
	lower: Tree,
	folderOf: (sha256: string) => string,
): Promise<Beginning & {readonly isOurs: boolean}> {
	const {host, architecture, suite, named} = options;
	const [nearest] = input.lowers;
	if (nearest !== undefined) {
		const reference = `slipway-base:${suite}-${nearest.stage.key.slice(0, 16)}`;
		await ensureImage(host, reference, architecture, () => tarOf(entriesOf(lower)), input.signal);
		return {image: reference, user: null, isOurs: false};
	}
	if (named !== null) {
		await pullImage(host, named, text => input.onMessage({kind: 'log', stream: 'stdout', text}), input.signal);
		return {image: named, user: '0', isOurs: false};
	}
	const root = firstRoot(input.steps, input.segments, folderOf, input.epoch);
	const image = await putRoot(host, tarOf(entriesOf(root)), architecture, null, input.signal);
	return {image, user: null, isOurs: true};
}

/** Hard links to what is not there any more cannot be unpacked. */
const entriesOf = ({nodes}: Tree): readonly LayerEntry[] =>
	[...nodes.values()]
		.map(({entry}) => entry)
		.filter(({kind, link}) => kind !== 'hardlink' || nodes.get(link)?.entry.kind === 'file');

const isProgram = ({kind}: StageStep) => kind === 'run' || kind === 'unpack';

function handOver(
	{named}: DaemonStages,
	{steps, lowers, segments}: StageInput,
	firstRun: number,
	folderOf: (sha256: string) => string,
): Readable {
	const isFirst = lowers.length === 0;
	// What comes before the first program of the first stage is in its root already, or in the named base.
	const own = isFirst ? steps.slice(firstRun) : steps;
	const names = segments.map(segment => segment.package);
	const before = isFirst && named !== null ? purgeOthers(names) : [];
	const {script, files} = stageScript(own, {before, after: hostsOf(names)});
	return tarOf([
		folderEntry(handedOver, 0),
		fileEntry(`${handedOver}/steps`, Buffer.from(script), {mtime: 0, mode: 0o755}),
		...files,
		...segments.flatMap(({sha256, debBytes}): LayerEntry[] => [
			folderEntry(`${handedOver}/${sha256}`, 0),
			{
				...fileEntry(`${handedOver}/${sha256}/package.deb`, new Uint8Array(), {mtime: 0}),
				size: debBytes,
				content: {file: join(folderOf(sha256), 'package.deb'), offset: 0},
			},
		]),
	]);
}

async function configureIn(
	docker: Docker,
	{image, user}: Beginning,
	files: Readable,
	{steps, env, timeLimitMs, signal, onMessage}: StageInput,
	archive: string,
): Promise<void> {
	const recent: string[] = [];
	const {exitCode} = await runContainer(docker, {
		image,
		entrypoint: ['/usr/bin/env', '-i'],
		command: [...Object.entries(env).map(([name, value]) => `${name}=${value}`), '/bin/sh', `/${handedOver}/steps`],
		...(user === null ? {} : {user}),
		workdir: '/',
		capabilities,
		files,
		timeoutMs: timeLimitMs * steps.filter(isProgram).length,
		signal,
		onLine(stream, text) {
			recent.push(text);
			if (recent.length > 20) recent.shift();
			onMessage({kind: 'log', stream, text});
		},
		async onExit(container, code) {
			if (code !== 0) return;
			await pipeline(await container.export(), createWriteStream(archive), {signal});
		},
	});
	throwIfCancelled(signal);
	if (exitCode === 0) return;
	if (exitCode === null) {
		throw new SlipwayError('sandbox', 'Configuring the packages did not end in time and was stopped.', {
			hint: 'The full log of the line tells where it stood.',
		});
	}
	const {code, message, hint} = configureFailure(['dpkg'], exitCode, recent).failure;
	throw new SlipwayError(code, message, hint === null ? {} : {hint});
}

function noPrograms(): SlipwayError {
	return new SlipwayError('bad-input', 'This image has no dpkg to configure its packages with.', {
		hint: 'Build it with `--engine native`.',
	});
}
