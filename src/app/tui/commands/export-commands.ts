import type {ChoiceId} from '../../../../state/dialogs/dialog.ts';
import {fieldOf} from '../../../../state/fields/text-field.ts';
import {notify, noticeText, isCancelled} from '../../controllers/app.ts';
import type {Parts} from '../parts.ts';
import {currentLine} from '../../../../state/gallery/current-image.ts';

/** Into what kind of file: the menu that asks. Docker and registries are what publishing is for. */
export function openExport({app}: Parts): void {
	const at = currentLine(app.store.get());
	if (!at) {
		notify(app, 'There is nothing to export yet: b builds it.', 'warning');
		return;
	}
	app.store.update(state => ({
		...state,
		dialog: {
			kind: 'menu',
			title: `Export ${at.image}:${at.tag}`,
			text: 'As a file or a folder of this host. To Docker and to registries: p publishes.',
			choices: [
				{label: 'An archive for docker load', value: 'export/docker-archive'},
				{label: 'An OCI archive', value: 'export/oci-archive'},
				{label: 'A folder in OCI image layout', value: 'export/oci'},
			],
		},
	}));
}

export function chooseExport({app}: Parts, choice: Extract<ChoiceId, `export/${string}`>): void {
	const at = currentLine(app.store.get());
	if (!at) return;
	const file = `${at.image}-${at.tag}.tar`;
	const destinations = {
		'export/docker-archive': `docker-archive:${file}`,
		'export/oci-archive': `oci-archive:${file}`,
		'export/oci': `oci:${at.image}:${at.tag}`,
	};
	app.store.update(state => ({
		...state,
		dialog: {kind: 'export', ...at, field: fieldOf(destinations[choice]), problem: null},
	}));
}

/** In the background: an image may be large. */
export function acceptExport(
	{app}: Pick<Parts, 'app'>,
	{image, tag, destination}: {readonly image: string; readonly tag: string; readonly destination: string},
): void {
	const {store, tenant} = app.services;
	if (!store || tenant === undefined) return;
	notify(app, `Exporting ${image}:${tag} to ${destination}`);
	app.run('Export', async () => {
		const {exportImage} = await import('../../../publish/export-image.ts');
		try {
			const {
				references,
				destination: place,
				unchanged,
			} = await exportImage({
				store,
				name: image,
				tag,
				tenant,
				destination,
				signal: app.signal,
			});
			const names = references.length > 0 ? references.join(', ') : place;
			notify(app, `${names} ${unchanged ? 'was there already' : 'is there'}`, 'good');
		} catch (error) {
			if (!isCancelled(error)) notify(app, `Export: ${noticeText(error)}`, 'error');
		}
	});
}
