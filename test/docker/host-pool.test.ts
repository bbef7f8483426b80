import Docker from 'dockerode';
import {expect, test} from 'vitest';
import {createHostPool} from '../../src/build/engines/docker/host-pool.ts';
import type {DockerHost} from '../../src/docker/connect.ts';

/** Where work goes is decided by what a daemon said of itself; docker-engine.test.ts has daemons that run and fail. */
const hostNamed = (name: string, architecture: string, processors: number): DockerHost => ({
	endpoint: {name, address: `unix:///nowhere/${name}`, tlsFolder: null, verifiesServer: true},
	docker: new Docker({socketPath: `/nowhere/${name}`}),
	architecture,
	processors,
	version: '20.10.24',
});

/** Begins work that lasts until the test lets it go; tells where it went. */
function busyOn(hosts: readonly DockerHost[]) {
	const pool = createHostPool(hosts);
	const places: string[] = [];
	const {promise: end, resolve: release} = Promise.withResolvers<void>();
	const all: Promise<void>[] = [];
	const begin = (architecture: string) => {
		const work = (host: DockerHost) => {
			places.push(host.endpoint.name);
			return end;
		};
		all.push(pool.run(architecture, work, () => Promise.resolve()));
	};
	return {places, begin, end: () => (release(), Promise.all(all))};
}

test('a platform goes where it runs natively, however busy that is', async () => {
	const {places, begin, end} = busyOn([hostNamed('intel', 'amd64', 8), hostNamed('arm', 'arm64', 1)]);
	for (const architecture of ['arm64', 'amd64', 'arm64', 'arm64']) begin(architecture);
	await end();
	expect(places).toEqual(['arm', 'intel', 'arm', 'arm']);
});

test('of those, to the one with the least to do for its processors', async () => {
	const {places, begin, end} = busyOn([hostNamed('small', 'amd64', 2), hostNamed('large', 'amd64', 4)]);
	for (let line = 0; line < 6; line++) begin('amd64');
	await end();
	expect(places.filter(name => name === 'large')).toHaveLength(4);
	expect(places.filter(name => name === 'small')).toHaveLength(2);
});

test('where no daemon is of the architecture, to one that may emulate it', async () => {
	const {places, begin, end} = busyOn([hostNamed('intel', 'amd64', 2)]);
	begin('arm64');
	await end();
	expect(places).toEqual(['intel']);
});
