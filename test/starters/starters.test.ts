import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {slipwayPaths} from '../../src/base/paths.ts';
import type {StarterLine, Variant} from '../../src/catalog/starter.ts';
import {listLayerFiles, mergeLayers} from '../../src/image/image-files.ts';
import {readIndex, readManifest} from '../../src/image/read-documents.ts';
import {startDocker, type DockerDaemon} from '../support/docker-daemon.ts';
import {describeNeeding} from '../support/needs.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {minimalFaults} from './minimal-faults.ts';
import {factsOf, recordResults, type SmokeResult} from './results.ts';
import {runInDocker} from './run-in-docker.ts';
import {openSmokeWorkshop, type SmokeBuild, type SmokeWorkshop} from './smoke-image.ts';
import {smokePrograms, type SmokeProgram} from './smoke-programs.ts';

/*
 * Every starter does what it is for: its smoke program runs in the engine's sandbox while the image is built, and in Docker.
 * `SLIPWAY_SMOKE=all`, or `SLIPWAY_SMOKE='go,php:8.4,gcc:14:dev'`, runs those on every line, in both variants, in both places, and
 * writes results.json. Without it: the newest line, minimal, of the small ones. SLIPWAY_HOME keeps what was downloaded and built.
 */
const chosen = process.env['SLIPWAY_SMOKE'];

/** Those that take long to build or to work: CI's three minutes are for the small ones. */
const onlyByHand: ReadonlySet<string> = new Set([
	'debian',
	'gcc',
	'go',
	'haproxy',
	'httpd',
	'java',
	'mariadb',
	'nginx',
	'node',
	'perl',
	'php',
	'postgres',
	'python',
	'rabbitmq',
	'redis',
	'ruby',
	'valkey',
	'varnish',
]);
const inDocker: ReadonlySet<string> = new Set(['memcached', 'static']);

const isChosen = (starter: string, line = '', variant = '') =>
	chosen === undefined
		? !onlyByHand.has(starter)
		: chosen === 'all' ||
			chosen.split(',').some(text => {
				const wanted = text.split(':');
				return [starter, line, variant].every((part, place) => part === '' || (wanted[place] ?? part) === part);
			});

describeNeeding(
	'root',
	'user-namespaces',
	'debian-mirror',
	'docker',
)('a starter does what it is for', () => {
	let workshop: SmokeWorkshop;
	let daemon: DockerDaemon | undefined;

	beforeAll(async () => {
		const folder = await temporaryFolder('smoke');
		const cache = process.env['SLIPWAY_HOME'] === undefined ? join(folder, 'cache') : slipwayPaths().cache;
		workshop = await openSmokeWorkshop({cache, images: join(cache, 'smoke-images')});
		daemon = await startDocker();
	});
	afterAll(() => daemon?.stop());

	/** At once: what is known by then stays, however the run ends. */
	async function record(result: SmokeResult): Promise<void> {
		if (chosen !== undefined) await recordResults([result]);
	}

	const imagesOf = (starter: string): readonly {readonly line: StarterLine; readonly variant: Variant}[] => {
		const {lines = [], variants = []} = workshop.starters.get(starter) ?? {};
		if (chosen === undefined) return lines.slice(0, 1).map(line => ({line, variant: 'minimal'}));
		return lines
			.flatMap(line => variants.map(variant => ({line, variant})))
			.filter(({line, variant}) => isChosen(starter, line.line, variant));
	};

	async function faultsOf(program: SmokeProgram, line: StarterLine, variant: Variant): Promise<readonly string[]> {
		const facts = factsOf(program, line, variant, await workshop.plan({program, line, variant}));
		let build: SmokeBuild;
		try {
			build = await workshop.build({program, line, variant});
		} catch (error) {
			await record({...facts, sandbox: false, docker: null});
			return [`sandbox: ${String(error)}`];
		}
		const faults = variant === 'minimal' ? minimalFaults(await filesOf(build), build.plan, program) : [];
		if (chosen === undefined && !inDocker.has(program.starter)) return faults;
		if (daemon === undefined) throw new Error('Docker is not running');
		const said = await runInDocker(daemon, workshop, program, build).catch(String);
		const docker = said.includes('smoke: passed');
		await record({...facts, sandbox: true, docker});
		return docker ? faults : [...faults, `docker: ${said}`];
	}

	async function manifestOf({built}: SmokeBuild) {
		const [image] = (await readIndex(workshop.store, built.manifest)).manifests;
		if (image === undefined) throw new Error('the index is empty');
		return readManifest(workshop.store, image);
	}

	/** Without the smoke program's own. */
	async function filesOf(build: SmokeBuild) {
		const {layers} = await manifestOf(build);
		const own = await Promise.all(layers.slice(0, -1).map(layer => listLayerFiles(workshop.store, layer)));
		return mergeLayers(own);
	}

	for (const program of smokePrograms) {
		if (!isChosen(program.starter)) continue;
		test(program.starter, {timeout: chosen === undefined ? 900_000 : 7_200_000}, async () => {
			const images = imagesOf(program.starter);
			expect(images).not.toEqual([]);
			const faults: Record<string, readonly string[]> = {};
			for (const {line, variant} of images) {
				const found = await faultsOf(program, line, variant);
				if (found.length > 0) faults[`${program.starter} ${line.line} ${variant}`] = found;
			}
			expect(faults).toEqual({});
		});
	}

	test('the table of smoke programs names every starter', () => {
		expect(smokePrograms.map(({starter}) => starter).sort()).toEqual([...workshop.starters.keys()].sort());
	});
});
