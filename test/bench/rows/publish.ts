import {join} from 'node:path';
import {rm} from 'node:fs/promises';
import {openImageStore} from '../../../src/image/local-store.ts';
import {putSampleImage} from '../../publish/sample-image.ts';
import {startRegistry} from '../../publish/registry-server.ts';
import {startDocker} from '../../support/docker-daemon.ts';
import {whyMissing} from '../../support/needs.ts';
import {mustRun} from '../../support/run-program.ts';
import {makeSlipwayHome} from '../../support/slipway.ts';
import {temporaryFolder} from '../../support/temporary-folder.ts';
import {inTurn, timed, type BenchResult, type BenchRow} from '../row.ts';

const ballastBytes = 40_000_000;

/**
 * One image of 40 MB that does not compress, as a program of its own on both sides: to Debian's docker-registry on loopback, to an
 * archive, and into a Docker daemon that has all but the last layer.
 */
export const publish: BenchRow = {
	name: 'publish',
	title: 'a push, a push of what is there, an archive, a load; beside skopeo copy, docker push and docker load',
	async measure({runs}) {
		const missing = whyMissing('registry') ?? whyMissing('skopeo') ?? whyMissing('docker');
		if (missing !== null) throw new Error(missing);
		const home = await makeSlipwayHome();
		const store = await openImageStore(join(home.env['SLIPWAY_HOME'] ?? '', 'data/images'));
		await store.tag('sample', ['1'], await putSampleImage(store, {ballastBytes}));
		const registry = await startRegistry();
		const daemon = await startDocker();
		const folder = await temporaryFolder('publish');
		let places = 0;
		const slipway = async (...args: readonly string[]) => {
			const result = await home.run(['export', 'sample:1', ...args], {env: {DOCKER_HOST: daemon.host}});
			if (result.exitCode !== 0) throw new Error(result.stderr);
		};
		const layout = join(folder, 'layout');
		const skopeo = (destination: string) =>
			mustRun('skopeo', ['copy', '--quiet', '--dest-tls-verify=false', `oci:${layout}:1`, destination]);
		const newPlace = () => `${registry.host}/bench/place-${places++}`;
		try {
			await slipway(`oci:${layout}:1`);
			await slipway('docker-daemon:bench/sample:1');
			const dockerPush = async (place: string) => {
				await daemon.docker('tag', 'bench/sample:1', `${place}:1`);
				return timed(() => daemon.docker('push', '--quiet', `${place}:1`));
			};
			const results: BenchResult[] = [];
			const add = async (what: string, peer: string, ours: () => Promise<number>, theirs: () => Promise<number>) => {
				const measured = await inTurn(runs, ours, theirs);
				results.push({
					what,
					unit: 's',
					ours: measured.ours / 1000,
					budget: null,
					peer: {name: peer, value: measured.peer / 1000},
				});
			};
			const pushNew = () => timed(() => slipway(`docker://${newPlace()}:1`));
			await add('push of 40 MB', 'skopeo copy', pushNew, () => timed(() => skopeo(`docker://${newPlace()}:1`)));
			await add('push of 40 MB', 'docker push', pushNew, () => dockerPush(newPlace()));
			const [ours, skopeos, dockers] = [newPlace(), newPlace(), newPlace()];
			await slipway(`docker://${ours}:1`);
			await skopeo(`docker://${skopeos}:1`);
			await dockerPush(dockers);
			const pushAgain = () => timed(() => slipway(`docker://${ours}:1`));
			await add('push of what is there', 'skopeo copy', pushAgain, () => timed(() => skopeo(`docker://${skopeos}:1`)));
			await add('push of what is there', 'docker push', pushAgain, () => dockerPush(dockers));
			const archive = join(folder, 'archive.tar');
			const toArchive = async (work: () => Promise<unknown>) => {
				await rm(archive, {force: true});
				return timed(work);
			};
			await add(
				'docker-archive of 40 MB',
				'skopeo copy',
				() => toArchive(() => slipway(`docker-archive:${archive}:bench/sample:1`)),
				() => toArchive(() => skopeo(`docker-archive:${archive}:bench/sample:1`)),
			);
			await add(
				'load into a daemon that has it',
				'docker load',
				() => timed(() => slipway('docker-daemon:bench/sample:1')),
				() => timed(() => daemon.docker('load', '--quiet', '--input', archive)),
			);
			return results;
		} finally {
			await daemon.stop();
			await registry.stop();
		}
	},
};
