import type {TextField} from '../fields/text-field.ts';
import type {ListCursor} from '../lists/list-window.ts';

/** How a tag stands at a place, compared with the local store. */
export type TagState = 'current' | 'outdated' | 'missing';

/**
 * Where images can go, or are: the Docker daemon, and registries that they were published to before; of several images the
 * folders that their repositories are in.
 */
export interface PublishPlace {
	/** In the transport notation; of several images without their names. */
	readonly destination: string;
	/** ISO 8601; null if it was never published there from here. */
	readonly publishedAt: string | null;
	/** What the place has; null until it has answered. */
	readonly found: {readonly tags: Readonly<Record<string, TagState>>; readonly problem: string | null} | null;
}

export interface PublishDialog {
	readonly kind: 'publish';
	/** Names of private images: one, or those that are marked. */
	readonly names: readonly string[];
	/** Tags that are published: all that builds move. Null until they, and the places, have been read. */
	readonly tags: readonly string[] | null;
	readonly places: readonly PublishPlace[];
	readonly cursor: ListCursor;
	/** A new destination being typed; null while the list has the keys. */
	readonly field: TextField | null;
	readonly problem: string | null;
}

/** A publication under way. It outlives the dialog that shows it. */
export interface Publication {
	readonly name: string;
	readonly destination: string;
	readonly doneBytes: number;
	readonly totalBytes: number;
}

export type PlaceSummary =
	| {readonly kind: 'looking'}
	| {readonly kind: 'unknown'; readonly problem: string}
	| {readonly kind: 'current'}
	| {readonly kind: 'missing'}
	/** Some tags are not there, or name an older image. */
	| {readonly kind: 'behind'; readonly tags: readonly string[]};

export function summaryOf({found}: PublishPlace): PlaceSummary {
	if (found === null) return {kind: 'looking'};
	if (found.problem !== null) return {kind: 'unknown', problem: found.problem};
	const states = Object.entries(found.tags);
	if (states.every(([, state]) => state === 'current')) return {kind: 'current'};
	if (states.every(([, state]) => state === 'missing')) return {kind: 'missing'};
	return {kind: 'behind', tags: states.filter(([, state]) => state !== 'current').map(([tag]) => tag)};
}

export const publishTitle = (names: readonly string[]): string =>
	`Publish ${names.length === 1 ? names.join('') : `${names.length} images`}`;

export const isSameDialog = (dialog: PublishDialog, names: readonly string[]): boolean =>
	dialog.names.join(' ') === names.join(' ');

const daemon = 'docker-daemon:';

/** Where one of the images goes: to the place itself, or, one of several, under its name there. */
export function destinationFor(place: string, names: readonly string[], name: string): string {
	if (names.length === 1 || place === daemon) return place;
	return `${place.replace(/\/+$/u, '')}/${name}`;
}

/** The place that one of the images is at, seen by all of them; null where the others have none beside it. */
export function placeOf(destination: string, names: readonly string[], name: string): string | null {
	if (names.length === 1 || destination === daemon) return destination;
	return destination.endsWith(`/${name}`) ? destination.slice(0, -name.length - 1) : null;
}
