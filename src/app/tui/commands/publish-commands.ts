import {screenOf, type AppState} from '../../../../state/app-state.ts';
import {dashboardRows} from '../../../../state/dashboard/dashboard.ts';
import {isSameDialog} from '../../../../state/dialogs/publish-dialog.ts';
import {fieldOf} from '../../../../state/fields/text-field.ts';
import {notify, noticeText, isCancelled} from '../../controllers/app.ts';
import type {Parts, SomeCommands} from '../parts.ts';
import {hasSelection, selectedImages, selectedTags} from '../../../../state/gallery/selected-images.ts';

/** The images that would be published: of the card, marked in the gallery, or of the build under the cursor. */
function imagesToPublish(state: AppState): readonly string[] {
	const screen = screenOf(state);
	// Of several those that there is something of to have; a single one is told what is missing.
	if (screen === 'gallery' && hasSelection(state)) return selectedTags(state).map(({image}) => image);
	if (screen === 'gallery' || screen === 'image') return selectedImages(state).map(({name}) => name);
	const build = dashboardRows(state.dashboard)[state.dashboard.cursor.at];
	return build ? [build.entry.image] : [];
}

/** Publishes in the background. What cannot be done is told in the dialog, or in a notice once that is closed. */
export function publishTo({app, publishing}: Parts, names: readonly string[], place: string): void {
	app.run('Publish', async () => {
		try {
			await publishing.publish(names, place);
		} catch (error) {
			if (isCancelled(error)) {
				const what = names.length === 1 ? `${names.join('')} was not published` : 'Publishing was stopped';
				notify(app, `${what}: no tag was moved`, 'warning');
				return;
			}
			const {dialog} = app.store.get();
			if (dialog?.kind !== 'publish' || !isSameDialog(dialog, names)) throw error;
			app.store.update(state => ({...state, dialog: {...dialog, problem: noticeText(error)}}));
		}
	});
}

function open({app, publishing}: Parts): void {
	const names = imagesToPublish(app.store.get());
	if (names.length === 0) notify(app, 'There is no image here to publish.');
	else publishing.open(names);
}

export const publishCommands: SomeCommands<'publish'> = {
	'publish/open': open,
	'publish/built': open,
	'publish/go': parts => {
		const {dialog} = parts.app.store.get();
		if (dialog?.kind !== 'publish') return;
		const place = dialog.places[dialog.cursor.at];
		if (place) publishTo(parts, dialog.names, place.destination);
	},
	'publish/new': ({app}) =>
		app.store.update(state =>
			state.dialog?.kind === 'publish'
				? {...state, dialog: {...state.dialog, field: fieldOf('docker://'), problem: null}}
				: state,
		),
	'publish/stop': ({publishing}) => publishing.stop(),
};
