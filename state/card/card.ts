import type {ImageFacts} from '../../src/image/image-facts.ts';

import type {SbomPackage} from '../../src/image/sbom-packages.ts';
import {emptyField, type TextField} from '../fields/text-field.ts';
import {firstRow, type ListCursor} from '../lists/list-window.ts';
import type {FileTree} from './file-tree.ts';

/** The card of one image: what is known of one of its lines, on tabs. */
export interface ImageCard {
	readonly name: string;
	readonly tab: CardTab;
	/** The line that the tabs are about; null: the first. */
	readonly line: string | null;
	readonly cursors: Readonly<Record<CardTab, ListCursor>>;
	readonly filters: Readonly<Record<CardTab, TextField>>;
	/** Folders that are unfolded in the tree of files. */
	readonly openFolders: ReadonlySet<string>;
	/** The layer whose files are shown; null: the files of all layers together. */
	readonly layer: string | null;
	readonly documents: CardDocuments;
}

export const cardTabs = ['overview', 'settings', 'packages', 'layers', 'files', 'changes', 'builds'] as const;
export type CardTab = (typeof cardTabs)[number];

/** What is read from the image store and from past builds, once somebody looks at it. By digest, except the changelog. */
export interface CardDocuments {
	readonly facts: Documents<ImageFacts>;
	readonly packages: Documents<readonly SbomPackage[]>;
	/** By what `filesKey` says. */
	readonly files: Documents<FileTree>;
	/** Of the whole image, by its name. */
	readonly changes: Documents<readonly ImageBuild[]>;
}

export type Documents<Value> = Readonly<Record<string, Loaded<Value>>>;

export type Loaded<Value> =
	| {readonly kind: 'loading'}
	| {readonly kind: 'ready'; readonly value: Value}
	| {readonly kind: 'failed'; readonly reason: string};

/** A past build with what it changed. */
export interface ImageBuild {
	readonly build: string;
	readonly status: string;
	readonly startedAt: string;
	readonly durationMs: number | null;
	readonly lines: readonly ImageBuildLine[];
}

export interface ImageBuildLine {
	readonly line: string;
	readonly status: string;
	readonly digest: string | null;
	readonly size: number | null;
	readonly tags: readonly string[];
	/** Against the build before that made another image of this line; null if there is none to compare with. */
	readonly changes: BuildChanges | null;
}

export interface BuildChanges {
	readonly packages: readonly Change[];
	readonly settings: readonly Change[];
	/** Compressed bytes of all layers. */
	readonly sizeBytes: {readonly before: number | null; readonly after: number | null};
}

/** Null stands for not being there. */
export interface Change {
	readonly name: string;
	readonly before: string | null;
	readonly after: string | null;
}

const everyTab = <Value>(value: Value): Record<CardTab, Value> => ({
	overview: value,
	settings: value,
	packages: value,
	layers: value,
	files: value,
	changes: value,
	builds: value,
});

export const openCard = (name: string): ImageCard => ({
	name,
	tab: 'overview',
	line: null,
	cursors: everyTab(firstRow),
	filters: everyTab(emptyField),
	openFolders: new Set(),
	layer: null,
	documents: {facts: {}, packages: {}, files: {}, changes: {}},
});

export const filesKey = (digest: string, layer: string | null): string => layer ?? digest;

export const toTab = (card: ImageCard, tab: CardTab): ImageCard => (card.tab === tab ? card : {...card, tab});

/** Another line: what was unfolded and how far one had scrolled says nothing of its files. */
export const toLine = (card: ImageCard, line: string): ImageCard =>
	card.line === line
		? card
		: {
				...card,
				line,
				layer: null,
				cursors: {...everyTab(firstRow), overview: card.cursors.overview, packages: card.cursors.packages},
			};

export const toLayer = (card: ImageCard, layer: string | null): ImageCard => ({
	...card,
	tab: 'files',
	layer,
	openFolders: new Set(),
	cursors: {...card.cursors, files: firstRow},
});

export function foldFolder(card: ImageCard, path: string, wanted?: boolean): ImageCard {
	const openFolders = new Set(card.openFolders);
	const isOpen = wanted ?? !openFolders.has(path);
	if (isOpen) openFolders.add(path);
	else openFolders.delete(path);
	return {...card, openFolders};
}

export function putDocument<Kind extends keyof CardDocuments>(
	card: ImageCard,
	kind: Kind,
	key: string,
	document: CardDocuments[Kind][string],
): ImageCard {
	return {...card, documents: {...card.documents, [kind]: {...card.documents[kind], [key]: document}}};
}
