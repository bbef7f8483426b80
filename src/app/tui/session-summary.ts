import {formatBytes, formatDuration} from '../../../components/format/sizes.ts';
import type {LineView} from '../../build/journal/build-view.ts';
import type {BuildEntry, Dashboard} from '../../../state/dashboard/dashboard.ts';

/** What stays in the scrollback: builds that ended while the program ran, and how to see those that go on. */
export function sessionSummary({builds, queued}: Dashboard, sinceMs: number, isRecording = false): readonly string[] {
	const shown = builds.filter(
		({isAttached, status, view}) =>
			isAttached && (status === 'in progress' || (view.finishedAtMs ?? view.lastAtMs ?? 0) >= sinceMs),
	);
	if (isRecording && shown.some(({status}) => status === 'in progress')) {
		return shown.map(({image}) => `${image}: the recording was left before its end.`);
	}
	const begun = shown.flatMap(entry => [headline(entry), ...entry.view.lines.map(line => lineRow(entry, line))]);
	if (queued.length === 0) return begun;
	return [...begun, `Not begun: ${queued.join(', ')}. \`slipway rebuild ${queued.join(' ')}\` builds them.`];
}

function headline({build, image, status, view}: BuildEntry): string {
	if (status === 'in progress') return `${image}: goes on building. \`slipway watch ${build}\` shows it.`;
	const end = view.finishedAtMs ?? view.lastAtMs ?? 0;
	return `${image}: ${status}. ${formatDuration(end - (view.startedAtMs ?? end))}, build ${build}`;
}

function lineRow({image, view, status}: BuildEntry, line: LineView): string {
	const width = Math.max(...view.lines.map(own => own.line.length));
	const state = status !== 'in progress' && line.status === 'running' ? 'cancelled' : line.status;
	const begin = `  ${line.line.padEnd(width)}  ${state.padEnd(10)}`;
	if (line.error)
		return `${begin}  ${line.error.message.split('\n', 1)[0] ?? ''} \`slipway logs ${line.traceId ?? ''}\``;
	if (line.reason) return `${begin}  ${line.reason}`;
	if (line.size === null) return begin.trimEnd();
	return `${begin}  ${formatBytes(line.size).padStart(8)}  ${line.tags.map(tag => `${image}:${tag}`).join(' ')}`;
}
