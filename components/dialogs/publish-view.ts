import type {AppState} from '../../state/app-state.ts';
import {publishTitle, summaryOf, type PublishDialog, type PublishPlace} from '../../state/dialogs/publish-dialog.ts';
import {publishArea, publishFrame} from '../../state/lists/list-areas.ts';
import {wrap} from '../../state/text/measure.ts';
import {formatAge, formatBytes} from '../format/sizes.ts';
import {listRows} from '../panes/pane-view.ts';
import type {Symbols} from '../theme/symbols.ts';
import {fieldLine} from '../ui/field-line.ts';
import type {FramedRow} from '../ui/frame.tsx';
import {columns, lineOf, span, type Line} from '../ui/line.ts';

/** Where an image is, whether that is current, and where it can go. */
export function publishView(dialog: PublishDialog, state: AppState, symbols: Symbols) {
	const area = publishFrame(state.terminal, dialog.places.length);
	const list = publishArea(state.terminal, dialog.places.length);
	const width = area.width - 5;
	const rows = listRows(dialog.places, dialog.cursor, list.height, dialog.field === null, (place, isAtCursor) =>
		lineOf(
			isAtCursor ? span(symbols.cursor, 'accent') : ' ',
			' ',
			columns(width, [
				{line: [span(nameOf(place.destination))], width: Math.min(46, Math.floor(width * 0.5))},
				{line: stateLine(place, dialog.names, state), width: 'rest'},
			]),
		),
	);
	return {area, title: publishTitle(dialog.names), rows: [...rows, ...footRows(dialog, width)], note: noteOf(state)};
}

function footRows(dialog: PublishDialog, width: number): readonly FramedRow[] {
	const field: Line = dialog.field
		? lineOf(
				span('> ', 'accent'),
				fieldLine(
					dialog.field,
					width - 4,
					true,
					`docker://HOST/${dialog.names.length === 1 ? 'REPOSITORY' : 'FOLDER'}`,
				),
			)
		: lineOf(span('tags  ', 'muted'), span(tagsText(dialog), 'accent'));
	const place = dialog.places[dialog.cursor.at];
	const tone = dialog.problem === null ? 'muted' : 'error';
	const each =
		dialog.names.length > 1 && dialog.field ? `Each goes there under its name: ${dialog.names.join(', ')}` : '';
	const problem = wrap(dialog.problem ?? (each || (place?.found?.problem ?? '')), width).slice(0, 3);
	return [[], field, ...problem.map((text): Line => [span(text, tone)])].map(line => ({line: lineOf('  ', line)}));
}

/** What people call it: the notation of a daemon says little. */
const nameOf = (destination: string): string =>
	destination === 'docker-daemon:' ? 'Docker on this host' : destination.replace(/^docker:\/\//, '');

function stateLine(place: PublishPlace, names: readonly string[], {publishing, nowMs}: AppState): Line {
	if (publishing && names.includes(publishing.name) && publishing.destination === place.destination) {
		const {doneBytes, totalBytes} = publishing;
		const share = totalBytes === 0 ? '' : ` ${Math.floor((doneBytes / totalBytes) * 100)} %`;
		const which = names.length === 1 ? '' : `${publishing.name} `;
		return [span(`publishing ${which}${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}${share}`, 'info')];
	}
	const age = place.publishedAt === null ? '' : `  published ${formatAge(place.publishedAt, nowMs)}`;
	const summary = summaryOf(place);
	switch (summary.kind) {
		case 'looking':
			return [span('looking', 'muted')];
		case 'unknown':
			return [span('cannot be asked', 'warning'), span(age, 'muted')];
		case 'current':
			return [span('current', 'good'), span(age, 'muted')];
		case 'missing':
			return [span('not there', 'muted'), span(age, 'muted')];
		case 'behind':
			return [span(`behind: ${summary.tags.join(' ')}`, 'warning'), span(age, 'muted')];
	}
}

const noteOf = ({publishing}: AppState): Line => (publishing === null ? [] : [span('x stops', 'muted')]);

const tagsText = ({tags}: PublishDialog): string => (tags === null ? '…' : tags.join(' ') || 'none: not built yet');
