import {screenOf, type AppState} from '../app-state.ts';
import {galleryRows, latestTag, type GalleryImage} from './gallery.ts';

/** The image that a command is about: of the open card, or under the gallery's cursor. */
export function currentImage(state: AppState): GalleryImage | null {
	if (screenOf(state) === 'image') return state.gallery.images?.find(({name}) => name === state.card?.name) ?? null;
	return galleryRows(state.gallery)[state.gallery.cursor.at] ?? null;
}

/** The image that is meant, by the most telling tag of its line under the cursor; null if there is none to have. */
export function currentLine(state: AppState): {readonly image: string; readonly tag: string} | null {
	const image = currentImage(state);
	const own = screenOf(state) === 'image' ? image?.lines.find(({line}) => line === state.card?.line) : null;
	const tag = image ? (own ? (own.tags[0] ?? null) : latestTag(image)) : null;
	return image && tag !== null ? {image: image.name, tag} : null;
}
