/*
 * The screens of the terminal application. Everything is drawn from one state; nothing here decides or waits: keys are
 * handled by src/app, work is done by controllers. Words: screen, pane, row, dialog, hint line.
 */
import {Box, Text} from 'ink';
import type {AppState, RepositoryState} from '../state/app-state.ts';
import {isReadOnly, screenOf} from '../state/app-state.ts';
import {draftOf, isUnsaved, paneIds} from '../state/composer/composer.ts';
import {runningBuilds} from '../state/dashboard/dashboard.ts';
import {contextsOf, focusedField} from '../state/keys/contexts.ts';
import {keyLabel} from '../state/keys/key-label.ts';
import {validCommands} from '../state/keys/key-map.ts';
import {whyNot} from '../state/keys/why-not.ts';
import {bodyArea, composerAreas, isTooSmall, smallest} from '../state/layout.ts';
import {widthOf, wrap} from '../state/text/measure.ts';
import {DialogLayer, type Widgets} from './dialogs/dialog-layer.tsx';
import {formatAge, formatBytes} from './format/sizes.ts';
import {BuildsPane} from './panes/builds-pane.tsx';
import {EditPane} from './panes/edit-pane.tsx';
import {FilesScreen} from './panes/files-screen.tsx';
import {GalleryScreen} from './panes/gallery-screen.tsx';
import {ImageScreen} from './panes/image-screen.tsx';
import {LogScreen} from './panes/log-screen.tsx';
import {PreviewPane} from './panes/preview-pane.tsx';
import {paneSummary} from './panes/pane-summary.ts';
import {StartersScreen} from './panes/starters-screen.tsx';
import {columns, lineOf, lineWidth, span, type Line} from './ui/line.ts';
import {useLook} from './ui/look.ts';
import {Row} from './ui/row.tsx';

export function AppView({state, widgets}: {readonly state: AppState; readonly widgets: Widgets}) {
	const {isSpoken} = useLook();
	const {columns: width, rows: height} = state.terminal;
	if (isTooSmall(state)) {
		return (
			<Box width={width} height={height} alignItems="center" justifyContent="center">
				<Text wrap="truncate">{`Too small: ${width}×${height}, needs ${smallest.columns}×${smallest.rows}`}</Text>
			</Box>
		);
	}
	if (isSpoken) return <SpokenView state={state} widgets={widgets} />;
	return (
		<Box flexDirection="column" width={width} height={height}>
			<Row line={titleLine(state, width)} width={width} />
			<Box height={height - 2} flexShrink={0}>
				<ScreenView state={state} />
			</Box>
			<Row line={hintLine(state, width)} width={width} />
			<DialogLayer state={state} widgets={widgets} />
			<LongNotice state={state} width={width} height={height} />
		</Box>
	);
}

/** A notice of more than one line lies over what is above the last one: a reason is never cut. */
function LongNotice({
	state,
	width,
	height,
}: {
	readonly state: AppState;
	readonly width: number;
	readonly height: number;
}) {
	const {notice, waiting} = state;
	const texts = notice && waiting === null ? wrap(notice.text, width - 2) : [];
	if (!notice || texts.length < 2) return null;
	const rows = texts.slice(0, mostNoticeRows);
	return (
		<Box position="absolute" flexDirection="column" marginTop={height - rows.length}>
			{rows.map((text, at) => (
				// oxlint-disable-next-line react/no-array-index-key -- rows have no identity but their place
				<Row key={at} line={[span(` ${text}`, notice.tone)]} width={width} />
			))}
		</Box>
	);
}

const mostNoticeRows = 5;

/** For who listens: what lies below a dialog is not there. */
function SpokenView({state, widgets}: {readonly state: AppState; readonly widgets: Widgets}) {
	const {columns: width} = state.terminal;
	return (
		<Box flexDirection="column">
			<Row line={titleLine(state, width)} width={width} />
			{state.dialog ? <DialogLayer state={state} widgets={widgets} /> : <ScreenView state={state} />}
			<Row line={hintLine(state, width)} width={width} />
		</Box>
	);
}

function ScreenView({state}: {readonly state: AppState}) {
	const body = bodyArea(state);
	switch (screenOf(state)) {
		case 'gallery':
			return <GalleryScreen state={state} />;
		case 'starters':
			return <StartersScreen state={state} />;
		case 'image':
			return <ImageScreen state={state} />;
		case 'builds':
			return <BuildsPane state={state} area={body} hasFocus={!state.dialog} paneKey="" />;
		case 'files':
			return <FilesScreen state={state} />;
		case 'log':
			return <LogScreen state={state} />;
		case 'composer':
			return <ComposerScreen state={state} />;
	}
}

function ComposerScreen({state}: {readonly state: AppState}) {
	const {isSpoken} = useLook();
	const {composer} = state;
	if (!composer) return null;
	const body = bodyArea(state);
	const areas = composerAreas(body, composer.pane, composer.isZoomed || isSpoken);
	const has = (pane: typeof composer.pane) => composer.pane === pane && !state.dialog;
	const edit = areas.edit && <EditPane state={state} composer={composer} area={areas.edit} hasFocus={has('edit')} />;
	const preview = areas.preview && (
		<PreviewPane state={state} composer={composer} area={areas.preview} hasFocus={has('preview')} />
	);
	const builds = areas.builds && <BuildsPane state={state} area={areas.builds} hasFocus={has('builds')} paneKey="3" />;
	if (isSpoken) {
		return (
			<Box flexDirection="column">
				{edit ?? preview ?? builds}
				{paneIds
					.filter(id => id !== composer.pane)
					.map(id => (
						<Text key={id}>{paneSummary(id, state, composer)}</Text>
					))}
			</Box>
		);
	}
	const isTwoColumns = areas.edit && areas.preview && areas.builds && areas.preview.left === areas.builds.left;
	if (isTwoColumns && areas.preview?.left !== 0) {
		return (
			<Box>
				{edit}
				<Box flexDirection="column">
					{preview}
					{builds}
				</Box>
			</Box>
		);
	}
	return (
		<Box flexDirection={areas.preview?.left === 0 ? 'column' : 'row'}>
			{edit}
			{preview}
			{builds}
		</Box>
	);
}

/** Where one is on the left, how the package lists are on the right. */
function titleLine(state: AppState, width: number): Line {
	// On a narrow screen where one is goes before lists that are as they should be.
	const isCalm = state.repository.kind === 'ready' && width < 60;
	const right =
		state.watching || isCalm
			? mouseText(state)
			: lineOf(mouseText(state), repositoryText(state.repository, state.nowMs), ' ');
	const room = width - lineWidth(right) - 1;
	return columns(width, [
		{line: lineOf(' ', {text: 'slipway', bold: true, tone: 'accent'}, placeText(state)), width: Math.max(9, room)},
		{line: right, width: 'rest', align: 'right'},
	]);
}

function placeText(state: AppState): Line {
	const screen = screenOf(state);
	const {composer} = state;
	const readOnly = isReadOnly(state) ? span('  read-only', 'warning') : '';
	if (screen === 'composer' && composer) {
		const draft = draftOf(composer);
		return lineOf(
			span('  '),
			{text: draft.name || 'new image', bold: true},
			span(` from ${draft.starter}`, 'muted'),
			isUnsaved(composer) ? span(' unsaved', 'warning') : '',
			readOnly,
		);
	}
	if (state.watching) return lineOf(readOnly, span('  watching', 'muted'));
	const running = runningBuilds(state.dashboard).length;
	return lineOf(readOnly, running > 0 && screen !== 'builds' ? span(`  ${running} building`, 'info') : '');
}

const mouseText = ({terminal, settings}: AppState): Line =>
	settings.mouse && !terminal.hasMouse ? [span('mouse is the terminal’s  ', 'muted')] : [];

function repositoryText(repository: RepositoryState, nowMs: number): Line {
	switch (repository.kind) {
		case 'checking':
			return [span('looking at the package lists', 'muted')];
		case 'refreshing': {
			const {doneBytes, totalBytes} = repository;
			const amount = totalBytes
				? `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`
				: doneBytes > 0
					? formatBytes(doneBytes)
					: '';
			return [span(`refreshing ${repository.what} ${amount}`.trimEnd(), 'info')];
		}
		case 'ready':
			return repository.refreshedAtMs === null
				? [span('package lists ready', 'muted')]
				: [span(`package lists of ${formatAge(new Date(repository.refreshedAtMs).toISOString(), nowMs)}`, 'muted')];
		case 'offline':
			return [span('offline: package lists from the cache', 'warning')];
		case 'failed':
			return [span('no package lists', 'error')];
	}
}

/** What was done last, else the keys that are valid now. */
function hintLine(state: AppState, width: number): Line {
	if (state.waiting !== null) {
		return [span(` ${state.waiting}: one moment  `, 'info'), span('esc', 'key'), span(' stops waiting', 'muted')];
	}
	if (state.notice) return [span(` ${state.notice.text}`, state.notice.tone)];
	if (!state.settings.hints) return [];
	const valid = validCommands(state.keyMap, contextsOf(state), focusedField(state) !== null);
	const hints = valid
		.filter(({id, hint}) => hint !== undefined && whyNot(state, id) === null)
		// What Enter does is what the place is for.
		.toSorted((a, b) => Number(b.keys[0] === 'enter') - Number(a.keys[0] === 'enter'))
		.map(({id, keys, hint = ''}) => ({id, hint, key: keyLabel(keys[0] ?? '', state.terminal.hasUnicode)}));
	const cellsOf = ({key, hint}: (typeof hints)[number]) => widthOf(key) + widthOf(hint) + 3;
	// Where there is help, its key is always shown: it leads to the others.
	const help = hints.find(({id}) => id === 'help/open');
	let room = width - 1 - (help ? cellsOf(help) : 0);
	const shown = hints.filter(own => {
		if (own === help || room < 0) return false;
		room -= cellsOf(own);
		return room >= 0;
	});
	const parts = [...shown, ...(help ? [help] : [])].map(({key, hint}): Line => [
		span(key, 'key'),
		span(` ${hint}  `, 'muted'),
	]);
	return lineOf(' ', ...parts);
}
