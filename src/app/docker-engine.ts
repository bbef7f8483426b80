import type {Settings} from '../../state/settings/settings-schema.ts';
import {messageOf, SlipwayError} from '../base/errors.ts';
import {hostArchitecture} from '../base/host.ts';
import type {Engine, EngineServices, LineBuildInput} from '../build/engine.ts';
import {createDockerEngine, type DockerEngineOptions} from '../build/engines/docker/docker-engine.ts';
import {testInContainers} from '../build/engines/docker/test-in-containers.ts';
import {connectDefaultDocker, type DockerHost} from '../docker/connect.ts';
import type {ImageStore} from '../image/image-store.ts';
import {loadIntoDocker} from '../publish/docker-load.ts';
import {imageForArchitecture} from '../publish/image-content.ts';
import {tenantOf} from './settings.ts';

/** The docker engine on the daemons of the settings. */
export async function openDockerEngine(services: EngineServices, settings: Settings): Promise<Engine> {
	const tenant = tenantOf(settings);
	return createDockerEngine(services, {
		hosts: await connectPool(settings),
		load: loaderOf(services.store),
		namedBases: namedBases(settings['docker.baseImage']),
		keepAs: settings['docker.keepImages'] ? nameOnDaemon(tenant) : null,
	});
}

/** A daemon holds one platform under a name: those that are not of this host say which they are. */
const nameOnDaemon =
	(tenant: string) =>
	({plan, line, architecture}: LineBuildInput): string =>
		`${tenant}/${plan.image}:${line.line}${architecture === hostArchitecture() ? '' : `-${architecture}`}`;

/** An engine whose images are also tested in a Docker daemon, after its own tests. */
export async function testedInDocker(engine: Engine, store: ImageStore, settings: Settings): Promise<Engine> {
	const [host] = await connectPool(settings);
	if (host === undefined) throw new SlipwayError('host', 'There is no Docker daemon to run the tests in.');
	const load = loaderOf(store);
	return {
		name: engine.name,
		async buildLine(input, reporter) {
			const built = await engine.buildLine(input, reporter);
			if (input.line.tests.length > 0) await testInContainers({host, built, input, reporter, load});
			return built;
		},
	};
}

/** Every daemon that answers; one that does not is told, and only missed if none does. */
async function connectPool(settings: Settings): Promise<readonly DockerHost[]> {
	const names = settings['docker.contexts'].split(/\s+/u).filter(Boolean);
	if (names.length === 0) return [await connectDefaultDocker()];
	const hosts: DockerHost[] = [];
	const failures: unknown[] = [];
	for (const outcome of await Promise.allSettled(names.map(name => connectDefaultDocker(name)))) {
		if (outcome.status === 'fulfilled') hosts.push(outcome.value);
		else failures.push(outcome.reason);
	}
	for (const failure of failures) console.error(messageOf(failure));
	if (hosts.length === 0) throw failures[0];
	return hosts;
}

function loaderOf(store: ImageStore): DockerEngineOptions['load'] {
	return async (host, descriptor, reference, signal) => {
		const image = await imageForArchitecture(store, descriptor, host.architecture);
		await loadIntoDocker(host, store, image, [reference], {signal});
	};
}

/** `RELEASE=IMAGE@sha256:…`, as the setting's pattern has it. */
function namedBases(text: string): ReadonlyMap<string, string> {
	const entries = text.split(/\s+/u).filter(Boolean);
	return new Map(
		entries.map(entry => {
			const equals = entry.indexOf('=');
			return [entry.slice(0, equals), entry.slice(equals + 1)] as const;
		}),
	);
}
