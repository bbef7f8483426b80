import type {PlannedPackage} from '../plan/plan.ts';
import {hashOf} from './content-hash.ts';
import {debPurl} from './purl.ts';
import {compare, timestamp, toolVersion, type SbomInput} from './sbom-input.ts';

export const provenanceType = 'https://slsa.dev/provenance/v1';

/** in-toto attestation, spec/v1/resource_descriptor.md */
interface ResourceDescriptor {
	readonly name?: string;
	readonly uri?: string;
	readonly digest: Readonly<Record<string, string>>;
	readonly downloadLocation?: string;
}

/** in-toto Statement v1 with a SLSA Provenance v1 predicate. */
export interface ProvenanceStatement {
	readonly _type: 'https://in-toto.io/Statement/v1';
	readonly subject: readonly ResourceDescriptor[];
	readonly predicateType: typeof provenanceType;
	readonly predicate: {
		readonly buildDefinition: {
			readonly buildType: string;
			readonly externalParameters: Readonly<Record<string, unknown>>;
			readonly internalParameters: Readonly<Record<string, unknown>>;
			readonly resolvedDependencies: readonly ResourceDescriptor[];
		};
		readonly runDetails: {
			readonly builder: {readonly id: string; readonly version: Readonly<Record<string, string>>};
			readonly metadata: {readonly startedOn: string; readonly finishedOn: string};
		};
	};
}

/**
 * What the image was made from, and how: every package file, build-only ones too, every bundle file, and the state of
 * the repository. Values of variables stay out, they may be secrets. As builds are reproducible, both times are the
 * image's creation time, not the clock's.
 */
export function provenanceStatement(input: SbomInput & {readonly manifestDigest: string}): ProvenanceStatement {
	const {line} = input;
	const {env, ...config} = line.config;
	const created = timestamp(input.createdAt);
	return {
		_type: 'https://in-toto.io/Statement/v1',
		subject: [{name: input.image, digest: {sha256: input.manifestDigest.replace('sha256:', '')}}],
		predicateType: provenanceType,
		predicate: {
			buildDefinition: {
				buildType: 'urn:slipway:build:v1',
				externalParameters: {
					image: input.image,
					starter: input.starter,
					variant: input.variant,
					line: line.line,
					architecture: input.architecture,
					packages: input.requestedPackages ?? requestedOf(line.packages),
					variables: Object.keys(env).sort(),
					bundles: line.bundles.map(({name, version, sha256}) => ({name, version, sha256})),
					config,
				},
				internalParameters: {
					suite: line.suite,
					repositoryDigest: line.repositoryDigest,
					sourceDateEpoch: input.createdAt,
				},
				resolvedDependencies: [
					...[...line.packages]
						.sort((a, b) => compare(a.name, b.name))
						.map(entry => packageMaterial(entry, line.suite)),
					...input.bundles.flatMap(bundle =>
						bundle.files.map(({path, content}) => ({
							name: `bundle ${bundle.name} ${bundle.version}: ${path}`,
							uri: `urn:slipway:bundle:${bundle.name}:${bundle.version}${encodeURI(path)}`,
							digest: {sha256: hashOf('sha256', content)},
						})),
					),
				],
			},
			runDetails: {
				builder: {id: `urn:slipway:engine:${input.engine ?? 'native'}`, version: {slipway: toolVersion()}},
				metadata: {startedOn: created, finishedOn: created},
			},
		},
	};
}

/** The place is Debian's primary archive: which of its mirrors served the file is of no account, the hash is. */
function packageMaterial(entry: PlannedPackage, release: string): ResourceDescriptor {
	return {
		name: entry.name,
		uri: debPurl(entry, release),
		digest: {sha256: entry.sha256},
		downloadLocation: `http://ftp.debian.org/${archiveOf(entry.suite)}/${entry.filename}`,
	};
}

const archiveOf = (suite: string) => (suite.endsWith('-security') ? 'debian-security' : 'debian');

function requestedOf(packages: readonly PlannedPackage[]): readonly {readonly name: string; readonly version: null}[] {
	const names = packages.filter(entry => entry.role === 'added').map(entry => entry.requestedAs ?? entry.name);
	return [...new Set(names)].sort().map(name => ({name, version: null}));
}
