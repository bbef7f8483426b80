import type {ActionEvent, EventKind, Severity} from '../actions/action-event.ts';
import type {Changelog, LineChangelog} from './changelog.ts';

/** What a build's end tells: its outcome, and every line's new digest or version. */
export function eventsOfBuild(
	{build, image, status, finishedAt, lines}: Changelog,
	{
		tenant,
		starter,
		traceIds,
	}: {readonly tenant: string; readonly starter: string; readonly traceIds: ReadonlyMap<string, string>},
): readonly ActionEvent[] {
	const kind = outcomeKinds[status];
	if (kind === undefined) return [];
	const created = lines.filter(line => line.status === 'created');
	const newDigests = created.filter(({digest, before}) => before?.digest !== digest);
	const newVersions = created.filter(({versions}) => versions.before !== versions.after);
	const event = (own: EventKind, summary: string, told: readonly LineChangelog[]): ActionEvent => ({
		id: `${build}/${own}`,
		kind: own,
		at: finishedAt ?? new Date().toISOString(),
		image: `${tenant}/${image}`,
		starter,
		severity: severityOf(told),
		summary,
		build,
		reference: null,
		lines: told.map(line => toEventLine(line, traceIds.get(line.line) ?? null)),
	});
	const names = (told: readonly LineChangelog[]) => told.map(({line}) => line).join(', ');
	return [
		event(kind, lines.length > 0 ? `${status}: ${created.length} of ${lines.length} lines` : status, lines),
		...(newDigests.length > 0 ? [event('line/new-digest', `new image of ${names(newDigests)}`, newDigests)] : []),
		...(newVersions.length > 0 ? [event('line/new-version', `new version of ${names(newVersions)}`, newVersions)] : []),
	];
}

function toEventLine(
	{line, status, digest, tags, error, versions, packages, securityUpdates}: LineChangelog,
	traceId: string | null,
): ActionEvent['lines'][number] {
	return {
		line,
		version: versions.after ?? versions.before ?? '',
		status,
		digest,
		tags,
		traceId,
		error,
		packages: packages.map(({name, before, after}) => ({
			name,
			before,
			after,
			isSecurity: securityUpdates.includes(name),
		})),
	};
}

/** The weightiest change of any line. A first image is a new version. */
function severityOf(lines: readonly LineChangelog[]): Severity {
	const made = lines.filter(({status}) => status === 'created');
	if (made.some(({securityUpdates}) => securityUpdates.length > 0)) return 'security';
	if (made.some(({versions}) => versions.before !== versions.after)) return 'version';
	return made.some(({digest, before}) => before?.digest !== digest) ? 'packages' : 'none';
}

const outcomeKinds: Readonly<Partial<Record<string, EventKind>>> = {
	created: 'build/created',
	'some lines created': 'build/some-lines-created',
	'image build failed': 'build/failed',
	// Its builder was killed, or the host went down: nobody else says so.
	interrupted: 'build/failed',
};
