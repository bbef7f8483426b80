import {isReadOnly, screenOf, startersOf, type AppState} from '../app-state.ts';
import {copyOf} from '../card/card-rows.ts';
import {openCardOf} from '../card/current-row.ts';
import type {FileRow} from '../card/file-tree.ts';
import {
	bundleAtCursor,
	detailAtCursor,
	previewRowAtCursor,
	searchRowAtCursor,
	variableAtCursor,
} from '../composer/rows-at-cursor.ts';
import {buildRowAtCursor, currentBuild, currentSuggestions} from '../dashboard/current-build.ts';
import {hasErrors} from '../dashboard/log-view.ts';
import {paletteChoices} from '../dialogs/palette.ts';
import {currentImage, currentLine} from '../gallery/current-image.ts';
import {galleryRows} from '../gallery/gallery.ts';
import {hasSelection, selectedImages, selectedTags} from '../gallery/selected-images.ts';
import {listFilter} from '../lists/list-filter.ts';
import {focusedList} from '../lists/lists-of.ts';
import {settingAtCursor} from '../settings/setting-rows.ts';
import {settingsSchema} from '../settings/settings-schema.ts';
import {pickerRows} from '../starters/starter-picker.ts';
import type {CommandDefinition} from './command-definition.ts';
import {commandTable, type CommandId} from './key-map.ts';

/**
 * Why a command would do nothing now, as a sentence that says what to do instead; null: it can act. Hints leave such keys
 * out, the help lists them last, and who presses one reads the reason.
 */
export function whyNot(state: AppState, id: CommandId): string | null {
	if (isReadOnly(state) && isWriting(id)) return readOnlyReason(state);
	const group = id.slice(0, id.indexOf('/'));
	switch (group) {
		case 'image':
		case 'publish':
		case 'gallery':
			return whyNotImage(state, id);
		case 'card':
			return whyNotCard(state, id);
		case 'build':
			return whyNotBuild(state, id);
		case 'log':
			return whyNotLog(state, id);
		case 'package':
		case 'search':
		case 'preview':
		case 'variable':
		case 'composer':
		case 'detail':
			return whyNotComposer(state, id);
		case 'bundle':
			return id === 'bundle/add' || bundleAtCursor(state) ? null : 'There is no file bundle here: n adds one.';
		default:
			return whyNotElse(state, id);
	}
}

const isWriting = (id: CommandId): boolean => (commandTable[id] as CommandDefinition).isWriting === true;

/** A setting made here could not be taken back here. */
const readOnlyReason = ({startedReadOnly}: AppState): string =>
	startedReadOnly
		? 'Read-only: begin without --read-only to change anything.'
		: 'Read-only: `slipway config set readOnly false` allows changes again.';

/** What a container would read there, if anything. */
function whyNotRead({isFolder, file}: FileRow): string | null {
	if (isFolder || !file) return null;
	switch (file.kind) {
		case 'link':
			return `It is a link to ${file.target ?? ''}.`;
		case 'device':
			return 'It is a device: there is nothing to read.';
		case 'whiteout':
			return 'It only takes away what a lower layer has there.';
		case 'file':
			return unless(file.sizeBytes > 0, 'The file is empty.');
		case 'hard-link':
		case 'folder':
			return null;
	}
}

const unless = (can: boolean, why: string): string | null => (can ? null : why);

function whyNotElse(state: AppState, id: CommandId): string | null {
	const {dialog} = state;
	switch (id) {
		case 'screen/back': {
			const canGoBack = state.screens.length > 1 || (listFilter(state)?.field.text ?? '') !== '' || hasSelection(state);
			return unless(canGoBack, 'This is the first screen: q leaves the program.');
		}
		case 'starter/choose':
			return unless(
				pickerRows(state.picker, startersOf(state))[state.picker.cursor.at] !== undefined,
				'There is no starter to begin from.',
			);
		case 'list/filter':
			return whyNotFilter(state);
		case 'palette/run':
		case 'palette/complete':
			return unless(dialog?.kind !== 'palette' || paletteChoices(dialog).length > 0, 'No command matches.');
		case 'setting/reset': {
			const key = dialog?.kind === 'settings' ? settingAtCursor(dialog) : undefined;
			return unless(
				key !== undefined && state.settings[key] !== settingsSchema[key].default,
				'It has its default already.',
			);
		}
		default:
			return null;
	}
}

function whyNotFilter(state: AppState): string | null {
	const filter = listFilter(state);
	const isEmpty = filter?.field.text === '' && (focusedList(state)?.count ?? 0) === 0;
	return unless(!isEmpty || isListOnItsWay(state), 'There is nothing to filter yet.');
}

/** What is typed ahead of a list is not refused for its being empty still. */
function isListOnItsWay(state: AppState): boolean {
	switch (screenOf(state)) {
		case 'gallery':
			return state.gallery.images === null;
		case 'starters':
			return state.starters.kind === 'waiting';
		case 'files':
			return state.bundles.kind === 'unknown';
		case 'composer':
			return state.composer?.pane === 'preview' && state.composer.preview.plan === null;
		default:
			return false;
	}
}

function whyNotImage(state: AppState, id: CommandId): string | null {
	switch (id) {
		case 'image/new':
			return null;
		case 'gallery/sort':
			return unless(
				state.gallery.images === null || galleryRows(state.gallery).length > 1,
				'There is nothing to sort.',
			);
		case 'publish/built':
			return unless(
				buildRowAtCursor(state)?.entry.status.endsWith('created') === true,
				'Only what was built can be published.',
			);
		case 'publish/go':
		case 'publish/new': {
			const {dialog} = state;
			if (dialog?.kind !== 'publish') return null;
			if (state.publishing) return 'Something is being published: x stops it.';
			return unless((dialog.tags ?? []).length > 0, 'There is nothing to publish yet: build it first.');
		}
		case 'publish/stop':
			return unless(state.publishing !== null, 'Nothing is being published.');
		default: {
			if (!currentImage(state)) {
				return state.gallery.filter.text === '' ? 'There is no image here yet: n begins one.' : 'No image matches.';
			}
			if (isForOne(id) && selectedImages(state).length > 1) return 'One image at a time: esc takes the marks away.';
			const needsBuild = id === 'image/copy-reference' || id === 'image/export';
			const has = hasSelection(state) ? selectedTags(state).length > 0 : currentLine(state) !== null;
			return unless(!needsBuild || has, 'It was not built yet: b builds it.');
		}
	}
}

const isForOne = (id: CommandId): boolean =>
	id === 'image/edit' || id === 'image/edit-text' || id === 'image/duplicate';

function whyNotCard(state: AppState, id: CommandId): string | null {
	const open = openCardOf(state);
	if (!open) return null;
	const {row, image} = open;
	switch (id) {
		case 'card/open':
			switch (row?.kind) {
				case 'heading':
				case 'fact':
				case 'change':
				case 'text':
				case undefined:
					return 'There is nothing to open in this row.';
				case 'file':
					return whyNotRead(row.file);
				default:
					return null;
			}
		case 'card/copy':
			return unless(
				row !== undefined && Boolean(copyOf(row, image, state.tenant)),
				'There is nothing to copy in this row.',
			);
		case 'card/next-line':
		case 'card/previous-line':
			return unless(image.lines.length > 1, 'There is no other line.');
		default:
			return null;
	}
}

function whyNotBuild(state: AppState, id: CommandId): string | null {
	if (id === 'build/follow') return null;
	if (id === 'build/clear-queue') return unless(state.dashboard.queued.length > 0, 'No image waits to be built.');
	const current = currentBuild(state);
	if (!current) return 'There is no build here yet.';
	const {entry, line} = current;
	switch (id) {
		case 'build/cancel':
			return unless(entry.status === 'in progress', 'This build has ended.');
		case 'build/cancel-line': {
			if (entry.status !== 'in progress') return 'This build has ended.';
			if (!line) return 'Put the cursor on a line, or cancel the build with X.';
			return unless(line.status === 'running' || line.status === 'waiting', 'This line has ended.');
		}
		case 'build/fix':
			if (currentSuggestions(state).length === 0) return 'There is nothing to suggest here.';
			return unless(
				!state.watching,
				`Here builds are only watched: \`slipway edit ${entry.image}\` changes the composition.`,
			);
		case 'build/again':
			return unless(!state.watching, `Here builds are only watched: \`slipway build ${entry.image}\` builds.`);
		default:
			return null;
	}
}

function whyNotLog(state: AppState, id: CommandId): string | null {
	const {log, dashboard} = state;
	if (!log) return null;
	const lines = dashboard.builds.find(({build}) => build === log.build)?.logs[log.line] ?? [];
	switch (id) {
		case 'log/next':
		case 'log/previous':
			return unless(log.view.search.text !== '', 'Search first: /');
		case 'log/error':
		case 'log/error-before':
			return unless(hasErrors(lines), 'There is no error in this log.');
		case 'log/copy':
		case 'log/save':
			return unless(lines.length > 0, 'Nothing was logged yet.');
		default:
			return null;
	}
}

function whyNotComposer(state: AppState, id: CommandId): string | null {
	const {composer} = state;
	if (!composer) return null;
	switch (id) {
		case 'detail/edit':
			return unless(
				detailAtCursor(state)?.kind !== 'test',
				'Tests are written in the composition: E opens it in $EDITOR.',
			);
		case 'package/toggle':
		case 'search/toggle':
		case 'package/range':
			return unless(searchRowAtCursor(state) !== undefined, 'Search for a package first.');
		case 'package/pin': {
			const row = searchRowAtCursor(state);
			if (row?.kind !== 'member') return 'Only a package can be pinned, not a family.';
			return unless(row.family.blocked === null, 'The starter has this package already.');
		}
		case 'variable/edit':
		case 'variable/remove':
			return unless(variableAtCursor(state) !== undefined, 'There is no variable yet: n adds one.');
		case 'composer/undo':
			return unless(composer.history.past.length > 0, 'There is nothing to undo.');
		case 'composer/redo':
			return unless(composer.history.future.length > 0, 'There is nothing to redo.');
		case 'preview/apply':
			return unless(
				composer.preview.plan?.lines.some(({conflict}) => conflict && conflict.suggestions.length > 0) === true,
				'There is nothing to suggest.',
			);
		case 'preview/toggle':
		case 'preview/remove':
		case 'preview/why':
			return whyNotRow(state, id);
		default:
			return null;
	}
}

const ofBaseline = ({composer}: AppState, name: string): string => {
	const from = composer?.inherited?.from ?? [];
	const one = from.length === 1 ? (from[0] ?? '') : 'NAME';
	return `${name} comes from ${from.join(' or ')}: \`slipway edit ${one}\` changes it there.`;
};

/** What the row under the preview's cursor does not allow. */
function whyNotRow(state: AppState, id: 'preview/toggle' | 'preview/remove' | 'preview/why'): string | null {
	const row = previewRowAtCursor(state);
	switch (id) {
		case 'preview/toggle':
			return unless(row?.kind === 'folder' || row?.kind === 'suggestion', 'Only folders unfold.');
		case 'preview/why':
			return unless(
				row?.kind === 'package' || row?.kind === 'conflict' || row?.kind === 'collision',
				'Put the cursor on a package or a conflict to see why.',
			);
		case 'preview/remove':
			switch (row?.kind) {
				case 'package': {
					if (row.isInherited) return ofBaseline(state, row.name);
					const why = row.folder === 'starter' ? 'comes with the starter' : 'is a dependency: y shows of what';
					return unless(row.canRemove, `${row.name} cannot be removed: it ${why}.`);
				}
				case 'variable':
				case 'bundle':
					return row.isInherited ? ofBaseline(state, row.name) : null;
				default:
					return 'Put the cursor on what is to be removed.';
			}
	}
}
