import {spawn} from 'node:child_process';
import {createHash, randomBytes} from 'node:crypto';
import {createReadStream, existsSync} from 'node:fs';
import {mkdir, readdir, readFile, rename} from 'node:fs/promises';
import {join} from 'node:path';
import {writeFileAtomic} from '../../../base/atomic-file.ts';
import {isSystemError, SlipwayError} from '../../../base/errors.ts';
import {openSealed, sealJson} from '../../../base/sealed-json.ts';
import type {Emulator} from '../../emulation.ts';
import {lockImage} from '../../image-lock.ts';
import {bootId} from './boot-id.ts';
import {runAgent} from './run-agent.ts';
import type {ConfiguredStage} from './configured-tree.ts';
import type {AgentMessage, StageStep} from './sandbox-job.ts';
import type {Segment} from './segment.ts';
import {mostProcesses} from './sandbox-limits.ts';
import {stageFormat, type StageResult} from './stage-result.ts';

/** A configured stage on disk: `cache/rootfs/KEY/`. */
export interface Stage {
	readonly key: string;
	readonly folder: string;
	readonly result: StageResult;
	readonly isCached: boolean;
}

export interface StageInput {
	readonly key: string;
	/** Nearest first. */
	readonly lowers: readonly ConfiguredStage[];
	readonly emulator: Emulator | null;
	readonly segmentFolder: string;
	readonly steps: readonly StageStep[];
	/** In the order of installation. */
	readonly segments: readonly Segment[];
	readonly epoch: number;
	/** Of scripts. */
	readonly env: Readonly<Record<string, string>>;
	readonly timeLimitMs: number;
	readonly memoryLimitBytes: number;
	readonly signal: AbortSignal;
	readonly onMessage: (message: AgentMessage) => void;
	readonly onWait: () => void;
}

export const stageKeyOf = (...facts: readonly unknown[]): string =>
	createHash('sha256')
		.update(JSON.stringify([stageFormat, ...facts]))
		.digest('hex')
		.slice(0, 32);

/** Where a stage is configured: an agent on this host, or a container. */
export interface StageMaker {
	/** Leaves `result.json` and `changes.data` in the folder. */
	make(input: StageInput, folder: string): Promise<void>;
	remove(folders: readonly string[], signal: AbortSignal): Promise<void>;
}

/** Configured stages: made once, then only read. */
export class Stages {
	readonly #folder: string;
	readonly #maker: StageMaker;
	#sweeping: Promise<void> | null = null;

	constructor(folder: string, maker: StageMaker = agentStages) {
		this.#folder = folder;
		this.#maker = maker;
	}

	/** The stage as it is kept; null if it has to be made. */
	async find(key: string): Promise<Stage | null> {
		const folder = join(this.#folder, key);
		try {
			const marker = openSealed(await readFile(join(folder, 'complete.json'), 'utf8')) as Marker | null;
			if (marker === null) return null;
			// Nothing was synced while it was made: after a crash of the machine it may be torn.
			if (!marker.isSynced && marker.boot !== (await bootId())) return null;
			const result = openSealed(await readFile(join(folder, 'result.json'), 'utf8')) as StageResult | null;
			if (result?.format !== stageFormat) return null;
			const changes = createHash('sha256');
			for await (const chunk of createReadStream(join(folder, 'changes.data'))) changes.update(chunk as Buffer);
			return changes.digest('hex') === result.changesSha256 ? {key, folder, result, isCached: true} : null;
		} catch (error) {
			if (isSystemError(error, 'ENOENT')) return null;
			throw error;
		}
	}

	/** The stage, made now if need be; builds that want the same one at the same time wait for the first. */
	async make(input: StageInput): Promise<Stage> {
		const known = await this.find(input.key);
		if (known !== null) return known;
		await mkdir(this.#folder, {recursive: true});
		await (this.#sweeping ??= this.#sweep());
		const release = await lockImage(this.#folder, input.key, {signal: input.signal, onWait: input.onWait});
		try {
			return (await this.find(input.key)) ?? (await this.#make(input));
		} finally {
			release();
		}
	}

	async remove(folders: readonly string[], signal: AbortSignal = new AbortController().signal): Promise<void> {
		await this.#maker.remove(folders, signal);
	}

	/** Half-made roots of builders that were killed. Their names end with the process that made them. */
	async #sweep(): Promise<void> {
		try {
			const dead = (await readdir(this.#folder)).filter(name => {
				const pid = /\.(\d+)\.[0-9a-f]+\.tmp$/u.exec(name)?.[1];
				return pid !== undefined && !existsSync(`/proc/${pid}`);
			});
			if (dead.length > 0) await this.remove(dead.map(name => join(this.#folder, name)));
		} catch {
			// Only space is lost, and the next build tries again.
		}
	}

	async #make(input: StageInput): Promise<Stage> {
		const folder = join(this.#folder, input.key);
		const temporary = `${folder}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
		await mkdir(temporary);
		try {
			await this.#maker.make(input, temporary);
			await writeFileAtomic(join(temporary, 'complete.json'), sealJson({boot: await bootId(), isSynced: false}));
			// One of an older format, or torn: nobody uses it, since the lock is ours.
			if (existsSync(folder)) await this.remove([folder], input.signal);
			await rename(temporary, folder);
			this.#syncLater(folder);
			const result = openSealed(await readFile(join(folder, 'result.json'), 'utf8')) as StageResult | null;
			if (result === null)
				throw new SlipwayError('storage', `The new stage ${folder} is torn.`, {hint: 'Build again.'});
			return {key: input.key, folder, result, isCached: false};
		} catch (error) {
			await this.remove([temporary]).catch(() => {}); // The first error is the one to tell; leftovers are swept later.
			const damaged = error instanceof SlipwayError ? error.details['damagedLower'] : undefined;
			const lower = typeof damaged === 'number' ? input.lowers[damaged] : undefined;
			if (lower !== undefined) throw new DamagedStage(lower.stage, error);
			throw error;
		}
	}

	/** Lets a stage outlive a crash of the machine, without any build waiting for the disk. */
	#syncLater(folder: string): void {
		const child = spawn('sync', ['--file-system', folder], {stdio: 'ignore'});
		child.unref();
		child.once('error', () => {}); // Without sync(1) the stage is made again after a crash.
		child.once('close', code => {
			const marker = sealJson({boot: null, isSynced: true});
			if (code === 0) void writeFileAtomic(join(folder, 'complete.json'), marker).catch(() => {});
		});
	}
}

/** A kept stage was altered: removed, it is made again. */
export class DamagedStage extends SlipwayError {
	readonly stage: Stage;

	constructor(stage: Stage, cause: unknown) {
		super('storage', `The cached stage ${stage.folder} was altered.`, {hint: 'Build again: it is made anew.', cause});
		this.stage = stage;
	}
}

interface Marker {
	readonly boot: string | null;
	readonly isSynced: boolean;
}

const agentStages: StageMaker = {
	make: (input, folder) =>
		runAgent(
			{
				kind: 'stage',
				emulator: input.emulator,
				folder,
				lowers: input.lowers.map(({stage}) => join(stage.folder, 'diff')),
				lowerFingerprints: input.lowers.map(({stage}) => stage.result.fingerprint),
				segmentFolder: input.segmentFolder,
				steps: input.steps,
				packages: input.segments.map(({sha256}) => sha256),
				epoch: input.epoch,
				env: input.env,
				timeLimitMs: input.timeLimitMs,
				limits: {processes: mostProcesses, memoryBytes: input.memoryLimitBytes},
			},
			{onMessage: input.onMessage, signal: input.signal},
		),
	/** Files in a root belong to ids that only a user namespace of ours may touch. */
	remove: (folders, signal) => runAgent({kind: 'remove', folders}, {signal}),
};
