import type {ActionEvent, EventKind, Severity} from '../actions/action-event.ts';
import type {ImageFreshness} from './freshness.ts';

/** What a look at an image's freshness tells. The ID follows from what was found: the same news is told once. */
export function eventsOfFreshness(
	{image, plan, lines}: ImageFreshness,
	tenant: string,
	now: Date,
): readonly ActionEvent[] {
	if (plan === null) return [];
	const news: {kind: EventKind; severity: Severity; summary: string; lines: typeof lines}[] = [];
	const tell = (kind: EventKind, severity: Severity, summary: string, told: typeof lines) => {
		if (told.length > 0)
			news.push({kind, severity, summary: `${summary} ${told.map(({line}) => line).join(', ')}`, lines: told});
	};
	const outdated = lines.filter(({state}) => state === 'outdated');
	const insecure = outdated.filter(({securityUpdates}) => securityUpdates.length > 0);
	tell('packages/newer', insecure.length > 0 ? 'security' : 'packages', 'newer packages for', outdated);
	tell('packages/security', 'security', 'security updates for', insecure);
	tell(
		'line/near-end-of-life',
		'none',
		'near its end of life:',
		lines.filter(({endOfLife}) => endOfLife?.state === 'near'),
	);
	tell(
		'line/past-end-of-life',
		'none',
		'past its end of life:',
		lines.filter(({endOfLife}) => endOfLife?.state === 'past'),
	);
	const stateOf = (told: typeof lines) =>
		told
			.map(({line}) => `${line}=${plan.lines.find(candidate => candidate.line === line)?.repositoryDigest ?? ''}`)
			.join(',');
	return news.map(({kind, severity, summary, lines: told}) => ({
		id: `${image}/${kind}/${kind.startsWith('line/') ? told.map(({line}) => line).join(',') : stateOf(told)}`,
		kind,
		at: now.toISOString(),
		image: `${tenant}/${image}`,
		starter: plan.starter,
		severity,
		summary,
		build: null,
		reference: null,
		lines: told.map(({line, state, versionAfter, diff, securityUpdates}) => ({
			line,
			version: versionAfter ?? '',
			status: state,
			digest: null,
			tags: [],
			traceId: null,
			error: null,
			packages: (diff?.packages ?? [])
				.filter(({inImage}) => inImage)
				.map(({name, before, after}) => ({name, before, after, isSecurity: securityUpdates.includes(name)})),
		})),
	}));
}
