import {count} from '../../../../components/format/sizes.ts';
import {openScreen, startersOf} from '../../../../state/app-state.ts';
import {composeDraft, composeNew} from '../../../../state/composer/composer.ts';
import {emptyField} from '../../../../state/fields/text-field.ts';
import {openCard} from '../../../../state/card/card.ts';
import {galleryRows, sortings, type GalleryImage} from '../../../../state/gallery/gallery.ts';
import {firstRow} from '../../../../state/lists/list-window.ts';
import {emptyPicker, pickerRows} from '../../../../state/starters/starter-picker.ts';
import {currentImage} from '../../../../state/gallery/current-image.ts';
import {selectedImages, selectedTags, withSelection} from '../../../../state/gallery/selected-images.ts';
import {toggleMarks} from '../../../../state/lists/selection.ts';
import {notify} from '../../controllers/app.ts';
import {copyText} from '../../controllers/copy.ts';
import {composerOf} from './open-composer.ts';
import {openExport} from './export-commands.ts';
import type {Parts, SomeCommands} from '../parts.ts';
import {buildImage, buildImages} from './build-commands.ts';
import {move} from './list-commands.ts';
import {editText} from './text-edit-commands.ts';

const withImage =
	(act: (parts: Parts, image: GalleryImage) => void) =>
	(parts: Parts): void => {
		const image = currentImage(parts.app.store.get());
		if (image) act(parts, image);
	};

/** Of several that are marked none is meant alone: see why-not.ts. */
const withOne =
	(act: (parts: Parts, image: GalleryImage) => void) =>
	(parts: Parts): void => {
		const [image] = selectedImages(parts.app.store.get());
		if (image) act(parts, image);
	};

function newImage(parts: Parts): void {
	const {app, drafts} = parts;
	parts.hold('New image', async () => {
		const kept = await drafts.read(null);
		if (!kept) {
			pickStarter(parts);
			return;
		}
		app.store.update(state => ({
			...state,
			dialog: {
				kind: 'menu',
				title: 'There is a draft',
				text: `An image from ${kept.starter} with ${count(kept.packages.length, 'package')} was begun and not saved.`,
				choices: [
					{label: 'Go on with it', value: 'draft/continue'},
					{label: 'Begin anew', value: 'draft/drop'},
				],
			},
		}));
	});
}

export function pickStarter({app}: Parts): void {
	app.store.update(state => openScreen({...state, picker: emptyPicker}, 'starters'));
}

export function continueDraft({app, drafts, hold}: Parts): void {
	hold('The draft', async () => {
		const kept = await drafts.read(null);
		if (kept) app.store.update(state => openScreen({...state, composer: composeDraft(kept, null)}, 'composer'));
	});
}

function editImage({app, drafts, images, hold}: Parts, name: string): void {
	hold(`Edit ${name}`, async () => {
		const {composer, isDraft} = await composerOf({app, drafts}, name);
		app.store.update(state => openScreen({...state, composer}, 'composer'));
		if (isDraft) notify(app, 'The draft that was kept is here again; u undoes it.');
		await images.loadBundles();
	});
}

export const galleryCommands: SomeCommands<'image' | 'gallery' | 'builds' | 'starter'> = {
	'image/new': newImage,
	'image/open': withImage(({app, images}, {name}) => {
		app.store.update(state => openScreen({...state, card: openCard(name)}, 'image'));
		app.run('Images', images.refresh);
	}),
	'image/edit': withOne((parts, {name}) => editImage(parts, name)),
	'image/edit-text': withOne((parts, {name}) => editText(parts, {kind: 'image', name})),
	'image/build': parts => {
		const [only, ...more] = selectedImages(parts.app.store.get());
		if (!only) return;
		if (more.length > 0) buildImages(parts, [only, ...more]);
		else buildImage(parts, only);
	},
	'image/mark': ({app}) =>
		app.store.update(state => {
			const {gallery} = state;
			const names = galleryRows(gallery).map(({name}) => name);
			const hadRange = gallery.selection.rangeFrom !== null;
			const marked = withSelection(state, toggleMarks(gallery.selection, names, gallery.cursor.at));
			// One after another is marked by the same key.
			return hadRange ? marked : move(marked, 'down');
		}),
	'image/mark-range': withImage(({app}, {name}) =>
		app.store.update(state => {
			const {selection} = state.gallery;
			return withSelection(state, {...selection, rangeFrom: selection.rangeFrom === null ? name : null});
		}),
	),
	'image/duplicate': withOne(({app}, {name}) =>
		app.store.update(state => ({...state, dialog: {kind: 'duplicate', name, field: emptyField, problem: null}})),
	),
	'image/copy-reference': ({app}) => {
		const tenant = app.services.tenant ? `${app.services.tenant}/` : '';
		const references = selectedTags(app.store.get()).map(({image, tag}) => `${tenant}${image}:${tag}`);
		const what = references.length === 1 ? (references[0] ?? '') : count(references.length, 'reference');
		copyText(app, references.join('\n'), `Copied ${what}`);
	},
	'image/delete': ({app}) => {
		const names = selectedImages(app.store.get()).map(({name}) => name);
		const [only] = names;
		if (only === undefined) return;
		const isOne = names.length === 1;
		const dialog = {
			kind: 'delete',
			what: 'image',
			names,
			name: isOne ? only : count(names.length, 'image'),
			text: isOne
				? 'Its composition, its tags and all images that only they hold.'
				: `${names.join(', ')}: their compositions, their tags and all images that only they hold.`,
			field: emptyField,
			problem: null,
		} as const;
		app.store.update(state => ({...state, dialog}));
	},
	'image/export': openExport,
	'gallery/sort': ({app}) =>
		app.store.update(state => {
			const next = sortings[(sortings.indexOf(state.gallery.sorting) + 1) % sortings.length] ?? 'name';
			return {...state, gallery: {...state.gallery, sorting: next, cursor: firstRow}};
		}),
	'builds/show': ({app, builds}) => {
		app.store.update(state => openScreen(state, 'builds'));
		app.run('Builds', builds.refresh);
	},
	'starter/choose': ({app, images, drafts}) => {
		const state = app.store.get();
		const starter = pickerRows(state.picker, startersOf(state))[state.picker.cursor.at];
		if (!starter) return;
		if (starter.lines.length === 0) {
			notify(app, `${starter.title} has no line in the package lists that are here.`, 'warning');
			return;
		}
		app.run('The draft', () => drafts.drop(null));
		app.store.update(now => openScreen({...now, composer: composeNew(starter), screens: ['gallery']}, 'composer'));
		app.run('File bundles', images.loadBundles);
	},
};
