import type {TextField} from '../fields/text-field.ts';
import type {ListCursor} from '../lists/list-window.ts';

/** How a tag stands at a place, compared with the local store. */
export type TagState = 'current' | 'outdated' | 'missing';

/** Where an image can go, or is: the Docker daemon, and registries that it was published to before. */
export interface PublishPlace {
	/** In the transport notation. */
	readonly destination: string;
	/** ISO 8601; null if it was never published there from here. */
	readonly publishedAt: string | null;
	/** What the place has; null until it has answered. */
	readonly found: {readonly tags: Readonly<Record<string, TagState>>; readonly problem: string | null} | null;
}

export interface PublishDialog {
	readonly kind: 'publish';
	/** Name of the private image. */
	readonly name: string;
	/** Tags that are published: all that builds move. */
	readonly tags: readonly string[];
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
