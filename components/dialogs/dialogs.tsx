import {Box} from 'ink';
import type {ReactNode} from 'react';
import {configHints, configTitles} from '../../state/composer/details.ts';
import {draftOf, type Composer} from '../../state/composer/composer.ts';
import {looksSecret} from '../../state/composer/variables.ts';
import type {AppState} from '../../state/app-state.ts';
import type {ChoiceId, Dialog, ReviewDialog, SettingsDialog, VariableDialog} from '../../state/dialogs/dialog.ts';
import {keyLabel} from '../../state/keys/key-label.ts';
import {commandTable} from '../../state/keys/key-map.ts';
import {dialogArea, settingsArea, settingsFrame} from '../../state/lists/list-areas.ts';
import {paletteChoices} from '../../state/dialogs/palette.ts';
import {sizeOfLine} from '../../state/preview/preview-rows.ts';
import {settingKeys, settingsSchema} from '../../state/settings/settings-schema.ts';
import {layoutText, type TextDialog} from '../../state/dialogs/text-dialog.ts';
import {widthOf, wrap} from '../../state/text/measure.ts';
import {formatBytes, formatChange} from '../format/sizes.ts';
import {listRows} from '../panes/pane-view.ts';
import type {Symbols} from '../theme/symbols.ts';
import {fieldLine} from '../ui/field-line.ts';
import {Frame} from '../ui/frame.tsx';
import {columns, lineOf, lineVersion, span, type Line} from '../ui/line.ts';
import {publishView} from './publish-view.ts';
import {useLook} from '../ui/look.ts';
import {keyBindingsView} from './key-bindings-view.ts';
import type {DialogView} from './dialog-view.ts';
import {bundleForm} from './bundle-form.ts';
import {MenuList} from './menu-list.tsx';
import {NamePrompt} from './name-prompt.tsx';

/** What Ink's own widgets tell the application. */
export interface Widgets {
	readonly onChoose: (value: ChoiceId) => void;
	readonly onText: (text: string) => void;
}

interface DialogLayerProps {
	readonly state: AppState;
	readonly widgets: Widgets;
}

/** What lies over the screen. */
export function DialogLayer({state, widgets}: DialogLayerProps) {
	const {symbols, isSpoken} = useLook();
	if (!state.dialog) return null;
	const {area, title, rows, note = [], footer = [], widgetRow} = viewOf(state.dialog, state, symbols);
	const frame = (
		<Frame
			area={area}
			title={[{text: title, bold: true, tone: 'focus'}]}
			note={note}
			footer={footer}
			hasFocus
			rows={rows}
			label={title}
			isOpaque
		/>
	);
	const widget = widgetRow !== undefined && widgetOf(state.dialog, area.width - 4, widgets);
	if (isSpoken) {
		return (
			<Box flexDirection="column">
				{frame}
				{widget}
			</Box>
		);
	}
	return (
		<Box position="absolute" marginLeft={area.left} marginTop={area.top}>
			{frame}
			{widget && (
				<Box position="absolute" marginLeft={2} marginTop={1 + widgetRow}>
					{widget}
				</Box>
			)}
		</Box>
	);
}

function widgetOf(dialog: Dialog, width: number, {onChoose, onText}: Widgets): ReactNode {
	if (dialog.kind === 'menu') return <MenuList choices={dialog.choices} width={width} onChoose={onChoose} />;
	if (dialog.kind !== 'delete') return null;
	return <NamePrompt text={dialog.field.text} onText={onText} />;
}

function viewOf(dialog: Dialog, state: AppState, symbols: Symbols): DialogView {
	switch (dialog.kind) {
		case 'delete':
			return {
				...promptView(
					state,
					`${dialog.what === 'image' ? 'Delete' : 'Remove bundle'} ${dialog.name}`,
					[[span(dialog.text)], [span('Type the name to confirm:', 'muted')]],
					[],
					dialog.problem,
				),
				widgetRow: 3,
			};
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
				`Export ${dialog.image}:${dialog.tag}`,
				[
					[span('oci:DIR  oci-archive:FILE  docker-archive:FILE', 'muted')],
					[span('docker-daemon:  docker://HOST/REPOSITORY', 'muted')],
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
			const lines = [...wrap(dialog.text, 56), ''].map((text): Line => [span(text, 'muted')]);
			const area = dialogArea(state.terminal, 62, lines.length + dialog.choices.length + 2);
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

/** At least one row, so that a dialog does not jump when something is refused. */
function problemLines(problem: string | null, width: number): readonly Line[] {
	return wrap(problem ?? '', width).map((text): Line => [span(text, 'error')]);
}

function variableView(dialog: VariableDialog, state: AppState, symbols: Symbols): DialogView {
	const {name, value, focus, problem} = dialog;
	const secret = looksSecret(name.text, value.text)
		? 'Looks like a secret: everyone who has the image can read it.'
		: '';
	const field = (label: string, line: Line): Line => lineOf(span(label.padEnd(7), 'muted'), line);
	const rows: Line[] = [
		[],
		field('Name', fieldLine(name, 56, focus === 'name', 'APP_ENV')),
		field('Value', fieldLine(value, 56, focus === 'value', '', symbols.newline)),
		[],
		...(problem ? problemLines(problem, 68) : [[span(secret, 'warning')]]),
	];
	return {
		area: dialogArea(state.terminal, 72, rows.length + 2),
		title: dialog.renamed === null ? 'New variable' : `Variable ${dialog.renamed}`,
		rows: rows.map(line => ({line: lineOf(' ', line)})),
	};
}

function reviewView(dialog: ReviewDialog, state: AppState, symbols: Symbols): DialogView {
	const {composer} = state;
	const isFixed = composer?.saved !== null;
	const width = Math.min(84, state.terminal.columns) - 4;
	const field = (label: string, line: Line): Line => lineOf(span(label.padEnd(13), 'muted'), line);
	const rows: Line[] = [
		field(
			'Name',
			isFixed
				? [span(dialog.name.text), span('  fixed', 'muted')]
				: fieldLine(dialog.name, width - 15, dialog.focus === 'name', 'php-api'),
		),
		field('Description', fieldLine(dialog.description, width - 15, dialog.focus === 'description', 'what it is for')),
		...problemLines(dialog.problem, width),
		...(composer ? reviewLines(composer, width, symbols) : []),
	];
	return {
		area: dialogArea(state.terminal, 84, rows.length + 2),
		title: dialog.purpose === 'build' ? 'Review and build' : 'Save',
		rows: rows.map(line => ({line: lineOf(' ', line)})),
		note: [span(dialog.purpose === 'build' ? '⏎ saves and builds' : '⏎ saves', 'muted')],
	};
}

function reviewLines(composer: Composer, width: number, symbols: Symbols): readonly Line[] {
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
					? [span(line.tags.join(' '), 'accent')]
					: [span(line.conflict?.summary ?? line.reason ?? line.status, 'error')],
				width: 'rest',
			},
		]);
	});
	return [
		...rows,
		[],
		...changesSinceSaved(composer),
		[
			span(
				`${draft.packages.length} packages, ${Object.keys(draft.env).length} variables, ${draft.bundles.length} bundles, ${draft.variant} variant`,
				'muted',
			),
		],
	];
}

/** What an edit changes against the saved composition. */
function changesSinceSaved({saved, history}: Composer): readonly Line[] {
	if (!saved) return [];
	const draft = history.present;
	const diff = (label: string, before: readonly string[], after: readonly string[]): Line[] => {
		const added = after
			.filter(text => !before.includes(text))
			.map((text): Line => [span(`+ ${label} ${text}`, 'good')]);
		const gone = before
			.filter(text => !after.includes(text))
			.map((text): Line => [span(`- ${label} ${text}`, 'error')]);
		return [...added, ...gone];
	};
	const names = (own: typeof draft) => own.packages.map(({name, version}) => (version ? `${name}=${version}` : name));
	const env = (own: typeof draft) => Object.entries(own.env).map(([name, value]) => `${name}=${value}`);
	const lines = [
		...diff('package', names(saved), names(draft)),
		...diff('variable', env(saved), env(draft)),
		...diff('bundle', saved.bundles, draft.bundles),
		...(saved.variant === draft.variant
			? []
			: [[span(`variant ${saved.variant} becomes ${draft.variant}`, 'info')] as Line]),
	];
	if (lines.length === 0) return [[span('Nothing changed since it was saved.', 'muted')]];
	return lines.length > 6 ? [...lines.slice(0, 6), [span(`and ${lines.length - 6} more changes`, 'muted')]] : lines;
}

function textView(dialog: TextDialog, state: AppState): DialogView {
	const {area, rows, labelWidth, height, top} = layoutText(dialog, state.terminal);
	const hasFilter = dialog.isTyping || dialog.filter.text !== '';
	const shown = rows
		.slice(top, top + height)
		.map((line): Line =>
			line.isHeading
				? [span(line.text, 'title')]
				: line.label === undefined
					? [span(line.text)]
					: lineOf(
							span(line.label + ' '.repeat(Math.max(2, labelWidth + 2 - widthOf(line.label))), 'key'),
							span(line.text),
						),
		);
	const none: readonly Line[] = rows.length === 0 ? [[span('Nothing matches.', 'muted')]] : [];
	return {
		area,
		title: dialog.title,
		rows: [...shown, ...none].map(line => ({line: lineOf(' ', line)})),
		note: rows.length > height ? [span(`${Math.min(rows.length, top + height)}/${rows.length}`, 'muted')] : [],
		footer: hasFilter ? lineOf(span('/ ', 'accent'), fieldLine(dialog.filter, 24, dialog.isTyping)) : [],
	};
}

function paletteView(dialog: Extract<Dialog, {kind: 'palette'}>, state: AppState, symbols: Symbols): DialogView {
	const choices = paletteChoices(dialog);
	const area = dialogArea(state.terminal, 64, Math.min(16, dialog.choices.length + 4));
	const height = area.height - 3;
	const rows = listRows(choices, dialog.cursor, height, true, (id, isAtCursor) => {
		const key = state.keyMap.find(command => command.id === id)?.keys[0] ?? '';
		return lineOf(
			isAtCursor ? span(symbols.cursor, 'accent') : ' ',
			' ',
			columns(area.width - 5, [
				{line: [span(commandTable[id].title)], width: 'rest'},
				{line: [span(keyLabel(key, state.terminal.hasUnicode), 'key')], width: 8, align: 'right'},
			]),
		);
	});
	return {
		area,
		title: 'Commands',
		rows: [{line: lineOf(span(' : ', 'accent'), fieldLine(dialog.field, area.width - 8, true))}, ...rows],
	};
}

function settingsView(dialog: SettingsDialog, state: AppState, symbols: Symbols): DialogView {
	const area = settingsFrame(state.terminal);
	const list = settingsArea(state.terminal);
	const current = settingKeys[dialog.cursor.at];
	const rows = listRows(settingKeys, dialog.cursor, list.height, dialog.field === null, (key, isAtCursor) => {
		const value = String(state.settings[key]);
		const isDefault = state.settings[key] === settingsSchema[key].default;
		const shown =
			isAtCursor && dialog.field
				? fieldLine(dialog.field, area.width - 28, true)
				: [span(value || 'not set', isDefault ? 'muted' : 'accent')];
		return lineOf(
			isAtCursor ? span(symbols.cursor, 'accent') : ' ',
			' ',
			columns(area.width - 5, [
				{line: [span(key)], width: 20},
				{line: shown, width: 'rest'},
			]),
		);
	});
	const about = current ? settingsSchema[current].description : '';
	return {
		area,
		title: 'Settings',
		rows: [
			...rows,
			{line: []},
			{line: lineOf('  ', dialog.problem ? span(dialog.problem, 'error') : span(about, 'muted'))},
		],
	};
}
