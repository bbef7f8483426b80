import type {Emulator} from '../../emulation.ts';
import type {SandboxLimits} from './sandbox-limits.ts';

/**
 * What the engine asks of the agent: a small program that runs as root of a user namespace of its own, where files of
 * any owner can be made and read, and from which maintainer scripts are started in a sandbox that sees nothing of the host.
 */
export type SandboxJob = StageJob | TestJob | RemoveJob;

/** Lays packages over what is there, configures them, and writes down what came out. */
export interface StageJob {
	readonly kind: 'stage';
	/** For the programs of another architecture. */
	readonly emulator: Emulator | null;
	/** Holds `diff` (what this stage adds), and afterwards `result.json` and `changes.data`. */
	readonly folder: string;
	/** `diff` folders of the stages below, nearest first. */
	readonly lowers: readonly string[];
	/** Their fingerprints: what was altered since it was made is not built upon. */
	readonly lowerFingerprints: readonly (string | null)[];
	readonly segmentFolder: string;
	readonly steps: readonly StageStep[];
	/** Packages of this stage, by SHA-256, in the order of installation. */
	readonly packages: readonly string[];
	/** Seconds: dates that scripts wrote into files become this one. */
	readonly epoch: number;
	/** Of programs. */
	readonly env: Readonly<Record<string, string>>;
	/** For each program. */
	readonly timeLimitMs: number;
	readonly limits: SandboxLimits;
}

export type StageStep =
	/** Unpacks segments as they are, before there is a dpkg. */
	| {readonly kind: 'extract'; readonly packages: readonly string[]}
	| UnpackStep
	| {
			readonly kind: 'file';
			readonly path: string;
			readonly mode: number;
			readonly uid: number;
			readonly gid: number;
			/** Base 64. */
			readonly content: string;
	  }
	| {readonly kind: 'folder'; readonly path: string; readonly mode: number; readonly uid: number; readonly gid: number}
	| {readonly kind: 'link'; readonly path: string; readonly target: string}
	| {readonly kind: 'remove'; readonly path: string}
	/** In the sandbox, as root. Package files are at `/tmp/packages/SHA256/package.deb`. */
	| {readonly kind: 'run'; readonly command: readonly string[]; readonly ifExists?: string};

/** Leaves packages as `dpkg --unpack` leaves them: their files in place, and dpkg knows them. */
export interface UnpackStep {
	readonly kind: 'unpack';
	/** SHA-256 of each, in the order of installation. */
	readonly packages: readonly string[];
	/** Their files were extracted before there was a dpkg. */
	readonly areExtracted: boolean;
}

/** Runs commands on an image's own files. */
export interface TestJob {
	readonly kind: 'test';
	readonly emulator: Emulator | null;
	/** An empty folder. */
	readonly folder: string;
	/** Layer blobs, lowest first. */
	readonly layers: readonly string[];
	readonly commands: readonly TestCommand[];
	readonly limits: SandboxLimits;
}

export interface TestCommand {
	readonly command: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	readonly workdir: string;
	/** As in the image's configuration: name or number, with or without a group. */
	readonly user: string;
	readonly timeLimitMs: number;
}

export interface RemoveJob {
	readonly kind: 'remove';
	readonly folders: readonly string[];
}

/** What the agent says, one JSON object a line. */
export type AgentMessage =
	| {readonly kind: 'log'; readonly stream: 'stdout' | 'stderr'; readonly text: string}
	| {readonly kind: 'tested'; readonly result: TestResult}
	| {readonly kind: 'done'}
	| {readonly kind: 'failed'; readonly failure: AgentFailure};

export interface TestResult {
	/** Null if it was ended by the time limit. */
	readonly exitCode: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface AgentFailure {
	readonly code: 'sandbox' | 'host' | 'storage' | 'verification' | 'internal';
	readonly message: string;
	readonly hint: string | null;
	/** A cached stage that was altered: its number among `lowers`. */
	readonly damagedLower?: number;
}
