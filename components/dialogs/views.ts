import {exportTitle} from '../../state/dialogs/export-dialog.ts';
import {configHints, configTitles} from '../../state/composer/details.ts';
import type {AppState} from '../../state/app-state.ts';
import type {Dialog} from '../../state/dialogs/dialog.ts';
import {dialogArea} from '../../state/lists/list-areas.ts';
import {wrap} from '../../state/text/measure.ts';
import type {Symbols} from '../theme/symbols.ts';
import {fieldLine} from '../ui/field-line.ts';
import {lineOf, span, type Line} from '../ui/line.ts';
import {bundleForm} from './bundle-form.ts';
import type {DialogView} from './dialog-view.ts';
import {keyBindingsView} from './key-bindings-view.ts';
import {paletteView} from './palette-view.ts';
import {problemLines} from './problem-lines.ts';
import {publishView} from './publish-view.ts';
import {reviewView} from './review-view.ts';
import {settingsView} from './settings-view.ts';
import {textView} from './text-view.ts';
import {variableView} from './variable-view.ts';

/** What a dialog shows. */
export function viewOf(dialog: Dialog, state: AppState, symbols: Symbols): DialogView {
	switch (dialog.kind) {
		case 'delete': {
			const text = wrap(dialog.text, Math.min(64, state.terminal.columns - 4));
			return {
				...promptView(
					state,
					`${dialog.what === 'image' ? 'Delete' : 'Remove bundle'} ${dialog.name}`,
					[
						...text.map((own): Line => [span(own)]),
						[span(`Type ${dialog.names.length === 1 ? 'the name' : `“${dialog.name}”`} to confirm:`, 'muted')],
					],
					[],
					dialog.problem,
				),
				widgetRow: text.length + 2,
			};
		}
		case 'duplicate':
			return promptView(
				state,
				`Duplicate ${dialog.name}`,
				[[span('Name of the copy:', 'muted')]],
				lineOf(span('> ', 'accent'), fieldLine(dialog.field, 60, true)),
				dialog.problem,
			);
		case 'detail':
			return promptView(
				state,
				configTitles[dialog.name],
				[[span(configHints[dialog.name])], [span('Empty takes what the starter has.', 'muted')]],
				lineOf(span('> ', 'accent'), fieldLine(dialog.field, 60, true)),
				dialog.problem,
			);
		case 'export':
			return promptView(
				state,
				exportTitle(dialog.images),
				[
					[
						span(
							dialog.images.length === 1
								? 'docker-archive:FILE  oci-archive:FILE  oci:FOLDER:TAG'
								: 'docker-archive:FOLDER  oci-archive:FOLDER  oci:FOLDER',
							'muted',
						),
					],
				],
				lineOf(span('> ', 'accent'), fieldLine(dialog.field, 60, true)),
				dialog.problem,
			);
		case 'bundle': {
			const {title, rows} = bundleForm(dialog, Math.min(72, state.terminal.columns) - 4);
			const all = [...rows, ...problemLines(dialog.problem, Math.min(72, state.terminal.columns) - 4)];
			return {
				area: dialogArea(state.terminal, 72, all.length + 2),
				title,
				rows: all.map(line => ({line: lineOf(' ', line)})),
				note: [span('⏎ adds', 'muted')],
			};
		}
		case 'variable':
			return variableView(dialog, state, symbols);
		case 'review':
			return reviewView(dialog, state, symbols);
		case 'text':
			return textView(dialog, state);
		case 'palette':
			return paletteView(dialog, state, symbols);
		case 'menu': {
			const tone = dialog.edit ? 'error' : 'muted';
			const wanted = Math.min(dialog.edit ? 96 : 62, state.terminal.columns);
			// The choices are always seen, also below a long text.
			const room = Math.max(1, state.terminal.rows - 2 - 2 - 1 - dialog.choices.length);
			const text = wrap(dialog.text, wanted - 6);
			const lines = [...text.slice(0, room), ''].map((own): Line => [span(own, tone)]);
			const area = dialogArea(state.terminal, wanted, lines.length + dialog.choices.length + 2);
			return {
				area,
				title: dialog.title,
				rows: lines.map(line => ({line: lineOf(' ', line)})),
				widgetRow: lines.length,
				note: [span('⏎ chooses', 'muted')],
			};
		}
		case 'keys':
			return keyBindingsView(dialog, state, symbols);
		case 'settings':
			return settingsView(dialog, state, symbols);
		case 'publish':
			return publishView(dialog, state, symbols);
	}
}

function promptView(
	state: AppState,
	title: string,
	text: readonly Line[],
	field: Line,
	problem: string | null,
): DialogView {
	const rows: Line[] = [...text, [], field, ...problemLines(problem, 64)];
	return {
		area: dialogArea(state.terminal, 68, rows.length + 2),
		title,
		rows: rows.map(line => ({line: lineOf(' ', line)})),
	};
}
