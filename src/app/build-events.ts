import type {ActionEvent, EventKind, Severity} from '../actions/action-event.ts';
import type {BuildStatus, FinishedLine} from '../build/journal-event.ts';

export interface LineBefore {
	readonly version: string;
	readonly digest: string | null;
}

/** What a build's end tells: its outcome, and every line's new digest or version. */
export function eventsOfBuild(
	finished: {readonly status: BuildStatus; readonly lines: readonly FinishedLine[]; readonly at: string},
	build: {
		readonly build: string;
		/** TENANT/NAME */
		readonly image: string;
		readonly starter: string;
		readonly versions: ReadonlyMap<string, string>;
		/** Versions and digests before, by line. */
		readonly before: ReadonlyMap<string, LineBefore>;
	},
): readonly ActionEvent[] {
	const kind = outcomeKinds[finished.status];
	if (kind === undefined) return [];
	const toLine = (line: FinishedLine) => ({
		line: line.line,
		version: build.versions.get(line.line) ?? '',
		status: line.status,
		digest: line.digest,
		tags: line.tags,
		traceId: line.traceId,
		error: line.error?.message ?? null,
		packages: [],
	});
	const created = finished.lines.filter(({status}) => status === 'created');
	const newDigests = created.filter(({line, digest}) => build.before.get(line)?.digest !== digest);
	const newVersions = created.filter(({line}) => build.before.get(line)?.version !== build.versions.get(line));
	const severity: Severity = newVersions.length > 0 ? 'version' : newDigests.length > 0 ? 'packages' : 'none';
	const event = (kind: EventKind, summary: string, lines: readonly FinishedLine[]): ActionEvent => ({
		id: `${build.build}/${kind}`,
		kind,
		at: finished.at,
		image: build.image,
		starter: build.starter,
		severity,
		summary,
		build: build.build,
		reference: null,
		lines: lines.map(toLine),
	});
	const names = (lines: readonly FinishedLine[]) => lines.map(({line}) => line).join(', ');
	return [
		event(kind, `${finished.status}: ${created.length} of ${finished.lines.length} lines`, finished.lines),
		...(newDigests.length > 0 ? [event('line/new-digest', `new image of ${names(newDigests)}`, newDigests)] : []),
		...(newVersions.length > 0 ? [event('line/new-version', `new version of ${names(newVersions)}`, newVersions)] : []),
	];
}

const outcomeKinds: Readonly<Partial<Record<string, EventKind>>> = {
	created: 'build/created',
	'some lines created': 'build/some-lines-created',
	'image build failed': 'build/failed',
};
