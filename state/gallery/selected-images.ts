import {screenOf, type AppState} from '../app-state.ts';
import {nothingSelected, selectedKeys, type Selection} from '../lists/selection.ts';
import {currentImage} from './current-image.ts';
import {galleryRows, latestTag, type Gallery, type GalleryImage} from './gallery.ts';

/** Names that are marked or in the range, also where a filter hides them: marks are made from several views of the list. */
export function selectedNames(gallery: Gallery): ReadonlySet<string> {
	const names = galleryRows(gallery).map(({name}) => name);
	const selected = selectedKeys(gallery.selection, names, gallery.cursor.at);
	// A marked image may have been deleted meanwhile, by another program too.
	return new Set((gallery.images ?? []).map(({name}) => name).filter(name => selected.has(name)));
}

/** The commands of the gallery are about what is marked there. */
export const hasSelection = (state: AppState): boolean =>
	screenOf(state) === 'gallery' && !isNothing(state.gallery.selection);

const isNothing = ({rangeFrom, marked}: Selection): boolean => rangeFrom === null && marked.size === 0;

/** Images that a command is about: those that are marked, else the one under the cursor or of the open card. */
export function selectedImages(state: AppState): readonly GalleryImage[] {
	if (hasSelection(state)) {
		const names = selectedNames(state.gallery);
		const images = (state.gallery.images ?? []).filter(({name}) => names.has(name));
		if (images.length > 0) return images.toSorted((a, b) => (a.name < b.name ? -1 : 1));
	}
	const current = currentImage(state);
	return current ? [current] : [];
}

/** Of the selected images those that there is something of to have, each by its most telling tag. */
export const selectedTags = (state: AppState): readonly {readonly image: string; readonly tag: string}[] =>
	selectedImages(state).flatMap(image => {
		const tag = latestTag(image);
		return tag === null ? [] : [{image: image.name, tag}];
	});

export const withSelection = (state: AppState, selection: Selection): AppState => ({
	...state,
	gallery: {...state.gallery, selection},
});

export const withoutSelection = (state: AppState): AppState =>
	isNothing(state.gallery.selection) ? state : withSelection(state, nothingSelected);
