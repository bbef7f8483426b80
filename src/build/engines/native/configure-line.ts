import {SlipwayError} from '../../../base/errors.ts';
import type {PlannedPackage} from '../../../plan/plan.ts';
import type {Emulator} from '../../emulation.ts';
import type {LineBuildInput, PhaseReporter, PhaseReport} from '../../engine.ts';
import type {ConfiguredStage} from './configured-tree.ts';
import type {PreparedSegments} from './prepare-segments.ts';
import type {AgentMessage, StageStep} from './sandbox-job.ts';
import {scriptEnv} from './maintainer-scripts.ts';
import {memoryLimitOf} from './sandbox-limits.ts';
import type {SegmentCache} from './segment-cache.ts';
import type {Segment} from './segment.ts';
import {planStages, stepsOf} from './stage-plan.ts';
import {stageKeyOf, type Stage, type Stages} from './stages.ts';

export interface ConfigureInput {
	readonly input: LineBuildInput;
	readonly reporter: PhaseReporter;
	readonly prepared: PreparedSegments;
	readonly segments: SegmentCache;
	readonly stages: Stages;
	/** None for stages that are made elsewhere, or for this host's own architecture. */
	readonly emulator?: Emulator | null;
	readonly sourceDateEpoch: number | null;
	readonly timeLimitMs: number;
	/** What the first stage is laid over, where that is not an empty root. */
	readonly root?: string | null;
	/** For each sandbox; null: by what the host has free. */
	readonly memoryLimitBytes?: number | null;
}

export interface ConfiguredLine {
	/** What every image on the line shares: essential, common and starter packages. */
	readonly starter: readonly ConfiguredStage[];
	readonly added: readonly ConfiguredStage[];
	/** Trust stores with the certificates of bundles in them. */
	readonly certificates: readonly ConfiguredStage[];
	/** Seconds: the newest file of any package, or SOURCE_DATE_EPOCH. */
	readonly epoch: number;
}

/** Phase `configure`: dpkg and the packages' own scripts finish every stage in the sandbox, unless that was done before. */
export function configureLine(parts: ConfigureInput): Promise<ConfiguredLine> {
	const {input, reporter, prepared, sourceDateEpoch} = parts;
	return reporter.phase('configure', async report => {
		// Compressing keeps the other cores busy while scripts run one after the other.
		for (const {inImage, sha256} of input.line.packages) {
			if (inImage) parts.segments.member(sha256, input.signal).catch(() => {}); // Asked for again, and told, when it is needed.
		}
		const meter = progressMeter(report, input.line.packages.length);
		const below: ConfiguredStage[] = [];
		const before: PlannedPackage[] = [];
		let newest = 0;
		const named = new Map<string, ConfiguredStage>();
		for (const planned of planStages(input.line)) {
			const segments = planned.packages.map(({sha256}) => segmentOf(prepared, sha256));
			newest = segments.reduce((latest, {newestMtime}) => Math.max(latest, newestMtime), newest);
			const steps = stepsOf(planned, before, prepared, input.architecture);
			const epoch = sourceDateEpoch ?? newest;
			const stage = await makeStage({parts, below, steps, segments, epoch, report, meter});
			const configured = {stage, segments, epoch};
			named.set(planned.name, configured);
			below.unshift(configured);
			before.push(...planned.packages);
		}
		const epoch = sourceDateEpoch ?? newest;
		const steps = certificateSteps(input);
		if (steps.length > 0) {
			const stage = await makeStage({parts, below, steps, segments: [], epoch, report, meter});
			named.set('certificates', {stage, segments: [], epoch});
		}
		if ([...named.values()].every(({stage}) => stage.isCached)) report.cached();
		const pick = (...names: readonly string[]) => names.flatMap(name => named.get(name) ?? []);
		return {
			starter: pick('essential', 'common', 'starter'),
			added: pick('added'),
			certificates: pick('certificates'),
			epoch,
		};
	});
}

interface MakeStageInput {
	readonly parts: ConfigureInput;
	/** Nearest first. */
	readonly below: readonly ConfiguredStage[];
	readonly steps: readonly StageStep[];
	readonly segments: readonly Segment[];
	readonly epoch: number;
	readonly report: PhaseReport;
	readonly meter: (message: AgentMessage) => void;
}

function makeStage({parts, below, steps, segments, epoch, report, meter}: MakeStageInput): Promise<Stage> {
	const {input, stages, timeLimitMs} = parts;
	const memoryLimitBytes = parts.memoryLimitBytes ?? memoryLimitOf(process.availableMemory());
	const packages = segments.map(({sha256}) => sha256);
	const names = new Set([...below.flatMap(stage => stage.segments), ...segments].map(one => one.package));
	return stages.make({
		key: stageKeyOf(input.architecture, below[0]?.stage.key ?? parts.root ?? null, packages, steps, epoch),
		lowers: below,
		emulator: parts.emulator ?? null,
		segmentFolder: parts.segments.folder,
		steps,
		segments,
		epoch,
		env: scriptEnv(names, epoch),
		timeLimitMs,
		memoryLimitBytes,
		signal: input.signal,
		onMessage: meter,
		onWait: () => report.log('stdout', 'Another build is configuring the same packages: waiting for it.\n'),
	});
}

/** Every package is unpacked once and set up once. */
function progressMeter(report: PhaseReport, packages: number): (message: AgentMessage) => void {
	let steps = 0;
	return message => {
		if (message.kind !== 'log') return;
		report.log(message.stream, `${message.text}\n`);
		if (!/^(?:Unpacking|Setting up) /u.test(message.text)) return;
		steps++;
		report.progress(Math.min(packages, Math.floor(steps / 2)), packages, 'packages');
	};
}

function certificateSteps({bundles}: LineBuildInput): readonly StageStep[] {
	const files = bundles.filter(({kind}) => kind === 'certificates').flatMap(bundle => bundle.files);
	if (files.length === 0) return [];
	return [
		...files.map(({path, mode, uid, gid, content}): StageStep => ({
			kind: 'file',
			path: path.replace(/^\/+/u, ''),
			mode,
			uid,
			gid,
			content: Buffer.from(content).toString('base64'),
		})),
		// Its hooks bring them into Java's trust store, too.
		{kind: 'run', command: ['update-ca-certificates'], ifExists: 'usr/sbin/update-ca-certificates'},
	];
}

function segmentOf(prepared: PreparedSegments, sha256: string): Segment {
	const segment = prepared.get(sha256);
	if (segment === undefined) throw new SlipwayError('internal', `The package ${sha256} was not prepared.`);
	return segment;
}
