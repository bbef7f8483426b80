import {mkdir, readdir, readFile, truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {LocalImageStore} from '../../src/image/local-store.ts';
import {readManifest} from '../../src/image/read-documents.ts';
import {exportImage} from '../../src/publish/export-image.ts';
import {startDocker, type DockerDaemon} from '../support/docker-daemon.ts';
import {describeNeeding, testNeeding} from '../support/needs.ts';
import {mustRun} from '../support/run-program.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {newStore, putSampleImage, putSampleIndex} from './sample-image.ts';

let store: LocalImageStore;
let folder: string;

beforeAll(async () => {
	store = await newStore();
	folder = await temporaryFolder('archives');
	await store.tag('solo', ['1', 'latest'], await putSampleImage(store));
	await store.tag('both', ['8'], await putSampleIndex(store));
});

const export1 = (destination: string) => exportImage({store, name: 'solo', tag: '1', tenant: 'team', destination});

describe('oci-archive and docker-archive', () => {
	test('are the same bytes each time', async () => {
		for (const kind of ['oci-archive', 'docker-archive']) {
			const files = ['a', 'b'].map(name => join(folder, `${kind}-${name}.tar`));
			for (const file of files) await export1(`${kind}:${file}`);
			const [a, b] = await Promise.all(files.map(file => readFile(file)));
			expect(a?.equals(b ?? Buffer.alloc(0))).toBe(true);
		}
	});

	test('are trees that tar itself lists, with nothing of this host', async () => {
		const file = join(folder, 'listed.tar');
		await export1(`docker-archive:${file}`);
		const {stdout} = await mustRun('tar', ['--list', '--verbose', '--numeric-owner', '--file', file]);
		const lines = stdout.trim().split('\n');
		expect(lines).toHaveLength(9);
		for (const line of lines) expect(line).toMatch(/^[-d]rw[-x]r-[-x]r-[-x] 0\/0 +\d+ 1970-01-01 00:00 /);
	});

	test('name the image with its tenant and all tags', async () => {
		const file = join(folder, 'tags.tar');
		await exportImage({
			store,
			name: 'solo',
			tag: '1',
			moreTags: ['latest'],
			tenant: 'team',
			destination: `docker-archive:${file}`,
		});
		const {stdout} = await mustRun('tar', ['--extract', '--to-stdout', '--file', file, 'manifest.json']);
		expect(JSON.parse(stdout)).toMatchObject([{RepoTags: ['team/solo:1', 'team/solo:latest']}]);
	});

	test('hold one platform; which one has to be clear', async () => {
		const file = join(folder, 'platform.tar');
		const wanted = {store, name: 'both', tag: '8', destination: `docker-archive:${file}`};
		await exportImage({...wanted, architecture: 'arm64'});
		await expect(exportImage({...wanted, architecture: 'riscv64'})).rejects.toMatchObject({code: 'not-found'});
	});

	testNeeding('skopeo')('skopeo reads both, and the OCI one has every platform', async () => {
		const [docker, oci] = [join(folder, 's.docker.tar'), join(folder, 's.oci.tar')];
		await export1(`docker-archive:${docker}`);
		await exportImage({store, name: 'both', tag: '8', destination: `oci-archive:${oci}`});
		const config = await mustRun('skopeo', ['inspect', '--config', `docker-archive:${docker}`]);
		expect(JSON.parse(config.stdout)).toMatchObject({architecture: 'amd64', config: {User: '65532'}});
		const index = await mustRun('skopeo', ['inspect', '--raw', `oci-archive:${oci}:8`]);
		expect((JSON.parse(index.stdout) as {manifests: unknown[]}).manifests).toHaveLength(2);
	});

	test('a damaged layer ends the export, and no file is left', async () => {
		const damaged = await newStore();
		const image = await putSampleImage(damaged);
		await damaged.tag('solo', ['1'], image);
		const [layer] = (await readManifest(damaged, image)).layers;
		await writeFile(damaged.blobPath(layer!.digest), Buffer.alloc(layer!.size));
		const place = await temporaryFolder('damaged');
		const wanted = {store: damaged, name: 'solo', tag: '1', destination: `oci-archive:${join(place, 'x.tar')}`};
		await expect(exportImage(wanted)).rejects.toMatchObject({code: 'verification'});
		await truncate(damaged.blobPath(layer!.digest), 3);
		await expect(exportImage(wanted)).rejects.toMatchObject({code: 'verification'});
		expect(await readdir(place)).toEqual([]);
	});

	test('a cancelled export leaves no file', async () => {
		const place = await temporaryFolder('cancelled');
		const cancel = new AbortController();
		const work = exportImage({
			store,
			name: 'solo',
			tag: '1',
			destination: `oci-archive:${join(place, 'x.tar')}`,
			signal: cancel.signal,
			onProgress: () => cancel.abort(),
		});
		await expect(work).rejects.toMatchObject({code: 'cancelled'});
		expect(await readdir(place)).toEqual([]);
	});

	test('an image that is not there is named, with the tags that are', async () => {
		await expect(exportImage({store, name: 'solo', tag: '9', destination: 'oci:x'})).rejects.toMatchObject({
			code: 'not-found',
			hint: 'Its tags are 1, latest.',
		});
	});

	test('a place that cannot be written is told', async () => {
		await expect(export1('oci-archive:/proc/none/x.tar')).rejects.toMatchObject({code: 'storage'});
	});
});

describe('an OCI layout', () => {
	test('takes image after image; the tag moves', async () => {
		const layout = join(folder, 'layout');
		await export1(`oci:${layout}:1`);
		await exportImage({store, name: 'both', tag: '8', destination: `oci:${layout}:8`});
		await exportImage({store, name: 'both', tag: '8', destination: `oci:${layout}:1`});
		const index = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as {
			manifests: {annotations?: Record<string, string>; artifactType?: string}[];
		};
		const names = index.manifests.map(
			entry => entry.annotations?.['org.opencontainers.image.ref.name'] ?? entry.artifactType,
		);
		expect(new Set(names)).toEqual(new Set(['1', '8', 'application/spdx+json']));
		expect((await readdir(layout)).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
	});

	testNeeding('skopeo')('skopeo copies it on, byte for byte', async () => {
		const [layout, copy] = [join(folder, 'for-skopeo'), join(folder, 'copy')];
		const {digest} = await exportImage({store, name: 'both', tag: '8', destination: `oci:${layout}:8`});
		await mustRun('skopeo', ['copy', '--all', `oci:${layout}:8`, `oci:${copy}:8`]);
		expect(await readdir(join(copy, 'blobs/sha256'))).toContain(digest.slice(7));
	});

	test('a folder of other things is left alone', async () => {
		const other = join(folder, 'other');
		await mkdir(other);
		await writeFile(join(other, 'index.json'), '{"mine":true}');
		await expect(export1(`oci:${other}:1`)).rejects.toMatchObject({code: 'bad-input'});
		expect(await readdir(other)).toEqual(['index.json']);
	});
});

describeNeeding('docker')('a Docker daemon', () => {
	let daemon: DockerDaemon;
	beforeAll(async () => {
		daemon = await startDocker();
	});
	afterAll(() => daemon.stop());

	const toDaemon = (name: string, tag: string, onProgress?: (progress: {totalBytes: number}) => void) =>
		exportImage({
			store,
			name,
			tag,
			tenant: 'team',
			destination: 'docker-daemon:',
			env: {...process.env, DOCKER_HOST: daemon.host},
			...(onProgress ? {onProgress} : {}),
		});

	test('gets the image under its name; docker and we agree on its identity', async () => {
		const {references} = await toDaemon('solo', '1');
		expect(references).toEqual(['team/solo:1']);
		const {stdout} = await daemon.docker('image', 'inspect', '--format', '{{.Id}} {{.Config.User}}', 'team/solo:1');
		const manifest = await readManifest(store, (await store.resolve('solo', '1'))!);
		expect(stdout.trim()).toBe(`${manifest.config.digest} 65532`);
	});

	test('gets only the layers that it lacks', async () => {
		await store.tag('heavy', ['1'], await putSampleImage(store, {ballastBytes: 3_000_000}));
		await store.tag('heavy', ['2'], await putSampleImage(store, {ballastBytes: 3_000_000, hello: 'two'}));
		const sizes: number[] = [];
		await toDaemon('heavy', '1', ({totalBytes}) => sizes.push(totalBytes));
		expect(sizes[0]).toBeGreaterThan(3_000_000);
		sizes.length = 0;
		await toDaemon('heavy', '2', ({totalBytes}) => sizes.push(totalBytes));
		expect(Math.max(...sizes)).toBeLessThan(5000);
		const {stdout} = await daemon.docker('image', 'inspect', '--format', '{{len .RootFS.Layers}}', 'team/heavy:2');
		expect(stdout.trim()).toBe('2');
	});

	test('loads the archive, and docker save gives it back', async () => {
		const file = join(folder, 'for-docker.tar');
		await exportImage({store, name: 'solo', tag: '1', destination: `docker-archive:${file}:team/other:7`});
		expect((await daemon.docker('load', '--input', file)).stdout).toContain('team/other:7');
	});

	test('that is not there is told with the mend', async () => {
		const env = {...process.env, DOCKER_HOST: `unix://${folder}/none.sock`};
		await expect(
			exportImage({store, name: 'solo', tag: '1', destination: 'docker-daemon:', env}),
		).rejects.toMatchObject({code: 'host'});
	});
});
