/** The journal's events: DESIGN.md section 7. One JSON object a line; `seq` counts from 1 without gaps. */

export const phases = ['resolve', 'fetch', 'unpack', 'configure', 'assemble', 'sbom', 'test', 'tag'] as const;
export type Phase = (typeof phases)[number];

export type LineOutcome = 'created' | 'failed' | 'skipped' | 'cancelled' | 'up to date';

/** As users see it. `in progress` and `interrupted` never stand in the journal: they follow from its missing end. */
export type BuildStatus =
	'in progress' | 'created' | 'some lines created' | 'image build failed' | 'cancelled' | 'interrupted';

export interface JournalError {
	readonly code: string;
	readonly message: string;
	readonly hint: string | null;
}

export interface FinishedLine {
	readonly line: string;
	readonly status: LineOutcome;
	readonly digest: string | null;
	readonly tags: readonly string[];
	/** Compressed bytes of all layers. */
	readonly size: number | null;
	readonly traceId: string;
	readonly error: JournalError | null;
	/** Why the line was left out, if it is `skipped`. */
	readonly reason?: string | null;
}

export type JournalEventBody =
	| {
			readonly type: 'build/started';
			readonly build: string;
			readonly image: string;
			readonly engine: 'native' | 'docker';
			/** Why that one, where the user left the choice. */
			readonly engineReason?: string | null;
			readonly lines: readonly string[];
			/** `lineContentHash` of each line, by line. */
			readonly content?: Readonly<Record<string, string>>;
			readonly pid: number;
			/** Tells the builder from a later process that was given the same number; null where the host does not say. */
			readonly processStart?: string | null;
	  }
	| {readonly type: 'line/started'; readonly line: string; readonly traceId: string}
	| {readonly type: 'phase/started'; readonly line: string; readonly phase: Phase}
	| {
			readonly type: 'phase/progressed';
			readonly line: string;
			readonly phase: Phase;
			readonly done: number;
			readonly total: number;
			readonly unit: 'bytes' | 'packages' | 'layers' | 'tests';
	  }
	| {
			readonly type: 'log/appended';
			readonly line: string;
			readonly phase: Phase;
			readonly stream: 'stdout' | 'stderr';
			readonly text: string;
	  }
	| {
			readonly type: 'phase/finished';
			readonly line: string;
			readonly phase: Phase;
			readonly cached: boolean;
			readonly durationMs: number;
	  }
	| ({readonly type: 'line/finished'} & FinishedLine)
	| {readonly type: 'build/finished'; readonly status: BuildStatus; readonly lines: readonly FinishedLine[]};

export type JournalEvent = JournalEventBody & {readonly seq: number; /** ISO 8601, UTC */ readonly at: string};
