/**
 * The docker engine: a line built by a Docker daemon (or Podman's service) from the plan's exact, verified packages,
 * for hosts where the native engine cannot run and for pools of remote hosts. The result comes back into the local
 * store as one layer. It must not choose packages or tags: that is the plan.
 */
import {mkdir, mkdtemp, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {throwIfCancelled} from '../../../base/errors.ts';
import type {DockerHost} from '../../../docker/connect.ts';
import type {LinePlan, PlannedPackage} from '../../../plan/plan.ts';
import type {BuiltLine, Engine, EngineServices, LineBuildInput, PhaseReport, PhaseReporter} from '../../engine.ts';
import {storeImage} from '../../store-image.ts';
import {writeBuildContext} from './build-context.ts';
import {createHostPool} from './host-pool.ts';
import {importLayers} from './import-layers.ts';
import {imageEpoch, installedVersions} from './inspect-base.ts';
import {runImageBuild} from './run-image-build.ts';
import {runSmokeTest} from './run-smoke-test.ts';

export interface DockerEngineOptions {
	readonly hosts: readonly DockerHost[];
	/** Puts the base image of a release on that daemon, if it is not there, and says its reference. */
	readonly baseImage: (release: string, host: DockerHost, signal: AbortSignal) => Promise<string>;
}

interface LineOnHost {
	readonly host: DockerHost;
	readonly input: LineBuildInput;
	/** Verified package files by SHA-256. */
	readonly files: ReadonlyMap<string, string>;
	/** Scratch. */
	readonly folder: string;
	readonly reporter: PhaseReporter;
	/** What was tried before on other daemons. */
	readonly moves: readonly string[];
}

export function createDockerEngine(services: EngineServices, options: DockerEngineOptions): Engine {
	const pool = createHostPool(options.hosts);
	const workFolder = join(services.cacheFolder, 'docker');

	return {
		name: 'docker',
		async buildLine(input, reporter) {
			const {line, signal} = input;
			const files = await fetchPackages(services, line, reporter, signal);
			await mkdir(workFolder, {recursive: true});
			const folder = await mkdtemp(join(workFolder, 'line-'));
			const moves: string[] = [];
			try {
				return await pool.run(
					input.architecture,
					host => buildOn({host, input, files, folder, reporter, moves}),
					(host, reason) => moves.push(`${host.endpoint.name} failed (${reason}): the line moves to another daemon.\n`),
				);
			} finally {
				await rm(folder, {recursive: true, force: true});
			}
		},
	};

	async function buildOn({host, input, files, folder, reporter, moves}: LineOnHost): Promise<BuiltLine> {
		const {line, plan, signal} = input;
		const context = await mkdtemp(join(folder, 'context-'));
		const base = await reporter.phase('unpack', async report => {
			for (const move of moves) report.log('stderr', move);
			const reference = await options.baseImage(line.suite, host, signal);
			const present = await installedVersions(host.docker, reference);
			const missing = line.packages.filter(entry => present.get(entry.name) !== entry.version);
			await writeBuildContext(context, {
				line,
				isMinimal: plan.variant === 'minimal',
				baseImage: reference,
				packages: missing,
				files,
				bundles: input.bundles,
			});
			return reference;
		});
		throwIfCancelled(signal);
		const imageId = await runImageBuild(host.docker, context, reporter, signal);
		try {
			const layers = await reporter.phase('assemble', async () => {
				const saved = await host.docker.getImage(imageId).get();
				return importLayers(saved, await mkdtemp(join(folder, 'saved-')), services.store, signal);
			});
			await runTests(host, imageId, input, reporter);
			return await storeImage(
				services.store,
				input,
				{
					layers: layers.map(layer => ({...layer, createdBy: `slipway: ${plan.starter} ${line.line} on ${base}`})),
					createdAt: await imageEpoch(host.docker, imageId),
					engine: 'docker',
				},
				reporter,
			);
		} finally {
			await host.docker.getImage(imageId).remove({force: true});
		}
	}

	async function runTests(host: DockerHost, image: string, {line, signal}: LineBuildInput, reporter: PhaseReporter) {
		if (line.tests.length === 0) return;
		await reporter.phase('test', async report => {
			for (const [position, test] of line.tests.entries()) {
				await runSmokeTest(host.docker, image, line, test, report, signal);
				report.progress(position + 1, line.tests.length, 'files');
			}
		});
	}
}

async function fetchPackages(
	{repository}: EngineServices,
	line: LinePlan,
	reporter: PhaseReporter,
	signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
	return reporter.phase('fetch', async (report: PhaseReport) =>
		repository.fetchPackages(line.packages.map(toSource), {
			signal,
			onProgress: ({doneBytes, totalBytes}) => report.progress(doneBytes, totalBytes, 'bytes'),
		}),
	);
}

const toSource = ({name, version, suite, filename, sha256, downloadSize}: PlannedPackage) => ({
	name,
	version,
	suite,
	filename,
	sha256,
	downloadSizeBytes: downloadSize,
});
