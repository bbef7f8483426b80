/**
 * The docker engine: the native engine's stages, configured in containers of a Docker daemon (or Podman's service) in
 * place of this host's own sandbox; for hosts where that cannot run, and for pools of remote hosts. Everything else is
 * the native engine's: packages are fetched and verified here, trees and layers are made here, and so the same plan comes
 * to the same files. A daemon needs no network and is trusted with nothing but the files that scripts leave.
 */
import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import type {DockerHost} from '../../../docker/connect.ts';
import type {Descriptor} from '../../../image/oci.ts';
import type {BuiltLine, Engine, EngineServices, LineBuildInput, PhaseReporter} from '../../engine.ts';
import {storeImage} from '../../store-image.ts';
import {assembleLayers} from '../native/assemble-layers.ts';
import {configureLine} from '../native/configure-line.ts';
import {copyrightsOf} from '../native/copyrights.ts';
import {LayerCache} from '../native/layer-cache.ts';
import {lineKeyOf, LineMemo} from '../native/line-memo.ts';
import {engineFormats, epochOfEnvironment, reusedPhases} from '../native/native-engine.ts';
import {prepareSegments} from '../native/prepare-segments.ts';
import {SegmentCache} from '../native/segment-cache.ts';
import {SegmentPool} from '../native/segment-pool.ts';
import {Stages} from '../native/stages.ts';
import {daemonStages} from './daemon-stages.ts';
import {createHostPool} from './host-pool.ts';
import {testInContainers} from './test-in-containers.ts';

export interface DockerEngineOptions {
	readonly hosts: readonly DockerHost[];
	/** Puts an image of the store on a daemon. */
	readonly load: (host: DockerHost, image: Descriptor, reference: string, signal: AbortSignal) => Promise<void>;
	/** By release: an image by digest that configuring begins with; one of Slipway's own for every other. */
	readonly namedBases?: ReadonlyMap<string, string>;
	/** The finished image also stays on the daemon that made it, under this name; null: nothing stays. */
	readonly keepAs?: ((input: LineBuildInput) => string) | null;
	readonly timeLimitMs?: number;
}

/** Changes whenever containers would leave other files for the same packages. */
const dockerFormat = 2;

export function createDockerEngine(services: EngineServices, options: DockerEngineOptions): Engine {
	const {repository, store, cacheFolder} = services;
	const {keepAs = null, timeLimitMs = 15 * 60_000} = options;
	const sourceDateEpoch = epochOfEnvironment();
	const pool = createHostPool(options.hosts);
	const segments = new SegmentCache(join(cacheFolder, 'segments'), new SegmentPool(availableParallelism()));
	// What scripts did in containers is kept apart from what they did in the sandbox.
	const layers = new LayerCache(join(cacheFolder, 'docker', 'layers'), store);
	const memo = new LineMemo(join(cacheFolder, 'docker', 'lines'));

	async function buildOn(host: DockerHost, input: LineBuildInput, reporter: PhaseReporter): Promise<BuiltLine> {
		const {line, architecture, signal} = input;
		const root = options.namedBases?.get(line.suite) ?? null;
		const prepared = await prepareSegments({input, reporter, repository, segments});
		const maker = daemonStages({host, architecture, suite: line.suite, named: root});
		const stages = new Stages(join(cacheFolder, 'docker', 'stages'), maker);
		const parts = {input, reporter, prepared, segments, stages, sourceDateEpoch, timeLimitMs, root};
		const configured = await configureLine(parts);
		const written = await assembleLayers({input, reporter, prepared, configured, segments, layers});
		const built = await storeImage(
			store,
			input,
			{
				layers: written,
				createdAt: configured.epoch,
				engine: 'docker',
				copyrights: copyrightsOf(prepared, line, segments),
			},
			reporter,
		);
		if (line.tests.length > 0) await testInContainers({host, built, input, reporter, load: options.load});
		if (keepAs !== null) await options.load(host, built.manifest, keepAs(input), signal);
		return built;
	}

	return {
		name: 'docker',
		async buildLine(input, reporter) {
			const {suite} = input.line;
			const key = lineKeyOf(
				input,
				engineFormats,
				dockerFormat,
				options.namedBases?.get(suite) ?? null,
				sourceDateEpoch,
			);
			// An image that is to stay on a daemon has to be brought there.
			const known = keepAs === null ? await memo.find(key, store) : null;
			if (known !== null) {
				for (const phase of reusedPhases) await reporter.phase(phase, async report => report.cached());
				return known;
			}
			const built = await pool.run(
				input.architecture,
				host => buildOn(host, input, reporter),
				(host, reason) =>
					reporter.phase('configure', async report => {
						report.log('stderr', `${host.endpoint.name} failed (${reason}): the line moves to another daemon.\n`);
					}),
			);
			await memo.remember(key, built);
			return built;
		},
	};
}
