import type {ImageStore} from '../../image/image-store.ts';
import type {LinePlan, Plan} from '../../plan/plan.ts';
import type {BundleContent, Engine} from '../engine.ts';
import type {BuildStatus, FinishedLine} from '../journal-event.ts';
import type {JournalWriter} from '../journal/journal-writer.ts';

/**
 * The pipeline: a plan carried out. Lines are built side by side, one line's failure leaves the others alone, tags move
 * when every line has ended. Everything that happens goes to the journal; nothing here knows who reads it.
 */
export interface BuildInput {
	readonly build: string;
	readonly plan: Plan;
	/** Null: all. */
	readonly lines: readonly string[] | null;
	readonly engine: Engine;
	/** Why that one, where the user left the choice. */
	readonly engineReason?: string | null;
	readonly store: Pick<ImageStore, 'tag' | 'resolve'>;
	readonly journal: JournalWriter;
	/** Reads what the line's bundles hold. */
	readonly bundlesOf: (line: LinePlan, signal: AbortSignal) => Promise<readonly BundleContent[]>;
	/** Held while lines are built and tagged: two builds of one image never run at once. Calls back if it has to wait. */
	readonly lock: (signal: AbortSignal, onWait: () => void) => Promise<() => void>;
	readonly parallelLines: number;
	/** Cancels the build. */
	readonly signal: AbortSignal;
	/** Cancels one line. */
	readonly signalOf?: (line: string) => AbortSignal;
	/** Milliseconds, for durations. */
	readonly now?: () => number;
	/** Told of defects, whose stacks have no place in the journal. */
	readonly onDefect?: (error: unknown) => void;
}

export interface BuildResult {
	readonly status: BuildStatus;
	readonly lines: readonly FinishedLine[];
}
