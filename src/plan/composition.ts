import type {ImageConfig, Variant} from '../catalog/starter.ts';

/**
 * What compositions may have in common: a file without a starter. It is not built; what it holds goes into every
 * composition that extends it.
 */
export interface Baseline {
	readonly name: string;
	readonly description: string;
	/** Names of baselines, or of other compositions, in the order in which they are laid under this one. */
	readonly extends?: readonly string[];
	readonly packages: readonly RequestedPackage[];
	readonly env: Readonly<Record<string, string>>;
	readonly bundles: readonly string[];
	/** Only what the composition sets. */
	readonly config: Partial<Omit<ImageConfig, 'env'>>;
	readonly tests: readonly SmokeTest[];
}

/** What a private image is made of: the file of DESIGN.md section 5, read and checked. */
export interface Composition extends Baseline {
	readonly starter: string;
	readonly variant: Variant;
	readonly lines: 'all' | readonly string[];
	/** One image for all of them; without it, one for the architecture that the settings name. */
	readonly platforms?: readonly ImagePlatform[];
}

export type ImagePlatform = 'linux/amd64' | 'linux/arm64';

export interface RequestedPackage {
	/** A package, or an auto package such as `php-curl-auto`. */
	readonly name: string;
	/** Exact version; lines that do not have it are skipped. */
	readonly version: string | null;
}

export interface SmokeTest {
	readonly run: readonly string[];
	readonly expect: {
		/** Text that the output has to contain. */
		readonly stdout?: string;
		readonly stderr?: string;
		/** 0 unless said. */
		readonly exitCode?: number;
	};
	readonly timeoutSeconds?: number;
}

/** Where a composition is wrong: file, line and column from 1, the field, and what mends it. */
export interface CompositionProblem {
	readonly file: string | null;
	readonly line: number | null;
	readonly column: number | null;
	/** `packages[2].name` */
	readonly field: string;
	readonly message: string;
	readonly mend: string | null;
}
