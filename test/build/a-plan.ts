import type {LinePlan, Plan, PlannedPackage} from '../../src/plan/plan.ts';

/** A line without packages: enough for what carries plans out. */
export function aLine(line: string, changes: Partial<LinePlan> = {}): LinePlan {
	const version = `${line}.0`;
	return {
		line,
		suite: 'trixie',
		version,
		status: 'ok',
		tags: [version, line],
		starterTags: [version, line],
		packages: [],
		skippedAutos: [],
		conflict: null,
		reason: null,
		primaryPackage: 'web',
		config: {
			user: '65532',
			workdir: '/',
			entrypoint: [],
			cmd: [],
			env: {},
			ports: [],
			volumes: [],
			stopSignal: null,
			labels: {},
		},
		paths: [],
		tests: [],
		bundles: [],
		repositoryDigest: 'x',
		installedSizeBytes: 0,
		downloadSizeBytes: 0,
		...changes,
	};
}

export const aPlan = (lines: readonly LinePlan[], changes: Partial<Plan> = {}): Plan => ({
	image: 'web',
	description: '',
	starter: 'nginx',
	variant: 'minimal',
	architecture: 'amd64',
	lines,
	...changes,
});

export const aPackage = (name: string, version: string, changes: Partial<PlannedPackage> = {}): PlannedPackage => ({
	name,
	version,
	architecture: 'amd64',
	role: 'added',
	requestedAs: null,
	inImage: true,
	inStarter: false,
	downloadSize: 100,
	installedSize: version.length * 1000,
	sha256: `${name}-${version}`,
	filename: `pool/${name}.deb`,
	suite: 'trixie',
	essential: false,
	source: name,
	sourceVersion: version,
	maintainer: '',
	homepage: null,
	section: 'misc',
	summary: '',
	dependencies: [],
	...changes,
});
