import {starterNamed} from '../../../../state/app-state.ts';
import {applyEdit, draftOf, editDraft} from '../../../../state/composer/composer.ts';
import {applySuggestion, removePackage, removeVariable, toggleBundle} from '../../../../state/composer/draft.ts';
import {previewRowAtCursor} from '../../../../state/composer/rows-at-cursor.ts';
import {collisionText} from '../../../plan/collision-texts.ts';
import type {Plan, Suggestion} from '../../../plan/plan.ts';
import {why} from '../../../plan/why.ts';
import {textDialog, type TextDialog} from '../../../../state/dialogs/text-dialog.ts';
import {toggleFolder} from '../../../../state/preview/preview-pane.ts';
import {previewRows, type PreviewRow} from '../../../../state/preview/preview-rows.ts';
import {notify, type App} from '../../controllers/app.ts';
import type {SomeCommands} from '../parts.ts';
import {change} from './composer-commands.ts';

function apply(app: App, suggestion: Suggestion): void {
	change(app, (composer, state) => {
		const all = starterNamed(state, draftOf(composer).starter)?.lines.map(({line}) => line) ?? [];
		return applyEdit(composer, applySuggestion(draftOf(composer), suggestion, all));
	});
	notify(app, `${suggestion.text}: done. u undoes it.`, 'good');
}

function fold(app: App, wanted?: boolean): void {
	const row = previewRowAtCursor(app.store.get());
	if (row?.kind === 'suggestion' && wanted === undefined) {
		apply(app, row.suggestion);
		return;
	}
	const folder = row?.kind === 'folder' || row?.kind === 'package' ? row.folder : null;
	if (folder === null || (row?.kind === 'package' && wanted !== false)) return;
	change(app, composer => {
		const preview = toggleFolder(composer.preview, folder, wanted);
		if (wanted !== false) return {...composer, preview};
		// Folding from within takes the cursor to the folder.
		const rows = previewRows(preview, draftOf(composer), composer.inherited);
		const at = rows.findIndex(own => own.kind === 'folder' && own.folder === folder);
		return {...composer, preview: {...preview, cursor: {...preview.cursor, at: Math.max(0, at)}}};
	});
}

export const previewCommands: SomeCommands<'preview'> = {
	'preview/toggle': ({app}) => fold(app),
	'preview/open': ({app}) => fold(app, true),
	'preview/close': ({app}) => fold(app, false),
	'preview/remove': ({app}) => {
		const row = previewRowAtCursor(app.store.get());
		change(app, composer => {
			const draft = draftOf(composer);
			if (row?.kind === 'package') return editDraft(composer, removePackage(draft, row.name));
			if (row?.kind === 'variable') return editDraft(composer, removeVariable(draft, row.name));
			if (row?.kind === 'bundle') return editDraft(composer, toggleBundle(draft, row.name));
			return composer;
		});
	},
	'preview/apply': ({app}) => {
		const state = app.store.get();
		const row = previewRowAtCursor(state);
		const suggestion =
			row?.kind === 'suggestion'
				? row.suggestion
				: state.composer?.preview.plan?.lines.find(({conflict}) => conflict?.suggestions.length)?.conflict
						?.suggestions[0];
		if (suggestion) apply(app, suggestion);
	},
	'preview/why': ({app}) => {
		const state = app.store.get();
		const row = previewRowAtCursor(state);
		const plan = state.composer?.preview.plan;
		if (!row || !plan) return;
		const dialog = whyRow(row, plan);
		if (dialog) app.store.update(now => ({...now, dialog}));
	},
};

/** What there is to say about a row, whole: rows of the pane are cut at its edge. */
function whyRow(row: PreviewRow, plan: Plan): TextDialog | null {
	switch (row.kind) {
		case 'package': {
			const lines = plan.lines.flatMap((line, at) => {
				const cell = row.cells[at];
				const path = cell?.kind === 'version' ? (why(line, cell.name)?.packages ?? []) : [];
				return path.length > 0 ? [{label: line.line, text: path.join(' → ')}] : [];
			});
			return textDialog(`Why ${row.name}`, lines);
		}
		case 'conflict': {
			const conflict = plan.lines.find(({line}) => line === row.line)?.conflict;
			if (!conflict) return null;
			const {summary, steps, suggestions} = conflict;
			return textDialog(`Why ${row.line} cannot be built`, [
				{text: summary, isHeading: true},
				...steps.map(({text}) => ({text})),
				...(suggestions.length > 0 ? [{text: 'What works instead', isHeading: true}] : []),
				...suggestions.map(({text}) => ({text})),
			]);
		}
		case 'collision': {
			const collisions = plan.lines.find(({line}) => line === row.line)?.fileCollisions ?? [];
			return textDialog(
				`Files that collide in ${row.line}`,
				collisions.map(collision => ({text: collisionText(collision)})),
			);
		}
		default:
			return null;
	}
}
