import type {AppState} from '../../state/app-state.ts';
import {changesSinceSaved} from '../../state/composer/changes-since-saved.ts';
import {changesSinceBuild} from '../../state/composer/changes-since-build.ts';
import {draftOf, type Composer} from '../../state/composer/composer.ts';
import type {ReviewDialog} from '../../state/dialogs/dialog.ts';
import {sortedTags} from '../../state/gallery/gallery.ts';
import {dialogArea} from '../../state/lists/list-areas.ts';
import {sizeOfLine} from '../../state/preview/preview-rows.ts';
import {count, formatBytes, formatChange} from '../format/sizes.ts';
import type {Symbols} from '../theme/symbols.ts';
import {fieldLine} from '../ui/field-line.ts';
import {columns, lineOf, lineVersion, span, type Line} from '../ui/line.ts';
import type {DialogView} from './dialog-view.ts';
import {problemLines} from './problem-lines.ts';

/** The last look before an image is saved or built: what each line becomes, and what an edit changes. */
export function reviewView(dialog: ReviewDialog, state: AppState, symbols: Symbols): DialogView {
	const {composer} = state;
	const isFixed = composer?.saved !== null;
	const starter = composer ? draftOf(composer).starter : 'image';
	const width = Math.min(84, state.terminal.columns) - 4;
	const field = (label: string, line: Line): Line => lineOf(span(label.padEnd(13), 'muted'), line);
	const rows: Line[] = [
		field(
			'Name',
			isFixed
				? [span(dialog.name.text), span('  fixed', 'muted')]
				: fieldLine(dialog.name, width - 15, dialog.focus === 'name', `my-${starter}`),
		),
		field('Description', fieldLine(dialog.description, width - 15, dialog.focus === 'description', 'what it is for')),
		...problemLines(dialog.problem, width),
		...(composer ? reviewLines(composer, width, state.terminal.rows - 2 - 2 - 3, symbols) : []),
	];
	return {
		area: dialogArea(state.terminal, 84, rows.length + 2),
		title: dialog.purpose === 'build' ? 'Review and build' : 'Save',
		rows: rows.map(line => ({line: lineOf(' ', line)})),
		note: [span(dialog.purpose === 'build' ? '⏎ saves and builds' : '⏎ saves', 'muted')],
	};
}

/** @param most rows that the dialog has room for */
function reviewLines(composer: Composer, width: number, most: number, symbols: Symbols): readonly Line[] {
	const {plan, status, problem} = composer.preview;
	if (status === 'refused') return [[span(problem ?? '', 'error')]];
	if (!plan || status === 'planning') return [[span('Planning every line', 'muted')]];
	const draft = draftOf(composer);
	const rows = plan.lines.map(line => {
		const size = sizeOfLine(line);
		const isOk = line.status === 'ok';
		return columns(width, [
			{
				line: [
					span(
						isOk ? symbols.done : line.status === 'conflict' ? symbols.failed : symbols.stopped,
						isOk ? 'good' : 'error',
					),
				],
				width: 1,
			},
			{line: lineVersion(line.line, line.version), width: 16},
			{line: [span(size ? formatBytes(size.installedBytes) : '')], width: 9, align: 'right'},
			{line: [span(size ? formatChange(size.addedBytes) : '', 'muted')], width: 9, align: 'right'},
			{
				line: isOk
					? [span(sortedTags(line.tags).join(' '), 'accent')]
					: [span(line.conflict?.summary ?? line.reason ?? line.status, 'error')],
				width: 'rest',
			},
		]);
	});
	const edits = editRows(composer);
	const room = most - rows.length - edits.length - 3;
	return [
		...rows,
		[],
		...edits,
		...builtChanges(composer, width, room),
		[
			span(
				[
					count(draft.packages.length, 'package'),
					count(Object.keys(draft.env).length, 'variable'),
					count(draft.bundles.length, 'bundle'),
					`${draft.variant} variant`,
				].join(', '),
				'muted',
			),
		],
	];
}

/** What the build would change in the images that the last one made: as many packages as there is room for. */
function builtChanges({lastBuild, preview}: Composer, width: number, room: number): readonly Line[] {
	if (!lastBuild || !preview.plan) return [];
	const changes = changesSinceBuild(lastBuild, preview.plan);
	if (changes.length === 0) return [[span('The same packages as in the last build.', 'muted')]];
	const shown = changes.length <= room ? changes : changes.slice(0, Math.max(0, room - 1));
	const isEveryLine = (lines: readonly string[]) => lines.length === lastBuild.lines.length;
	return [
		[span(`Against the last build: ${count(changes.length, 'package')}`, 'title')],
		...shown.map(({name, before, after, lines}) =>
			columns(width, [
				{
					line:
						before === null
							? [span(`+ ${name}`, 'good')]
							: after === null
								? [span(`- ${name}`, 'error')]
								: [span(`~ ${name}`, 'warning')],
					width: Math.floor(width * 0.4),
				},
				{
					line:
						before !== null && after !== null
							? [span(before, 'muted'), span(' → '), span(after)]
							: [span(after ?? before ?? '', 'muted')],
					width: 'rest',
				},
				{line: [span(isEveryLine(lines) ? '' : lines.join(' '), 'muted')], width: 10, align: 'right'},
			]),
		),
		...(shown.length < changes.length
			? [[span(`and ${changes.length - shown.length} more packages`, 'muted')] as Line]
			: []),
	];
}

/** What an edit changes against the saved composition. */
function editRows({saved, history}: Composer): readonly Line[] {
	if (!saved) return [];
	const signs = {added: ['+', 'good'], removed: ['-', 'error'], changed: ['~', 'warning']} as const;
	const rows = changesSinceSaved(saved, history.present).map(({kind, text}): Line => {
		const [sign, tone] = signs[kind];
		return [span(`${sign} ${text}`, tone)];
	});
	if (rows.length === 0) return [[span('Nothing changed since it was saved.', 'muted')]];
	return rows.length > 6 ? [...rows.slice(0, 6), [span(`and ${rows.length - 6} more changes`, 'muted')]] : rows;
}
