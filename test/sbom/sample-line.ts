import {makeCertificate} from '../support/certificates.ts';
import type {LinePlan, PlannedPackage} from '../../src/plan/plan.ts';
import type {SbomInput} from '../../src/sbom/sbom-input.ts';

/** A line with an epoch, a "+", a `~`, a foreign source, a cycle, an auto package and a build-only package. */
export function samplePackage(name: string, facts: Partial<PlannedPackage> = {}): PlannedPackage {
	const version = facts.version ?? '1.0-1';
	return {
		name,
		version,
		architecture: 'amd64',
		role: 'dependency',
		requestedAs: null,
		inImage: true,
		inStarter: false,
		downloadSize: 1000,
		installedSize: 4096,
		sha256: Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64),
		filename: `pool/main/${name.slice(0, 1)}/${name}/${name}_${version}_amd64.deb`,
		suite: 'trixie',
		essential: false,
		source: name,
		sourceVersion: version,
		maintainer: 'Example Maintainers <team+x@tracker.debian.org>',
		homepage: 'https://example.org/',
		section: 'libs',
		summary: `about ${name}`,
		dependencies: [],
		...facts,
	};
}

export const sampleLine: LinePlan = {
	line: '8.4',
	suite: 'trixie',
	version: '8.4.11',
	status: 'ok',
	tags: ['8.4.11', '8.4', '8', 'latest'],
	packages: [
		samplePackage('php8.4-fpm', {role: 'starter', inStarter: true, dependencies: ['libc6', 'libstdc++6', 'dpkg']}),
		samplePackage('php8.4-curl', {
			role: 'added',
			version: '8.4.11-1~deb13u1',
			requestedAs: 'php-curl-auto',
			source: 'php8.4',
			dependencies: ['libc6', 'php8.4-fpm'],
			suite: 'trixie-security',
			maintainer: 'Jane Doe <jane@example.org>',
		}),
		samplePackage('libc6', {version: '2.41-12+deb13u1', source: 'glibc', dependencies: ['libgcc-s1']}),
		samplePackage('libgcc-s1', {dependencies: ['libc6'], homepage: null}),
		samplePackage('libstdc++6', {version: '1:14.2.0-19', dependencies: ['libc6'], homepage: 'not an address'}),
		samplePackage('dpkg', {role: 'build-only', inImage: false}),
	],
	skippedAutos: ['php-imagick-auto'],
	conflict: null,
	reason: null,
	primaryPackage: 'php8.4-fpm',
	config: {
		user: '65532',
		workdir: '/app',
		entrypoint: ['php-fpm8.4'],
		cmd: [],
		env: {APP_SECRET: 'hunter2'},
		ports: [],
		volumes: [],
		stopSignal: null,
		labels: {},
	},
	paths: [],
	tests: [],
	bundles: [{name: 'nginx-conf', version: 3, kind: 'files', sha256: 'ab'.repeat(32)}],
	repositoryDigest: 'sha256:repository',
	installedSizeBytes: 1,
	downloadSizeBytes: 1,
};

export type CompleteInput = SbomInput & {readonly manifestDigest: string};

export function sampleInput(facts: Partial<CompleteInput> = {}): CompleteInput {
	return {
		image: 'php-api',
		starter: 'php',
		variant: 'minimal',
		architecture: 'amd64',
		line: sampleLine,
		createdAt: 1_763_900_000,
		manifestDigest: `sha256:${'1'.repeat(64)}`,
		bundles: [
			{
				name: 'nginx-conf',
				version: 3,
				kind: 'files',
				files: [{path: '/etc/nginx/conf.d/a.conf', content: Buffer.from('hello')}],
			},
		],
		copyrights: new Map([
			[
				'libgcc-s1',
				'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: x\nLicense: GPL-3+ with GCC exception\n',
			],
			['libc6', 'This is the C library.\n see /usr/share/common-licenses/LGPL-2.1.\n'],
		]),
		...facts,
	};
}

let certificate: string | undefined;

/** The same with a bundle of certificates. */
export function certificateInput(): CompleteInput {
	certificate ??= makeCertificate('Example Root').certificate;
	const path = '/usr/local/share/ca-certificates/corp-ca/corp.crt';
	return sampleInput({
		bundles: [{name: 'corp-ca', version: 1, kind: 'certificates', files: [{path, content: Buffer.from(certificate)}]}],
	});
}
