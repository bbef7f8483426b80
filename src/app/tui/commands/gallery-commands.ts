import {count} from '../../../../components/format/sizes.ts';
import {openScreen, startersOf} from '../../../../state/app-state.ts';
import {composeDraft, composeNew} from '../../../../state/composer/composer.ts';
import {emptyField} from '../../../../state/fields/text-field.ts';
import {openCard} from '../../../../state/card/card.ts';
import {sortings, type GalleryImage} from '../../../../state/gallery/gallery.ts';
import {firstRow} from '../../../../state/lists/list-window.ts';
import {emptyPicker, pickerRows} from '../../../../state/starters/starter-picker.ts';
import {currentImage, currentLine} from '../../../../state/gallery/current-image.ts';
import {notify} from '../../controllers/app.ts';
import {composerOf} from './open-composer.ts';
import {openExport} from './export-commands.ts';
import type {Parts, SomeCommands} from '../parts.ts';
import {buildImage} from './build-commands.ts';

const withImage =
	(act: (parts: Parts, image: GalleryImage) => void) =>
	(parts: Parts): void => {
		const image = currentImage(parts.app.store.get());
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
	'image/edit': withImage((parts, {name}) => editImage(parts, name)),
	'image/build': withImage(buildImage),
	'image/duplicate': withImage(({app}, {name}) =>
		app.store.update(state => ({...state, dialog: {kind: 'duplicate', name, field: emptyField, problem: null}})),
	),
	'image/copy-reference': withImage(({app}, image) => {
		const state = app.store.get();
		const tag = currentLine(state)?.tag ?? 'latest';
		const reference = `${app.services.tenant ? `${app.services.tenant}/` : ''}${image.name}:${tag}`;
		app.terminal.copy(reference);
		notify(app, `Copied ${reference}`, 'good');
	}),
	'image/delete': withImage(({app}, {name}) =>
		app.store.update(state => ({
			...state,
			dialog: {
				kind: 'delete',
				what: 'image',
				name,
				text: 'Its composition, its tags and all images that only they hold.',
				field: emptyField,
				problem: null,
			},
		})),
	),
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
