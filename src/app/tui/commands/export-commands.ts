import type {AppState} from '../../../../state/app-state.ts';
import type {ChoiceId} from '../../../../state/dialogs/dialog.ts';
import {
	destinationIn,
	exportKinds,
	exportTitle,
	proposedDestination,
	type ExportDialog,
	type ExportedImage,
} from '../../../../state/dialogs/export-dialog.ts';
import {fieldOf} from '../../../../state/fields/text-field.ts';
import {currentLine} from '../../../../state/gallery/current-image.ts';
import {hasSelection, selectedTags, withoutSelection} from '../../../../state/gallery/selected-images.ts';
import {parseDestination} from '../../../publish/destination.ts';
import {isCancelled, notify, noticeText, type App} from '../../controllers/app.ts';
import type {Parts} from '../parts.ts';

/** Into what kind of file: the menu that asks. Docker and registries are what publishing is for. */
export function openExport({app}: Parts): void {
	const images = tagsToExport(app.store.get());
	app.store.update(state => ({
		...state,
		dialog: {
			kind: 'menu',
			title: exportTitle(images),
			text: 'As a file or a folder of this host. To Docker and to registries: p publishes.',
			choices: [
				{label: 'An archive for docker load', value: 'export/docker-archive'},
				{label: 'An OCI archive', value: 'export/oci-archive'},
				{label: 'A folder in OCI image layout', value: 'export/oci'},
			],
		},
	}));
}

/** Of the open card its line; of the gallery what is marked, as far as it was built. */
function tagsToExport(state: AppState): readonly ExportedImage[] {
	if (hasSelection(state)) return selectedTags(state);
	const at = currentLine(state);
	return at ? [at] : [];
}

export function chooseExport({app}: Parts, choice: Extract<ChoiceId, `export/${string}`>): void {
	const images = tagsToExport(app.store.get());
	const kind = exportKinds.find(own => `export/${own}` === choice);
	if (images.length === 0 || !kind) return;
	app.store.update(state => ({
		...state,
		dialog: {kind: 'export', images, field: fieldOf(proposedDestination(kind, images)), problem: null},
	}));
}

/** Checks where they are to go. One image takes the destination as it is, several a file each in that folder. */
export function acceptExportDialog(app: App, {images, field}: ExportDialog, refuse: (problem: string) => void): void {
	const destination = field.text.trim();
	const [only] = images;
	try {
		const parsed = parseDestination(destination);
		if (parsed.kind === 'docker-daemon' || parsed.kind === 'registry') {
			refuse('This is no file: p publishes to Docker and to registries.');
			return;
		}
		const {kind} = parsed;
		const folder = parsed.kind === 'oci' ? parsed.folder : parsed.file;
		app.store.update(state => withoutSelection({...state, dialog: null}));
		const wanted =
			images.length === 1 && only
				? [{...only, destination}]
				: images.map(own => ({...own, destination: destinationIn(kind, folder, own)}));
		app.run('Export', () => exportAll(app, wanted));
	} catch (error) {
		refuse(noticeText(error));
	}
}

interface Wanted extends ExportedImage {
	readonly destination: string;
}

/** In the background, one after another: an image may be large. One that cannot be written does not keep the others. */
async function exportAll(app: App, wanted: readonly Wanted[]): Promise<void> {
	const {store, tenant} = app.services;
	if (!store || tenant === undefined) return;
	const {exportImage} = await import('../../../publish/export-image.ts');
	const said: string[] = [];
	const problems: string[] = [];
	for (const {image: name, tag, destination} of wanted) {
		notify(app, `Exporting ${name}:${tag} to ${destination}`);
		try {
			const done = await exportImage({store, name, tag, tenant, destination, signal: app.signal});
			const names = done.references.length > 0 ? done.references.join(', ') : done.destination;
			said.push(`${names} ${done.unchanged ? 'was there already' : 'is there'}`);
		} catch (error) {
			if (isCancelled(error)) return;
			problems.push(noticeText(error));
		}
	}
	if (problems.length > 0) notify(app, `Export: ${problems.join(' ')}`, 'error');
	else notify(app, said.length === 1 ? (said[0] ?? '') : `${said.length} images were exported`, 'good');
}
