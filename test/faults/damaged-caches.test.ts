import {existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {readIndex, readManifest} from '../../src/image/read-documents.ts';
import type {Digest} from '../../src/image/oci.ts';
import type {Deb} from '../support/deb.ts';
import {describeNeeding} from '../support/needs.ts';
import {inputOf, openWorkshop, Recorder, type Workshop} from '../engine/support/a-line.ts';
import {leaf} from './support/fault-shop.ts';

/*
 * Every kind of file that is kept, cut, altered or gone: the next build gives the same image, and mends what it used.
 */
const damages: Readonly<Record<string, (file: string) => void>> = {
	cut: file => truncateSync(file, Math.floor(readFileSync(file).length / 2)),
	altered: file => {
		const bytes = readFileSync(file);
		const middle = Math.floor(bytes.length / 2);
		bytes[middle] = (bytes[middle] ?? 0) ^ 0x04;
		writeFileSync(file, bytes);
	},
	deleted: file => rmSync(file),
};

describeNeeding('root', 'user-namespaces')('a kept file', () => {
	let workshop: Workshop;
	let digest: Digest;
	const service = leaf('service', 'echo made > /var/lib/service-state', 'as packaged');
	const added = leaf('added', 'echo more > /var/lib/added-state', 'green');
	let starter: readonly Deb[];

	const build = async () => {
		const input = {...inputOf({starter, added: [added]}), signal: new AbortController().signal};
		const built = await workshop.engine.buildLine(input, new Recorder());
		await workshop.store.tag('web', ['latest'], built.manifest);
		return built.manifest.digest;
	};

	beforeAll(async () => {
		// Without a dpkg nothing is configured: that makes no difference to what is kept.
		starter = [service];
		workshop = await openWorkshop([...starter, added]);
		digest = await build();
	});

	const cache = (...parts: readonly string[]) => join(workshop.folder, 'cache', ...parts);
	const onlyFolderIn = (folder: string) => join(folder, readdirSync(folder)[0] ?? '');
	const segment = (name: string) => () => join(onlyFolderIn(cache('segments')), service.sha256, name);
	/** The stage that has a package's files. */
	const stage = (name: string, file: string) => () => {
		const key = readdirSync(cache('rootfs')).find(key => existsSync(cache('rootfs', key, 'diff/usr/share', name)));
		return cache('rootfs', key ?? 'missing', file);
	};
	const newest = (folder: string) => () => {
		const names = readdirSync(cache(folder)).filter(name => name.endsWith('.json'));
		return cache(folder, names.sort()[0] ?? 'missing');
	};
	const blob =
		(pick: (image: {index: Digest; manifest: Digest; config: Digest; layer: Digest; sbom: Digest}) => Digest) =>
		async () => {
			const {store} = workshop;
			const descriptor = await store.resolve('web', 'latest');
			const [image] = (await readIndex(store, descriptor!)).manifests;
			const {config, layers} = await readManifest(store, image!);
			const [attached] = await store.referrers(image!.digest);
			const sbom = (await readManifest(store, attached!)).layers[0]!.digest;
			return store.blobPath(
				pick({index: digest, manifest: image!.digest, config: config.digest, layer: layers[0]!.digest, sbom}),
			);
		};

	/** What has to be forgotten so that the build looks at the file at all. */
	const table: readonly (readonly [string, () => string | Promise<string>, readonly string[]])[] = [
		['package of a segment', segment('package.deb'), ['lines', 'layers', 'added stage']],
		['list of a segment', segment('segment.json'), ['lines', 'layers']],
		['gzip member of a segment', segment('member.gz'), ['lines', 'layers']],
		['facts of a gzip member', segment('member.json'), ['lines', 'layers']],
		['result of a stage', stage('service', 'result.json'), ['lines', 'layers']],
		['mark of a stage', stage('service', 'complete.json'), ['lines', 'layers']],
		['note of a layer', newest('layers'), ['lines']],
		['note of a line', newest('lines'), []],
		['blob of the index', blob(image => image.index), []],
		['blob of the manifest', blob(image => image.manifest), []],
		['blob of the configuration', blob(image => image.config), []],
		['blob of a layer', blob(image => image.layer), []],
		['blob of a layer, with notes gone', blob(image => image.layer), ['lines', 'layers']],
		['blob of an SBOM', blob(image => image.sbom), []],
	];

	for (const [damage, apply] of Object.entries(damages)) {
		describe(`that was ${damage}`, () => {
			for (const [what, find, forgotten] of table) {
				test(what, async () => {
					expect(await build()).toBe(digest);
					const file = await find();
					const before = readFileSync(file);
					const stages = stage('added', '.')();
					apply(file);
					for (const name of forgotten) rmSync(name === 'added stage' ? stages : cache(name), {recursive: true});
					expect(await build()).toBe(digest);
					if (/blob/u.test(what)) expect(readFileSync(file).equals(before)).toBe(true);
				});
			}

			test('index.json of the image store: no tag is lost', async () => {
				await build();
				const before = await workshop.store.list();
				apply(join(workshop.store.folder, 'index.json'));
				const again = await openWorkshop([...starter, added], {}, workshop.folder);
				// An index that was altered may still be one: its tags are then what it says.
				if (damage !== 'altered') expect(await again.store.list()).toEqual(before);
				expect(await build()).toBe(digest);
				expect(await again.store.resolve('web', 'latest')).toMatchObject({digest});
			});
		});
	}
});
