import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import {isSystemError, messageOf, SlipwayError} from '../../../base/errors.ts';
import {DamagedMember} from '../../../image/layer.ts';
import {emulatorFor} from '../../emulation.ts';
import type {Engine, EngineServices, LineBuildInput, PhaseReporter} from '../../engine.ts';
import type {Phase} from '../../journal-event.ts';
import {storeImage} from '../../store-image.ts';
import {assembleLayers, layerFormat} from './assemble-layers.ts';
import {configureLine} from './configure-line.ts';
import {copyrightsOf} from './copyrights.ts';
import {LayerCache} from './layer-cache.ts';
import {lineKeyOf, LineMemo, type RememberedLine} from './line-memo.ts';
import {memberFormat} from './make-member.ts';
import {prepareSegments} from './prepare-segments.ts';
import {SegmentCache} from './segment-cache.ts';
import {SegmentPool} from './segment-pool.ts';
import {segmentFormat} from './segment.ts';
import {stageFormat} from './stage-result.ts';
import {DamagedStage, Stages} from './stages.ts';
import {storageError} from '../../storage-error.ts';
import {testLine} from './test-line.ts';

/**
 * The native engine makes images without a daemon, as root or as an ordinary user. Its words: a segment is a package
 * turned into files and a gzip member, once; a stage is a set of packages, configured by their own scripts in a sandbox
 * and kept; a tree is the files of an image as data; a layer is what one tree has over another. It knows nothing of
 * compositions and resolves nothing: it carries out the plan as it is.
 */
export interface NativeEngineOptions {
	/** Seconds. SOURCE_DATE_EPOCH of the environment unless said; without either, the packages' newest file. */
	readonly sourceDateEpoch?: number;
	/** Threads for packages. */
	readonly workers?: number;
	/** For each run of dpkg. A quarter of an hour unless said. */
	readonly timeLimitMs?: number;
	/** For all processes of one sandbox together. Three quarters of what the host has free unless said. */
	readonly memoryLimitBytes?: number;
}

/** Changes whenever the same input would give another image. */
const engineFormat = 3;
export const engineFormats = [engineFormat, segmentFormat, memberFormat, stageFormat, layerFormat];

export function createNativeEngine(services: EngineServices, options: NativeEngineOptions = {}): Engine {
	const {repository, store, cacheFolder} = services;
	const {workers = availableParallelism(), timeLimitMs = 15 * 60_000, memoryLimitBytes = null} = options;
	const sourceDateEpoch = options.sourceDateEpoch ?? epochOfEnvironment();
	const segments = new SegmentCache(join(cacheFolder, 'segments'), new SegmentPool(workers));
	const stages = new Stages(join(cacheFolder, 'rootfs'));
	const layers = new LayerCache(join(cacheFolder, 'layers'), store);
	const memo = new LineMemo(join(cacheFolder, 'lines'));

	async function build(input: LineBuildInput, reporter: PhaseReporter): Promise<RememberedLine> {
		const emulator = await emulatorFor(input.architecture);
		const prepared = await prepareSegments({input, reporter, repository, segments});
		const configured = await configureLine({
			input,
			reporter,
			prepared,
			segments,
			stages,
			emulator,
			sourceDateEpoch,
			timeLimitMs,
			memoryLimitBytes,
		});
		const written = await assembleLayers({input, reporter, prepared, configured, segments, layers});
		const built = await storeImage(
			store,
			input,
			{
				layers: written,
				createdAt: configured.epoch,
				engine: 'native',
				copyrights: copyrightsOf(prepared, input.line, segments),
			},
			reporter,
		);
		await testLine({
			input,
			reporter,
			store,
			layers: written.map(({descriptor}) => descriptor.digest),
			cacheFolder,
			emulator,
		});
		const {starter, added, certificates} = configured;
		return {...built, stages: [...starter, ...added, ...certificates].map(({stage}) => stage.key)};
	}

	const keyOf = (input: LineBuildInput) => lineKeyOf(input, engineFormats, sourceDateEpoch);

	return {
		name: 'native',
		find: input => memo.find(keyOf(input), store),
		async buildLine(input, reporter) {
			const key = keyOf(input);
			const known = await memo.find(key, store);
			if (known !== null) {
				for (const phase of reusedPhases) await reporter.phase(phase, async report => report.cached());
				return known;
			}
			const built = await build(input, reporter).catch(async (error: unknown) => {
				if (input.signal.aborted || !(await mendCache(error, segments, stages))) throw inWords(error);
				return build(input, reporter);
			});
			const {stages: stageKeys, ...image} = built;
			await memo.remember(key, image, stageKeys);
			return image;
		},
	};
}

/** Told of a line whose image is known already. */
export const reusedPhases: readonly Phase[] = ['fetch', 'unpack', 'configure', 'assemble', 'sbom'];

/** Whether a second try makes sense: the cache was damaged, or cleaned away under the build. */
async function mendCache(error: unknown, segments: SegmentCache, stages: Stages): Promise<boolean> {
	if (error instanceof DamagedStage) {
		await stages.remove([error.stage.folder]);
		return true;
	}
	if (error instanceof DamagedMember) {
		const sha256 = /([0-9a-f]{64})\/[^/]+$/u.exec(error.file)?.[1];
		if (sha256 === undefined) return false;
		await segments.remove(sha256);
		return true;
	}
	return isSystemError(error, 'ENOENT');
}

function inWords(error: unknown): unknown {
	if (error instanceof SlipwayError || !(error instanceof Error)) return error;
	const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
	return storageError(code, messageOf(error)) ?? error;
}

/** A whole number of seconds: reproducible-builds.org/specs/source-date-epoch. */
export function epochOfEnvironment(): number | null {
	const text = process.env['SOURCE_DATE_EPOCH'];
	if (text === undefined || text === '') return null;
	if (!/^\d{1,11}$/u.test(text)) {
		throw new SlipwayError('bad-input', 'SOURCE_DATE_EPOCH is not a number of seconds.', {
			hint: 'Give whole seconds since 1970-01-01, or unset it.',
		});
	}
	return Number(text);
}
