import type {ChoiceId} from '../../../../state/dialogs/dialog.ts';
import type {Parts} from '../parts.ts';
import {applyChosenFix} from './build-commands.ts';
import {openBundleDialog} from './bundle-commands.ts';
import {chooseExport} from './export-commands.ts';
import {continueDraft, pickStarter} from './gallery-commands.ts';
import {editAgain, leaveText} from './text-edit-commands.ts';

/** What each choice of a menu does; the menu is gone then. */
export function chooseInMenu(parts: Parts, value: ChoiceId): void {
	const {dialog} = parts.app.store.get();
	if (dialog?.kind !== 'menu') return;
	parts.app.store.update(state => ({...state, dialog: null}));
	switch (value) {
		case 'draft/continue':
			continueDraft(parts);
			return;
		case 'draft/drop':
			pickStarter(parts);
			return;
		case 'bundle/certificates':
			openBundleDialog(parts.app, {content: 'certificates', pem: null});
			return;
		case 'bundle/paste':
			openBundleDialog(parts.app, {content: 'certificates', pem: ''});
			return;
		case 'bundle/files':
			openBundleDialog(parts.app, {content: 'files', pem: null});
			return;
		case 'export/docker-archive':
		case 'export/oci-archive':
		case 'export/oci':
			chooseExport(parts, value);
			return;
		case 'edit/again':
			if (dialog.edit) editAgain(parts, dialog.edit);
			return;
		case 'edit/leave':
			if (dialog.edit) leaveText(parts, dialog.edit);
			return;
		default:
			applyChosenFix(parts, value.slice('fix/'.length));
	}
}
