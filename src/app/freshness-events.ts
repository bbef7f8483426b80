import {createHash} from 'node:crypto';
import type {ActionEvent, EventKind, Severity} from '../actions/action-event.ts';
import type {LineFreshness} from '../freshness/line-freshness.ts';
import type {ImageFreshness} from './freshness.ts';

/** What a look at an image's freshness tells. The ID follows from what was found: the same news is told once. */
export function eventsOfFreshness(
	{image, starter, lines}: ImageFreshness,
	tenant: string,
	now: Date,
): readonly ActionEvent[] {
	const outdated = lines.filter(({state, diff}) => state === 'outdated' && diff !== null && diff.packages.length > 0);
	const insecure = outdated.filter(({securityUpdates}) => securityUpdates.length > 0);
	const isNewVersion = outdated.some(({versionBefore, versionAfter}) => versionBefore !== versionAfter);
	const severity = insecure.length > 0 ? 'security' : isNewVersion ? 'version' : 'packages';
	// A line that the composition leaves out ends without anyone's loss.
	const kept = lines.filter(({state}) => state !== 'skipped');
	const ending = (state: 'near' | 'past') => kept.filter(({endOfLife}) => endOfLife?.state === state);
	const news: readonly News[] = [
		{kind: 'packages/newer', severity, summary: 'newer packages for', lines: outdated},
		{kind: 'packages/security', severity: 'security', summary: 'security updates for', lines: insecure},
		{kind: 'line/near-end-of-life', severity: 'none', summary: 'near the end of life:', lines: ending('near')},
		{kind: 'line/past-end-of-life', severity: 'none', summary: 'past the end of life:', lines: ending('past')},
	];
	return news
		.filter(({lines: told}) => told.length > 0)
		.map(({kind, severity: weight, summary, lines: told}) => ({
			id: `${image}/${kind}/${fingerprint(kind, told)}`,
			kind,
			at: now.toISOString(),
			image: `${tenant}/${image}`,
			starter,
			severity: weight,
			summary: `${summary} ${told.map(({line}) => line).join(', ')}`,
			build: null,
			reference: null,
			lines: told.map(toEventLine),
		}));
}

interface News {
	readonly kind: EventKind;
	readonly severity: Severity;
	readonly summary: string;
	readonly lines: readonly LineFreshness[];
}

/** Of what would change, not of when or from which state of the repository. */
function fingerprint(kind: EventKind, lines: readonly LineFreshness[]): string {
	const facts = lines.map(({line, endOfLife, diff, securityUpdates}) => {
		if (kind === 'line/near-end-of-life' || kind === 'line/past-end-of-life') return [line, endOfLife?.date];
		const changed = (diff?.packages ?? []).filter(
			({name}) => kind === 'packages/newer' || securityUpdates.includes(name),
		);
		return [line, changed.map(({name, before, after}) => [name, before, after])];
	});
	return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32);
}

function toEventLine({line, state, versionBefore, versionAfter, diff, securityUpdates}: LineFreshness) {
	return {
		line,
		version: versionAfter ?? versionBefore ?? '',
		status: state,
		digest: null,
		tags: [],
		traceId: null,
		error: null,
		packages: (diff?.packages ?? [])
			.filter(({inImage}) => inImage)
			.map(({name, before, after}) => ({name, before, after, isSecurity: securityUpdates.includes(name)})),
	};
}
