import {messageOf, SlipwayError, throwIfCancelled} from '../../base/errors.ts';
import type {LinePlan} from '../../plan/plan.ts';
import {traceIdOf} from '../build-id.ts';
import type {BuiltLine} from '../engine.ts';
import type {FinishedLine, JournalError} from '../journal-event.ts';
import {storageError} from '../storage-error.ts';
import type {BuildInput} from './build-input.ts';
import {journalReporter} from './journal-reporter.ts';

/** A line that has an image to tag, or one that has ended without. */
export type LineResult =
	| {readonly kind: 'built'; readonly line: LinePlan; readonly traceId: string; readonly image: BuiltLine}
	| {readonly kind: 'ended'; readonly finished: FinishedLine};

export async function buildLine(
	input: BuildInput,
	line: LinePlan,
	locked: (onWait: () => void) => Promise<void>,
): Promise<LineResult> {
	const traceId = traceIdOf(input.build, line.line);
	const end = (finished: Pick<FinishedLine, 'status'> & Partial<FinishedLine>): LineResult => ({
		kind: 'ended',
		finished: {line: line.line, digest: null, tags: [], size: null, traceId, error: null, ...finished},
	});
	if (line.status === 'skipped')
		return end({status: 'skipped', reason: line.reason ?? 'The composition leaves it out.'});
	if (line.status === 'conflict') return end({status: 'skipped', error: conflictOf(line)});

	const signal = signalOf(input, line);
	if (signal.aborted) return end({status: 'cancelled'});
	input.journal.append({type: 'line/started', line: line.line, traceId});
	const reporter = journalReporter(input.journal, line.line, input.now);
	try {
		const bundles = await reporter.phase('resolve', async report => {
			await locked(() => report.log('stderr', 'Waiting for another build of this image to end.\n'));
			throwIfCancelled(signal);
			return input.bundlesOf(line, signal);
		});
		const {plan, engine} = input;
		const image = await engine.buildLine({plan, line, architecture: plan.architecture, bundles, signal}, reporter);
		return {kind: 'built', line, traceId, image};
	} catch (error) {
		if (isCancellation(error, signal)) return end({status: 'cancelled'});
		return end({status: 'failed', error: journalErrorOf(error, input.onDefect)});
	}
}

export const signalOf = (input: BuildInput, {line}: LinePlan): AbortSignal => {
	const own = input.signalOf?.(line);
	return own ? AbortSignal.any([input.signal, own]) : input.signal;
};

/** What is thrown after the signal fired is the signal's doing, whatever form it takes. */
const isCancellation = (error: unknown, signal: AbortSignal) =>
	signal.aborted || (error instanceof SlipwayError && error.code === 'cancelled');

export function journalErrorOf(error: unknown, onDefect?: (error: unknown) => void): JournalError {
	if (error instanceof SlipwayError) {
		if (error.code === 'internal') onDefect?.(error);
		return {code: error.code, message: error.message, hint: error.hint};
	}
	onDefect?.(error);
	const system = error instanceof Error && 'code' in error ? storageError(String(error.code), error.message) : null;
	if (system !== null) return {code: system.code, message: system.message, hint: system.hint};
	return {
		code: 'internal',
		message: messageOf(error),
		hint: 'This is a defect of Slipway: the builder.log in the build’s folder has the details.',
	};
}

function conflictOf({line, conflict}: LinePlan): JournalError {
	return {
		code: 'conflict',
		message: conflict?.summary ?? `Line ${line} has no solution.`,
		hint: conflict?.suggestions[0]?.text ?? '`slipway plan` shows the whole conflict.',
	};
}
