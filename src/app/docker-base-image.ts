import {SlipwayError, throwIfCancelled} from '../base/errors.ts';
import {slipwayPaths} from '../base/paths.ts';
import type {BundleRepository} from '../build/bundles/bundle-repository.ts';
import type {Engine, PhaseReporter} from '../build/engine.ts';
import type {DockerHost} from '../docker/connect.ts';
import type {LocalImageStore} from '../image/local-store.ts';
import {loadIntoDocker} from '../publish/docker-load.ts';
import {imageForArchitecture} from '../publish/image-content.ts';
import type {Architecture, PackageRepository} from '../repository/package-index.ts';
import {cataloguePlace} from './opened-catalogue.ts';
import {createPlanning} from './planning.ts';

export interface BaseImageParts {
	/** The native engine: it makes the image. */
	readonly engine: Engine;
	readonly repository: PackageRepository;
	readonly bundles: BundleRepository;
	readonly store: LocalImageStore;
	/** The setting docker.baseImage. */
	readonly named: string;
}

const silent: PhaseReporter = {
	phase: (_phase, work) => work({progress: () => {}, log: () => {}, cached: () => {}}),
};

/**
 * What the docker engine begins from: the image that the setting names, or the dev variant of the starter debian, which
 * the native engine makes of the same repository. It is loaded into a daemon once, under `slipway-base:RELEASE-DIGEST`.
 */
export function createBaseImages(parts: BaseImageParts) {
	const made = new Map<string, Promise<string>>();
	return (release: string, host: DockerHost, signal: AbortSignal): Promise<string> => {
		if (parts.named !== '') return Promise.resolve(parts.named.replaceAll('{release}', release));
		const key = `${host.endpoint.address} ${release}`;
		let reference = made.get(key);
		if (!reference) {
			reference = makeBaseImage(parts, release, host, signal);
			made.set(key, reference);
			reference.catch(() => made.delete(key));
		}
		return reference;
	};
}

async function makeBaseImage(
	{engine, repository, bundles, store}: BaseImageParts,
	release: string,
	host: DockerHost,
	signal: AbortSignal,
): Promise<string> {
	const architecture = architectureOf(host);
	const planning = createPlanning({
		repository,
		bundles,
		architecture,
		catalogue: cataloguePlace(slipwayPaths()),
	});
	const starter = (await planning.starters()).find(({name}) => name === 'debian');
	const line = starter?.lines.find(({suite}) => suite === release);
	if (!line) {
		throw new SlipwayError('not-found', `There is no base image for ${release}.`, {
			hint: 'Name one: `slipway config set docker.baseImage IMAGE`.',
		});
	}
	const plan = await planning.plan(
		{
			name: 'slipway-base',
			description: '',
			starter: 'debian',
			variant: 'dev',
			lines: [line.line],
			packages: [],
			env: {},
			bundles: [],
			config: {},
			tests: [],
		},
		signal,
	);
	const planned = plan.lines.find(candidate => candidate.line === line.line);
	if (planned?.status !== 'ok') throw new SlipwayError('conflict', `The base image for ${release} has no plan.`);
	const {manifest} = await engine.buildLine({plan, line: planned, architecture, bundles: [], signal}, silent);
	throwIfCancelled(signal);
	const reference = `slipway-base:${release}-${manifest.digest.slice('sha256:'.length, 'sha256:'.length + 12)}`;
	if (!(await isThere(host, reference))) {
		const image = await imageForArchitecture(store, manifest, architecture);
		await loadIntoDocker(host, store, image, [reference], {signal});
	}
	return reference;
}

function architectureOf({architecture, endpoint}: DockerHost): Architecture {
	if (architecture === 'amd64' || architecture === 'arm64') return architecture;
	throw new SlipwayError('host', `The Docker daemon at ${endpoint.name} is of the architecture ${architecture}.`, {
		hint: 'Images are built for amd64 and arm64.',
	});
}

async function isThere(host: DockerHost, reference: string): Promise<boolean> {
	try {
		await host.docker.getImage(reference).inspect();
		return true;
	} catch (error) {
		if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return false;
		throw error;
	}
}
