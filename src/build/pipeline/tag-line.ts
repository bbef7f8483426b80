import {throwIfCancelled} from '../../base/errors.ts';
import {buildTagOf} from '../build-id.ts';
import type {FinishedLine} from '../journal-event.ts';
import type {BuildInput} from './build-input.ts';
import {journalErrorOf, signalOf, type LineResult} from './build-line.ts';
import {journalReporter} from './journal-reporter.ts';

/**
 * Moves the line's tags to its new image, and adds the tag that names this very build. A line whose image is the one
 * that its tags name already is up to date and gets no further tag.
 */
export async function tagLine(
	input: BuildInput,
	{line, traceId, image}: Extract<LineResult, {kind: 'built'}>,
	tags: readonly string[],
): Promise<FinishedLine> {
	const {store, plan, journal} = input;
	const signal = signalOf(input, line);
	const digest = image.manifest.digest;
	const built = {line: line.line, traceId, digest, size: image.sizeBytes, tags: [], error: null};
	if (signal.aborted) return {...built, status: 'cancelled'};
	try {
		return await journalReporter(journal, line.line, input.now).phase('tag', async report => {
			const before = await Promise.all(tags.map(tag => store.resolve(plan.image, tag)));
			throwIfCancelled(signal);
			if (tags.length > 0 && before.every(descriptor => descriptor?.digest === digest)) {
				report.cached();
				return {...built, status: 'up to date', tags};
			}
			const withBuildTag = [...tags, buildTagOf(line.version, input.build)];
			await store.tag(plan.image, withBuildTag, image.manifest);
			return {...built, status: 'created', tags: withBuildTag};
		});
	} catch (error) {
		if (signal.aborted) return {...built, status: 'cancelled'};
		return {...built, status: 'failed', error: journalErrorOf(error, input.onDefect)};
	}
}
