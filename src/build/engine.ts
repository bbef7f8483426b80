import type {LinePlan, Plan} from '../plan/plan.ts';
import type {Architecture, PackageRepository} from '../repository/package-index.ts';
import type {Descriptor} from '../image/oci.ts';
import type {ImageStore} from '../image/image-store.ts';
import type {Phase} from './journal-event.ts';

/** Where an engine tells what it does. Calls are cheap; the journal throttles progress. */
export interface PhaseReporter {
	/** Runs one phase: started, then finished with its duration. The work says whether its result came from a cache. */
	phase<T>(phase: Phase, work: (report: PhaseReport) => Promise<T>): Promise<T>;
}

export interface PhaseReport {
	progress(done: number, total: number, unit: 'bytes' | 'packages' | 'layers' | 'tests'): void;
	/** Output as it comes, in pieces of any length; a line ends with a line feed. */
	log(stream: 'stdout' | 'stderr', text: string): void;
	/** Nothing had to be made anew. */
	cached(): void;
}

export interface LineBuildInput {
	readonly plan: Plan;
	readonly line: LinePlan;
	readonly architecture: Architecture;
	/** Files of the bundles, read by the caller from the file repository. */
	readonly bundles: readonly BundleContent[];
	readonly signal: AbortSignal;
}

export interface BundleContent {
	readonly name: string;
	readonly version: number;
	readonly kind: 'certificates' | 'files';
	readonly files: readonly {
		/** Absolute path in the image. */
		readonly path: string;
		readonly mode: number;
		readonly uid: number;
		readonly gid: number;
		readonly content: Uint8Array;
	}[];
}

/** A line's image in the local store, not tagged yet. */
export interface BuiltLine {
	readonly manifest: Descriptor;
	/** Compressed bytes of all layers. */
	readonly sizeBytes: number;
	/** Seconds since the epoch: the image's creation time. */
	readonly createdAt: number;
}

/** Carries one line out: the phases fetch, unpack, configure, assemble, sbom and test. */
export interface Engine {
	readonly name: 'native' | 'docker';
	/** The image that the same input led to before, if the store still has all of it. An engine without it remembers nothing. */
	find?(input: LineBuildInput): Promise<BuiltLine | null>;
	buildLine(input: LineBuildInput, reporter: PhaseReporter): Promise<BuiltLine>;
}

export interface EngineServices {
	readonly repository: PackageRepository;
	readonly store: ImageStore;
	/** Cache folder of SlipwayPaths. */
	readonly cacheFolder: string;
}
