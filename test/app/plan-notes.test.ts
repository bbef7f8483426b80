import {mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {createServices, type AllServices} from '../../src/app/create-services.ts';
import {cataloguePlace} from '../../src/app/opened-catalogue.ts';
import {openPlanCache} from '../../src/app/plan-cache.ts';
import {notesPlace} from '../../src/app/plan-notes.ts';
import {createPlanning} from '../../src/app/planning.ts';
import {encodeSegment, segmentFormat} from '../../src/build/engines/native/segment.ts';
import type {Composition} from '../../src/plan/composition.ts';
import type {LinePlan} from '../../src/plan/plan.ts';
import {openRepository} from '../../src/repository/deb/debian-repository.ts';
import {makeDeb} from '../support/deb.ts';
import {startDebianRepository, type DebianRepository} from '../support/debian-repository.ts';
import {makeSlipwayHome} from '../support/slipway.ts';
import {cliSuites} from '../cli/cli-repository.ts';

let repository: DebianRepository;
let services: AllServices;

beforeAll(async () => {
	const suites = cliSuites();
	const more = [
		makeDeb({name: 'one', version: '1-1'}),
		makeDeb({name: 'two', version: '1-1'}),
		makeDeb({name: 'heir', version: '1-1', fields: {Replaces: 'one'}}),
	];
	repository = await startDebianRepository({suites: {...suites, trixie: [...suites.trixie, ...more]}});
	const {env} = await makeSlipwayHome({repository});
	services = await createServices({env});
	await services.repository.refresh();
});
afterAll(async () => {
	await services.close();
	await repository.close();
});

const composed = (packages: readonly string[], bundles: readonly string[] = []): Composition => ({
	name: 'noted',
	description: '',
	starter: 'memcached',
	variant: 'minimal',
	lines: 'all',
	packages: packages.map(name => ({name, version: null})),
	env: {},
	bundles,
	config: {},
	tests: [],
});

async function lineIn(suite: string, ...wanted: Parameters<typeof composed>): Promise<LinePlan> {
	const plan = await services.planning.plan(composed(...wanted));
	return plan.lines.find(line => line.suite === suite)!;
}

/** As if a build had turned these packages into segments. */
async function unpacked(line: LinePlan, files: Readonly<Record<string, readonly string[]>>): Promise<void> {
	for (const {name, version, sha256} of line.packages) {
		const entries = (files[name] ?? []).map(path => ({
			path,
			kind: 'file' as const,
			mode: 0o644,
			uid: 0,
			gid: 0,
			size: 0,
			mtime: 0,
			link: '',
			offset: 0,
		}));
		const path = join(services.paths.cache, 'segments', `v${segmentFormat}`, sha256, 'segment.json');
		await mkdir(dirname(path), {recursive: true});
		const segment = {
			sha256,
			debSha256: '',
			debBytes: 0,
			package: name,
			version,
			control: '',
			controlFiles: [],
			conffiles: [],
			data: {offset: 0, sizeBytes: 0},
			md5sums: '',
			setsCapabilities: false,
			preDepends: [],
			newestMtime: 0,
			entries,
		};
		await writeFile(path, encodeSegment(segment));
	}
}

test('the whole explanation of a conflict stands in a file, with every step', async () => {
	const {conflict} = await lineIn('trixie', ['rival']);
	const text = await readFile(conflict!.explanationFile!, 'utf8');
	expect(conflict!.steps.length).toBeGreaterThan(1);
	for (const step of [conflict!.summary, ...conflict!.steps.map(one => one.text)]) expect(text).toContain(step);
	expect(text).toMatch(/Leave out rival/);
});

test('packages that were never unpacked here say nothing of their files', async () => {
	expect((await lineIn('bookworm', ['curl'])).fileCollisions).toEqual([]);
});

test('two packages with the same file collide, unless one replaces the other', async () => {
	const line = await lineIn('trixie', ['one', 'two', 'heir']);
	await unpacked(line, {
		memcached: ['usr/bin/own'],
		one: ['usr/bin/same', 'usr/share/doc/one'],
		two: ['usr/bin/same', 'usr/bin/own'],
		heir: ['usr/share/doc/one'],
	});
	const {fileCollisions} = await lineIn('trixie', ['one', 'two', 'heir']);
	const side = (name: string) => ({kind: 'package', name});
	expect(fileCollisions).toHaveLength(2);
	expect(fileCollisions).toEqual(
		expect.arrayContaining([
			{path: '/usr/bin/same', below: side('one'), above: side('two')},
			{path: '/usr/bin/own', below: side('memcached'), above: side('two')},
		]),
	);
});

test('what collides is kept with the plan once the files of all packages are known', async () => {
	const {paths, bundles, architecture} = services;
	const planning = createPlanning({
		repository: await openRepository({cacheFolder: paths.cache}),
		bundles,
		architecture,
		catalogue: cataloguePlace(paths),
		notes: notesPlace(paths),
		cache: openPlanCache(join(paths.cache, 'plans'), 'file:///chunks/this.js'),
	});
	const collisions = async () => {
		const {lines} = await planning.plan(composed(['one', 'two']));
		return lines.flatMap(({fileCollisions = []}) => fileCollisions.map(({path}) => path));
	};
	const segments = join(paths.cache, 'segments');
	const forgetFiles = () => rm(segments, {recursive: true, force: true});
	await forgetFiles();
	const line = (await planning.plan(composed(['one', 'two']))).lines.find(({status}) => status === 'ok');
	const only = (isWanted: (name: string) => boolean) => ({
		...line!,
		packages: line!.packages.filter(({name}) => isWanted(name)),
	});
	const files = {one: ['usr/bin/same'], two: ['usr/bin/same']};
	await unpacked(
		only(name => name !== 'two'),
		files,
	);
	expect(await collisions()).toEqual([]);
	await unpacked(
		only(name => name === 'two'),
		files,
	);
	expect(await collisions()).toEqual(['/usr/bin/same']);
	await forgetFiles();
	expect(await collisions()).toEqual(['/usr/bin/same']);
});

test('a bundle’s file comes over that of a package, also by its old path', async () => {
	const file = {name: 'same', content: Buffer.from('x'), target: '/bin/same'};
	await services.bundles.add({name: 'tools', kind: 'files', files: [file]});
	const {fileCollisions} = await lineIn('trixie', ['one'], ['tools']);
	expect(fileCollisions).toEqual([
		{path: '/bin/same', below: {kind: 'package', name: 'one'}, above: {kind: 'bundle', name: 'tools'}},
	]);
});

test('a build of a saved composition writes its lock, whoever starts it', async () => {
	const composition = composed(['curl']);
	await services.images.save(composition);
	const plan = await services.planning.plan(composition);
	const build = await services.builds.start(plan);
	const path = join(services.compositions.folder, 'noted.lock');
	const lock = JSON.parse(await readFile(path, 'utf8')) as {lines: {packages: {name: string}[]}[]};
	await services.builds.cancel(build).catch(() => undefined);
	for await (const event of services.builds.follow(build)) if (event.type === 'build/finished') break;
	expect(lock.lines.map(({packages}) => packages.some(({name}) => name === 'curl'))).toEqual([true, true]);
});
