import {closeScreen, screenOf, starterNamed, type AppState} from '../../../../state/app-state.ts';
import {draftOf, editDraft, nextOf} from '../../../../state/composer/composer.ts';
import {setConfig} from '../../../../state/composer/details.ts';
import {nameProblem, setVariable, starterVariables} from '../../../../state/composer/draft.ts';
import {variableProblem} from '../../../../state/composer/variables.ts';
import {destinationFor, type PublishDialog} from '../../../../state/dialogs/publish-dialog.ts';
import {
	bundleFields,
	type DeleteDialog,
	type Dialog,
	type ReviewDialog,
	type VariableDialog,
} from '../../../../state/dialogs/dialog.ts';
import {paletteChoices, paletteCommands} from '../../../../state/dialogs/palette.ts';
import {emptyField, fieldOf} from '../../../../state/fields/text-field.ts';
import {contextsOf} from '../../../../state/keys/contexts.ts';
import {commandTable} from '../../../../state/keys/key-map.ts';
import {whyNot} from '../../../../state/keys/why-not.ts';
import {listFilter} from '../../../../state/lists/list-filter.ts';
import {firstRow, moveCursor} from '../../../../state/lists/list-window.ts';
import {withoutSelection} from '../../../../state/gallery/selected-images.ts';
import {SlipwayError} from '../../../base/errors.ts';
import {parseDestination} from '../../../publish/destination.ts';
import {checkImageName} from '../../../plan/composition/composition-rules.ts';
import {count} from '../../../../components/format/sizes.ts';
import {passingLines} from '../../../../state/dialogs/text-dialog.ts';
import {notify, noticeText, isCancelled, type App} from '../../controllers/app.ts';
import {copyText} from '../../controllers/copy.ts';
import type {Parts, SomeCommands} from '../parts.ts';
import {publishTo} from './publish-commands.ts';
import {focusBuild} from './build-commands.ts';
import {acceptBundle} from './bundle-commands.ts';
import {acceptExportDialog} from './export-commands.ts';

const close = (app: App): void => app.store.update(state => ({...state, dialog: null}));

const refuse = (app: App, problem: string): void =>
	app.store.update(state =>
		state.dialog && 'problem' in state.dialog
			? {...state, dialog: {...state.dialog, problem}}
			: {...state, notice: {text: problem, tone: 'error'}},
	);

function accept(parts: Parts): void {
	const {app} = parts;
	const {dialog} = app.store.get();
	switch (dialog?.kind) {
		case 'delete':
			acceptDelete(parts, dialog);
			return;
		case 'duplicate':
			acceptDuplicate(parts, dialog);
			return;
		case 'detail':
			acceptDetail(app, dialog);
			return;
		case 'export':
			acceptExportDialog(app, dialog, problem => refuse(app, problem));
			return;
		case 'bundle':
			parts.hold('File bundle', () => acceptBundle(parts, dialog));
			return;
		case 'variable':
			acceptVariable(app, dialog);
			return;
		case 'review':
			parts.hold('Save', signal => acceptReview(parts, dialog, signal));
			return;
		case 'settings':
			parts.runCommand('setting/change');
			return;
		case 'publish':
			acceptPlace(parts, dialog);
			return;
		default:
	}
}

function acceptPlace(parts: Parts, {names, field}: PublishDialog): void {
	// The field begins with docker://, and so does what is pasted into it.
	const destination = (field?.text.trim() ?? '').replace(/^docker:\/\/(?=[a-z-]+:\/?)/u, '');
	try {
		for (const name of names) parseDestination(destinationFor(destination, names, name));
	} catch (error) {
		refuse(parts.app, noticeText(error));
		return;
	}
	publishTo(parts, names, destination);
}

function acceptDelete({app, images, drafts, hold}: Parts, dialog: DeleteDialog): void {
	const {name, names, field, what} = dialog;
	if (field.text !== name) {
		refuse(app, `This is not ${name}.`);
		return;
	}
	hold(`Delete ${name}`, async () => {
		close(app);
		if (what === 'bundle') {
			await app.services.bundles?.remove(name);
			await images.loadBundles();
			notify(app, `The bundle ${name} was removed`, 'good');
			return;
		}
		// One that others extend stays, and does not keep the rest.
		const kept: string[] = [];
		for (const own of names) {
			try {
				await images.remove(own);
				await drafts.drop(own);
			} catch (error) {
				if (!(error instanceof SlipwayError) || isCancelled(error)) throw error;
				kept.push(noticeText(error));
			}
		}
		app.store.update(state => withoutSelection(screenOf(state) === 'image' ? closeScreen(state) : state));
		const gone = names.length - kept.length;
		const said = names.length === 1 || kept.length === 0 ? name : `${gone} of ${names.length} images`;
		if (kept.length > 0) notify(app, [...(gone > 0 ? [`${said} were deleted.`] : []), ...kept].join(' '), 'error');
		else notify(app, `${said} ${names.length === 1 ? 'was' : 'were'} deleted`, 'good');
	});
}

function acceptDetail(app: App, {name, field}: Extract<Dialog, {kind: 'detail'}>): void {
	const {composer} = app.store.get();
	if (!composer) return;
	const set = setConfig(draftOf(composer), name, field.text);
	if (set.kind === 'refused') {
		refuse(app, set.reason);
		return;
	}
	app.store.update(now => ({...now, dialog: null, composer: now.composer && editDraft(now.composer, set.draft)}));
}

function acceptDuplicate({app, images, hold}: Parts, {name, field}: Extract<Dialog, {kind: 'duplicate'}>): void {
	const problem =
		checkImageName(field.text) ??
		(isTaken(app.store.get(), field.text) ? `There is a private image “${field.text}” already.` : null);
	if (problem) {
		refuse(app, problem);
		return;
	}
	hold('Duplicate', async () => {
		await images.duplicate(name, field.text);
		close(app);
		notify(app, `${field.text} is a copy of ${name}`, 'good');
	});
}

const isTaken = (state: AppState, name: string): boolean =>
	state.gallery.images?.some(image => image.name === name) ?? false;

function acceptVariable(app: App, dialog: VariableDialog): void {
	const state = app.store.get();
	if (!state.composer) return;
	if (dialog.focus === 'name' && dialog.value.text === '') {
		app.store.update(now => ({...now, dialog: {...dialog, focus: 'value', problem: null}}));
		return;
	}
	const draft = draftOf(state.composer);
	const variable = {name: dialog.name.text.trim(), value: dialog.value.text};
	const own = starterVariables(draft, starterNamed(state, draft.starter));
	const problem = variableProblem(variable, draft.env, own, dialog.renamed);
	if (problem) {
		refuse(app, problem);
		return;
	}
	app.store.update(now => ({
		...now,
		dialog: null,
		composer: now.composer && editDraft(now.composer, setVariable(draftOf(now.composer), variable, dialog.renamed)),
	}));
}

/** Saves, and builds if that was the wish. The dialog stays open with the reason if it cannot be. */
async function acceptReview(
	{app, builds, composer, images, drafts}: Parts,
	dialog: ReviewDialog,
	signal: AbortSignal,
): Promise<void> {
	const state = app.store.get();
	if (!state.composer) return;
	const {saved} = state.composer;
	const draft = {
		...draftOf(state.composer),
		name: saved?.name ?? dialog.name.text.trim(),
		description: dialog.description.text.trim(),
	};
	const taken = saved ? [] : (state.gallery.images ?? []).map(({name}) => name);
	const problem = nameProblem(draft, taken);
	if (problem) {
		app.store.update(now => ({...now, dialog: {...dialog, focus: saved ? 'description' : 'name', problem}}));
		return;
	}
	try {
		const plan = await composer.plan(draft, signal);
		if (dialog.purpose === 'build' && !plan.lines.some(({status}) => status === 'ok')) {
			refuse(app, 'No line can be built: pane 2 shows why, and what helps.');
			return;
		}
		await images.save(draft, saved !== null);
		await drafts.drop(saved?.name ?? null);
		app.store.update(now => ({
			...now,
			dialog: null,
			notice: {text: `${draft.name} was saved`, tone: 'good'},
			// The history of edits goes on: undo still works after saving.
			composer: now.composer && {...now.composer, saved: draft, history: {...now.composer.history, present: draft}},
		}));
		if (dialog.purpose === 'save') return;
		const build = await builds.start(plan);
		app.store.update(now => ({
			...now,
			composer: now.composer && {...now.composer, pane: 'builds', lastBuild: plan},
			notice: null,
		}));
		focusBuild(app, build);
	} catch (error) {
		if (!isCancelled(error)) refuse(app, noticeText(error));
	}
}

const otherField =
	(step: 1 | -1) =>
	({app}: Parts): void =>
		app.store.update(state => {
			const {dialog, composer} = state;
			if (dialog?.kind === 'bundle') {
				const fields = bundleFields(dialog);
				return fields.length > 0 ? {...state, dialog: {...dialog, focus: nextOf(fields, dialog.focus, step)}} : state;
			}
			if (dialog?.kind === 'variable') {
				return {...state, dialog: {...dialog, focus: dialog.focus === 'name' ? 'value' : 'name'}};
			}
			if (dialog?.kind === 'review' && !composer?.saved) {
				return {...state, dialog: {...dialog, focus: dialog.focus === 'name' ? 'description' : 'name'}};
			}
			return state;
		});

export const dialogCommands: SomeCommands<'form' | 'filter' | 'palette' | 'dialog' | 'text'> = {
	'form/accept': accept,
	'form/cancel': ({app}) =>
		app.store.update(state =>
			state.dialog?.kind === 'settings' || state.dialog?.kind === 'publish'
				? {...state, dialog: {...state.dialog, field: null, problem: null}}
				: {...state, dialog: null},
		),
	'form/next': otherField(1),
	'form/previous': otherField(-1),
	'filter/accept': ({app}) => app.store.update(endTyping),
	'filter/clear': ({app}) => app.store.update(state => endTyping(clearFilter(state))),
	'palette/open': ({app}) => openPalette(app),
	'palette/run': parts => {
		const {dialog} = parts.app.store.get();
		if (dialog?.kind !== 'palette') return;
		const id = paletteChoices(dialog)[dialog.cursor.at];
		close(parts.app);
		if (!id) return;
		parts.paletteHistory.remember(id);
		parts.runCommand(id);
	},
	'palette/complete': ({app}) =>
		app.store.update(state => {
			if (state.dialog?.kind !== 'palette') return state;
			const id = paletteChoices(state.dialog)[state.dialog.cursor.at];
			if (!id) return state;
			return {...state, dialog: {...state.dialog, field: fieldOf(commandTable[id].title), cursor: {at: 0, top: 0}}};
		}),
	'palette/up': ({app}) => movePalette(app, 'up'),
	'palette/down': ({app}) => movePalette(app, 'down'),
	'dialog/close': ({app}) => close(app),
	'text/close': ({app}) => close(app),
	'text/filter': ({app}) =>
		app.store.update(state =>
			state.dialog?.kind === 'text' || state.dialog?.kind === 'settings'
				? {...state, dialog: {...state.dialog, isTyping: true}}
				: state,
		),
	'text/copy': ({app}) => {
		const {dialog} = app.store.get();
		if (dialog?.kind !== 'text') return;
		const lines = passingLines(dialog);
		const text = lines.map(({label, text: own}) => (label ? `${label}  ${own}` : own)).join('\n');
		close(app);
		copyText(app, text, `Copied ${count(lines.length, 'line')}`, '/ in the text narrows what is copied.');
	},
};

function movePalette(app: App, step: 'up' | 'down'): void {
	app.store.update(state => {
		const {dialog} = state;
		if (dialog?.kind !== 'palette') return state;
		const height = Math.min(16, dialog.choices.length + 4) - 3;
		return {
			...state,
			dialog: {...dialog, cursor: moveCursor(dialog.cursor, step, paletteChoices(dialog).length, height)},
		};
	});
}

/** More would push the others out of sight. */
const shownRecent = 5;

function openPalette(app: App): void {
	app.store.update(state => {
		const choices = paletteFor(state);
		const recent = state.paletteHistory.filter(id => choices.includes(id)).slice(0, shownRecent);
		return {...state, dialog: {kind: 'palette', field: emptyField, cursor: firstRow, choices, recent}};
	});
}

function endTyping(state: AppState): AppState {
	const {dialog} = state;
	if (dialog?.kind === 'text' || dialog?.kind === 'settings') return {...state, dialog: {...dialog, isTyping: false}};
	if (screenOf(state) === 'log' && state.log) {
		return {...state, log: {...state.log, view: {...state.log.view, typing: null}}};
	}
	return {...state, isFiltering: false};
}

function clearFilter(state: AppState): AppState {
	if (state.dialog?.kind === 'text') return {...state, dialog: {...state.dialog, filter: emptyField, top: 0}};
	if (state.dialog?.kind === 'settings') {
		return {...state, dialog: {...state.dialog, filter: emptyField, cursor: firstRow}};
	}
	const {log} = state;
	if (screenOf(state) === 'log') {
		return log?.view.typing ? {...state, log: {...log, view: {...log.view, [log.view.typing]: emptyField}}} : state;
	}
	return listFilter(state)?.put(state, emptyField) ?? state;
}

const paletteFor = (state: AppState) =>
	paletteCommands(state.keyMap, contextsOf(state)).filter(id => whyNot(state, id) === null);
