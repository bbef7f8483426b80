/**
 * The one error class of Slipway. Expected outcomes are values; an error is what stops a piece of work.
 * A message starts with what could not be done; the hint says what mends it. Credentials never enter either.
 */
export type ErrorCode =
	| 'usage' // a wrong flag or argument
	| 'bad-input' // a composition, bundle, setting or name that is refused
	| 'not-found' // an image, tag, build, package or index that is not there
	| 'network' // a mirror, daemon or registry that did not answer as it should
	| 'verification' // a signature, date or hash that does not hold
	| 'conflict' // a plan that has no solution
	| 'storage' // the disk: full, not writable, a torn file
	| 'host' // something that this host lacks
	| 'sandbox' // configuring packages failed
	| 'build' // any other failure of a line
	| 'cancelled'
	| 'internal'; // a defect of Slipway

export interface SlipwayErrorOptions {
	/** What to do next, as a sentence. */
	readonly hint?: string;
	/** Plain facts about the object that failed. No credentials. */
	readonly details?: Readonly<Record<string, string | number | boolean | null>>;
	readonly cause?: unknown;
}

export class SlipwayError extends Error {
	override readonly name = 'SlipwayError';
	readonly code: ErrorCode;
	readonly hint: string | null;
	readonly details: Readonly<Record<string, string | number | boolean | null>>;

	constructor(code: ErrorCode, message: string, options: SlipwayErrorOptions = {}) {
		super(message, options.cause === undefined ? undefined : {cause: options.cause});
		this.code = code;
		this.hint = options.hint ?? null;
		this.details = options.details ?? {};
	}
}

/** Process exit codes: see the README's table. */
export const exitCodes = {done: 0, failed: 1, usage: 2, someLinesCreated: 3, cancelled: 130} as const;

/** The exit code that an error ends the process with. */
export function exitCodeOf(error: unknown): number {
	if (!(error instanceof SlipwayError)) return exitCodes.failed;
	switch (error.code) {
		case 'usage':
		case 'bad-input':
		case 'not-found':
			return exitCodes.usage;
		case 'cancelled':
			return exitCodes.cancelled;
		default:
			return exitCodes.failed;
	}
}

/** The text of anything thrown, without a stack. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** An AbortSignal's end as the error that the rest of the program expects. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
	if (signal?.aborted) throw new SlipwayError('cancelled', 'The work was cancelled.');
}

/** True for an error of the operating system with that code (ENOENT, EEXIST …). */
export function isSystemError(error: unknown, code: string): boolean {
	return error instanceof Error && 'code' in error && error.code === code;
}
