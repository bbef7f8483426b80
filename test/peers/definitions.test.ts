import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, expect} from 'vitest';
import type {Plan} from '../../src/plan/plan.ts';
import {greeter, greeterData} from '../e2e/small-repository.ts';
import {startDebianRepository, type DebianRepository} from '../support/debian-repository.ts';
import {startDocker, type DockerDaemon} from '../support/docker-daemon.ts';
import {hostPackages} from '../support/host-packages.ts';
import {describeNeeding, testNeeding, whyMissing} from '../support/needs.ts';
import {mustRun} from '../support/run-program.ts';
import {makeSlipwayHome, type SlipwayHome} from '../support/slipway.ts';

/*
 * Exported definitions, built by the tools whose words they are in. Their apt takes packages from the test's own repository; the base
 * of the Dockerfile is an image that the native engine made, which tells apt of that repository by a file bundle.
 */
const compositionOf = (name: string, variant: 'dev' | 'minimal', more: string) =>
	`name: ${name}\ndescription: For a test\nstarter: debian\nvariant: ${variant}\nlines: ['13']\n${more}\n`;
const greeting = `packages: [{name: greeter, version: 1.0-1}]
env: {GREETING: 'it''s "$5"'}
config: {cmd: [greeter, GREETING], labels: {team: blue}}`;

/** A root of a hundred packages, on a busy machine. */
const minutes = (count: number) => count * 60_000;

const starter = ['base-files', 'ca-certificates', 'libc-bin', 'libc6', 'libgcc-s1', 'netbase', 'tzdata'];
const ofDev = ['apt', 'bash', 'coreutils', 'procps'];

describeNeeding('apt', 'root')('a plan in the words of another tool', () => {
	let repository: DebianRepository;
	let home: SlipwayHome;

	beforeAll(async () => {
		const versions = {'base-files': '13.8+deb13u8'};
		const trixie = hostPackages([...starter, ...ofDev], {mergedUsr: true, versions});
		// Whoever does not ask for a version gets another than was planned.
		const suites = {trixie: [...trixie, greeterData, greeter('1.0-1')], 'trixie-security': [greeter('2.0-1')]};
		repository = await startDebianRepository({suites});
		home = await makeSlipwayHome({repository});
		for (const variant of ['dev', 'minimal'] as const) {
			await writeFile(join(home.folder, `${variant}.yaml`), compositionOf('greeting', variant, greeting));
		}
		await mustSlipway('update');
	});
	afterAll(() => repository.close());

	async function mustSlipway(...args: readonly string[]): Promise<string> {
		const {exitCode, stdout, stderr} = await home.run(args);
		expect(exitCode, stderr + stdout.slice(-3000)).toBe(0);
		return stdout;
	}

	const sourcesSignedBy = (keyring: string): readonly string[] => [
		`deb [signed-by=${keyring}] ${repository.mirror} trixie main`,
		`deb [signed-by=${keyring}] ${repository.securityMirror} trixie-security main`,
	];

	async function planned(variant: string): Promise<readonly string[]> {
		const plan = JSON.parse(await mustSlipway('plan', `${variant}.yaml`, '--json')) as Plan;
		const [line] = plan.lines;
		return (line?.packages ?? [])
			.filter(({inImage}) => inImage)
			.map(({name, version}) => `${name}=${version}`)
			.toSorted();
	}

	const definitionOf = (variant: string, format: string) =>
		mustSlipway('export-definition', `${variant}.yaml`, '--format', format);

	testNeeding('mmdebstrap')(
		'mmdebstrap makes a root of the very packages',
		async () => {
			const script = join(home.folder, 'greeting.sh');
			const tar = join(home.folder, 'root.tar');
			await writeFile(script, await definitionOf('dev', 'mmdebstrap'));
			await mustRun('sh', [script, tar, ...sourcesSignedBy(repository.keyringFile)]);
			const {stdout: status} = await mustRun('tar', ['-xOf', tar, './var/lib/dpkg/status']);
			expect(packagesOf(status)).toEqual(await planned('dev'));
			const {stdout: listed} = await mustRun('tar', ['--numeric-owner', '-tvf', tar, './home/nonroot/']);
			expect(listed).toMatch(/^drwx------ 65532\/65532 /);
		},
		minutes(10),
	);

	const docker: {daemon?: DockerDaemon} = {};
	afterAll(() => docker.daemon?.stop());

	testNeeding('docker')(
		'docker builds the Dockerfile to the very packages, on a base of our own',
		async () => {
			const apt = join(home.folder, 'apt');
			await mkdir(apt);
			await writeFile(join(apt, 'test.asc'), repository.key.armoredPublicKey);
			await writeFile(join(apt, 'test.list'), sourcesSignedBy('/etc/apt/sources.list.d/test.asc').join('\n'));
			await mustSlipway(
				'bundle',
				'add',
				'sources',
				join(apt, 'test.asc'),
				join(apt, 'test.list'),
				'--target',
				'/etc/apt/sources.list.d',
			);
			await writeFile(
				join(home.folder, 'base.yaml'),
				compositionOf('debian-base', 'dev', 'bundles: [sources]\nconfig: {user: "0"}'),
			);
			await mustSlipway('build', 'base.yaml', '--progress', 'quiet');
			const daemon = await startDocker();
			docker.daemon = daemon;
			const loaded = await home.run(['export', 'debian-base:13', 'docker-daemon:team/base:13'], {
				env: {DOCKER_HOST: daemon.host},
			});
			expect(loaded.exitCode, loaded.stderr).toBe(0);

			// The minimal one takes as long again: by hand.
			for (const variant of whyMissing('docker-by-hand') === null ? ['dev', 'minimal'] : ['dev']) {
				const context = join(home.folder, `context-${variant}`);
				await mkdir(context);
				await writeFile(join(context, 'Dockerfile'), await definitionOf(variant, 'dockerfile'));
				await daemon.docker(
					'build',
					'--network=host',
					'--build-arg=BASE=team/base:13',
					`--tag=team/${variant}`,
					context,
				);
				const run = async (...args: string[]) => (await daemon.docker('run', '--rm', '--network=none', ...args)).stdout;
				expect(await run(`team/${variant}`)).toBe('it\'s "$5"\n');
				expect(await run(`team/${variant}`, 'stat', '--format=%A %u:%g', '/home/nonroot')).toBe(
					'drwx------ 65532:65532\n',
				);
				const installed = packagesOf(await run(`team/${variant}`, 'cat', '/var/lib/dpkg/status'));
				const wanted = await planned(variant);
				if (variant === 'dev') expect(installed).toEqual(wanted);
				// What the base has beside it cannot be taken away.
				else expect(installed).toEqual(expect.arrayContaining([...wanted]));
			}
		},
		minutes(10),
	);
});

/** `name=version` of what dpkg's database says is installed. */
function packagesOf(status: string): readonly string[] {
	return status
		.split('\n\n')
		.filter(paragraph => paragraph.includes('\nStatus: install ok installed'))
		.map(paragraph => {
			const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(paragraph)?.[1] ?? '';
			return `${field('Package')}=${field('Version')}`;
		})
		.toSorted();
}
