import {screenOf, type AppState} from '../../../../state/app-state.ts';
import {dashboardRows} from '../../../../state/dashboard/dashboard.ts';
import {fieldOf} from '../../../../state/fields/text-field.ts';
import {notify, noticeText, isCancelled} from '../../controllers/app.ts';
import type {Parts, SomeCommands} from '../parts.ts';
import {selectedImages} from '../../../../state/gallery/selected-images.ts';

/** The image that would be published: of the card, under the cursor of the gallery, or of the build under the cursor. */
function imageToPublish(state: AppState): string | null {
	const screen = screenOf(state);
	if (screen === 'gallery' || screen === 'image') return selectedImages(state)[0]?.name ?? null;
	return dashboardRows(state.dashboard)[state.dashboard.cursor.at]?.entry.image ?? null;
}

/** Publishes in the background. What cannot be done is told in the dialog, or in a notice once that is closed. */
export function publishTo({app, publishing}: Parts, name: string, destination: string): void {
	app.run(`Publish ${name}`, async () => {
		try {
			await publishing.publish(name, destination);
		} catch (error) {
			if (isCancelled(error)) {
				notify(app, `${name} was not published: no tag was moved`, 'warning');
				return;
			}
			const {dialog} = app.store.get();
			if (dialog?.kind !== 'publish' || dialog.name !== name) throw error;
			app.store.update(state => ({...state, dialog: {...dialog, problem: noticeText(error)}}));
		}
	});
}

function open({app, publishing}: Parts): void {
	const name = imageToPublish(app.store.get());
	if (name === null) notify(app, 'There is no image here to publish.');
	else publishing.open(name);
}

export const publishCommands: SomeCommands<'publish'> = {
	'publish/open': open,
	'publish/built': open,
	'publish/go': parts => {
		const {dialog} = parts.app.store.get();
		if (dialog?.kind !== 'publish') return;
		const place = dialog.places[dialog.cursor.at];
		if (place) publishTo(parts, dialog.name, place.destination);
	},
	'publish/new': ({app}) =>
		app.store.update(state =>
			state.dialog?.kind === 'publish'
				? {...state, dialog: {...state.dialog, field: fieldOf('docker://'), problem: null}}
				: state,
		),
	'publish/stop': ({publishing}) => publishing.stop(),
};
