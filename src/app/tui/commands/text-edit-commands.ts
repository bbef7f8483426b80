import {basename} from 'node:path';
import {changeComposer} from '../../../../state/app-state.ts';
import {draftOf, editDraft} from '../../../../state/composer/composer.ts';
import type {TextEdit} from '../../../../state/dialogs/dialog.ts';
import {SlipwayError} from '../../../base/errors.ts';
import {safeText} from '../../../base/safe-text.ts';
import {draftText, parseDraft} from '../../draft-text.ts';
import {beginEditorDraft, dropEditorDraft, openEditor, type EditorDraft} from '../../edit-in-editor.ts';
import {readRules, saveRules} from '../../edit-rules.ts';
import {isCancelled, notify} from '../../controllers/app.ts';
import type {Parts} from '../parts.ts';

/** Opens $EDITOR on a text of the user's; what cannot be is told, with a way back to the text as it was left. */
export function editText(parts: Parts, about: TextEdit['about']): void {
	parts.hold('Edit', async signal => {
		const {name, text} = await textOf(parts, about);
		await edit(parts, about, await beginEditorDraft(name, text), signal);
	});
}

/** On with a text that was refused. */
export function editAgain(parts: Parts, {about, draft}: TextEdit): void {
	parts.hold('Edit', signal => edit(parts, about, draft, signal));
}

/** Nothing that was typed is lost: the file stays, and its path is in the clipboard. */
export function leaveText({app}: Parts, {draft}: TextEdit): void {
	app.terminal.copy(draft.file);
	notify(app, `Nothing was saved. Your text is in ${draft.file}`, 'warning');
}

async function edit(parts: Parts, about: TextEdit['about'], draft: EditorDraft, signal: AbortSignal): Promise<void> {
	const {app} = parts;
	const text = await app.terminal
		.lend(() => openEditor(draft, app.env))
		.catch(async (error: unknown) => {
			await dropEditorDraft(draft);
			throw error;
		});
	if (text === null) {
		await dropEditorDraft(draft);
		notify(app, 'Nothing was changed.');
		return;
	}
	try {
		const said = await save(parts, about, text, draft.file, signal);
		await dropEditorDraft(draft);
		notify(app, said, 'good');
	} catch (error) {
		if (!(error instanceof SlipwayError)) throw error;
		// Waiting was given up: what was typed is kept all the same.
		if (isCancelled(error)) leaveText(parts, {about, draft});
		else refuse(parts, {about, draft}, error);
	}
}

function refuse({app}: Parts, edit: TextEdit, error: SlipwayError): void {
	// Its own name stands in the title; the folder says nothing.
	const text = error.message.replaceAll(edit.draft.file, basename(edit.draft.file));
	app.store.update(state => ({
		...state,
		dialog: {
			kind: 'menu',
			title: 'This cannot be saved yet',
			text: safeText(text, {keepNewlines: true}),
			edit,
			choices: [
				{label: 'Back to the editor', value: 'edit/again'},
				{label: 'Leave it: the text stays in a file', value: 'edit/leave'},
			],
		},
	}));
}

async function textOf({app}: Parts, about: TextEdit['about']): Promise<{readonly name: string; readonly text: string}> {
	switch (about.kind) {
		case 'image': {
			const {compositions, images} = app.services;
			const text = compositions ? await compositions.text(about.name) : draftText(await images.composition(about.name));
			return {name: `${about.name}.yaml`, text};
		}
		case 'draft': {
			const {composer} = app.store.get();
			if (!composer) throw new SlipwayError('internal', 'There is no draft to edit.');
			const draft = draftOf(composer);
			return {name: `${draft.name || 'draft'}.yaml`, text: draftText(draft)};
		}
		case 'rules':
			return {name: 'actions.yaml', text: await readRules(app.env)};
	}
}

/** Returns what was done, as a sentence. Throws what cannot be, with its place in the text. */
async function save(
	parts: Parts,
	about: TextEdit['about'],
	text: string,
	file: string,
	signal: AbortSignal,
): Promise<string> {
	const {app, images} = parts;
	switch (about.kind) {
		case 'image': {
			const {name} = about;
			const draft = parseDraft(text, file);
			await check(parts, draft, signal);
			if (app.services.compositions) await app.services.compositions.saveText(name, text, file);
			else await images.save(draft, true);
			await images.refresh();
			return `${name} was saved: b builds it.`;
		}
		case 'draft': {
			const next = parseDraft(text, file);
			const saved = app.store.get().composer?.saved;
			if (saved && (next.name !== saved.name || next.starter !== saved.starter)) {
				throw new SlipwayError(
					'bad-input',
					`Name and starter are fixed once saved: ${saved.name} from ${saved.starter}.`,
				);
			}
			await check(parts, next, signal);
			app.store.update(state => changeComposer(state, composer => editDraft(composer, next)));
			return 'The draft is as you wrote it: u undoes that.';
		}
		case 'rules':
			await saveRules(app.env, text, file);
			return 'The rules are saved.';
	}
}

/** Unknown packages and the like are refused now, as they would be at the key press; without package lists, later. */
async function check({app, composer}: Parts, draft: ReturnType<typeof parseDraft>, signal: AbortSignal): Promise<void> {
	if (app.store.get().starters.kind !== 'ready') return;
	await composer.plan({...draft, name: draft.name || 'new-image'}, signal);
}
