/*
 * Composition and plan: what a private image is made of, and what every line of it will contain, decided before
 * anything is built. `composition/` reads and checks the file, `resolver/` finds packages that go together or proves
 * that none do, the rest turns both into a Plan: plain data that the build carries out and that depends on nothing after
 * it. No I/O here but what the caller hands in, no threads, no terminal.
 */
import type {ImageConfig, StarterPath, Variant} from '../catalog/starter.ts';
import type {Architecture} from '../repository/package-index.ts';
import type {SmokeTest} from './composition.ts';

/** For every line: resolved packages, tags, skipped autos, or an explained conflict. The JSON of `slipway plan --json`. */
export interface Plan {
	/** Name of the private image, without tenant. */
	readonly image: string;
	readonly description: string;
	readonly starter: string;
	readonly variant: Variant;
	readonly architecture: Architecture;
	/** Most advanced first. */
	readonly lines: readonly LinePlan[];
	/** Of an image for several platforms: the plans of the others, in the composition's order. */
	readonly platforms?: readonly Plan[];
}

/** `ok`: can be built · `conflict`: cannot, and says why · `skipped`: left out by the composition's own choice or a pin. */
export type LineStatus = 'ok' | 'conflict' | 'skipped';

export interface LinePlan {
	readonly line: string;
	/** Release that it lives in. */
	readonly suite: string;
	readonly version: string;
	readonly status: LineStatus;
	/** Without the unique build tag, which a build adds. Empty unless `ok`. */
	readonly tags: readonly string[];
	/** The tags that this line has in the starter itself, where a more advanced line may not have failed. */
	readonly starterTags?: readonly string[];
	/** In the order of installation (Pre-Depends first); empty unless `ok`. */
	readonly packages: readonly PlannedPackage[];
	/** Auto packages that found no member here. */
	readonly skippedAutos: readonly string[];
	readonly conflict: ExplainedConflict | null;
	/** Why a line is `skipped`. */
	readonly reason: string | null;
	readonly primaryPackage: string;
	/** Packages by which the starter names its line: where the paths of `why` begin, beside what was added. */
	readonly starterRoots?: readonly string[];
	/** Starter's configuration with the composition's own laid over it. */
	readonly config: ImageConfig;
	readonly paths: readonly StarterPath[];
	readonly tests: readonly SmokeTest[];
	/** Names of file bundles, with the version that this plan takes. */
	readonly bundles: readonly PlannedBundle[];
	/** Files that would be brought twice, as far as it is known before the build; absent where nobody looked. */
	readonly fileCollisions?: readonly FileCollision[];
	/** Digest of the index that it was planned from. */
	readonly repositoryDigest: string;
	/** Sums over packages in the image, and over everything to download. */
	readonly installedSizeBytes: number;
	readonly downloadSizeBytes: number;
}

/** `starter`: the starter's own, with their dependencies · `build-only`: present while configuring, absent from the image */
export type PackageRole = 'starter' | 'added' | 'dependency' | 'build-only';

export interface PlannedPackage {
	readonly name: string;
	readonly version: string;
	readonly architecture: Architecture | 'all';
	readonly role: PackageRole;
	/** `php-curl-auto`, where an auto package chose it. */
	readonly requestedAs: string | null;
	readonly inImage: boolean;
	/** True for the starter's closure (first layer), also when build-only; false for what the composition brings. */
	readonly inStarter: boolean;
	/**
	 * True for a package that the starter has as build-only and the composition brings into the image: `inStarter` holds
	 * (it is there when the starter is configured), yet its files belong to the added layer.
	 */
	readonly isPromoted?: boolean;
	/** Bytes. */
	readonly downloadSize: number;
	readonly installedSize: number;
	readonly sha256: string;
	readonly filename: string;
	/** Suite that holds it: `trixie-security`. */
	readonly suite: string;
	readonly essential: boolean;
	readonly source: string;
	readonly sourceVersion: string;
	readonly maintainer: string;
	readonly homepage: string | null;
	readonly section: string;
	readonly summary: string;
	/** Names of packages of this plan that satisfy its Depends and Pre-Depends. */
	readonly dependencies: readonly string[];
}

export interface PlannedBundle {
	readonly name: string;
	readonly version: number;
	readonly kind: 'certificates' | 'files';
	/** Folder of that version in the file repository. */
	readonly sha256: string;
}

/**
 * A file that two of a line would bring. A bundle's file takes the place of a package's; of two packages dpkg refuses the
 * second, unless its scripts divert the file.
 */
export interface FileCollision {
	/** Absolute. */
	readonly path: string;
	readonly below: FileOwner;
	/** What comes later. */
	readonly above: FileOwner;
}

export interface FileOwner {
	readonly kind: 'package' | 'bundle';
	readonly name: string;
}

/** A minimal set of requirements that cannot hold together, from what the user asked for to the reason. */
export interface ExplainedConflict {
	/** One sentence. */
	readonly summary: string;
	readonly steps: readonly ConflictStep[];
	readonly suggestions: readonly Suggestion[];
	/** Where all steps stand in a file; absent where none was written. */
	readonly explanationFile?: string;
}

export interface ConflictStep {
	readonly text: string;
	readonly package: string | null;
	readonly version: string | null;
	readonly relation: string | null;
}

/** A change of one added package. */
export type PackageChange =
	| {readonly kind: 'drop-package'; readonly package: string; readonly text: string}
	| {readonly kind: 'replace-package'; readonly package: string; readonly by: string; readonly text: string}
	| {readonly kind: 'lift-pin'; readonly package: string; readonly text: string};

/** A way out that was planned and works. */
export type Suggestion =
	| PackageChange
	/** Where no change works alone. */
	| {readonly kind: 'change-several'; readonly changes: readonly PackageChange[]; readonly text: string}
	| {readonly kind: 'leave-out-line'; readonly line: string; readonly text: string}
	/** Of a line that failed it. */
	| {readonly kind: 'drop-test'; readonly run: readonly string[]; readonly text: string};
