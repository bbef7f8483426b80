import type {BuildStatus} from '../../src/build/journal-event.ts';
import {emptyField, type TextField} from '../fields/text-field.ts';
import {matchesFilter} from '../lists/filter.ts';
import type {ImageNews} from './news.ts';
import {firstRow, type ListCursor} from '../lists/list-window.ts';
import {nothingSelected, type Selection} from '../lists/selection.ts';

/** What the gallery knows of a private image. */
export interface GalleryImage {
	readonly name: string;
	readonly description: string;
	readonly starter: string;
	readonly status: BuildStatus | 'not built';
	readonly lines: readonly {
		readonly line: string;
		readonly status: string;
		readonly digest: string | null;
		readonly tags: readonly string[];
		readonly size: number | null;
		readonly builtAt: string | null;
	}[];
}

export const sortings = ['name', 'newest', 'status', 'size', 'updates'] as const;
export type Sorting = (typeof sortings)[number];

export interface Gallery {
	/** Null until they were read. */
	readonly images: readonly GalleryImage[] | null;
	/** By image; what is missing was not looked at yet. */
	readonly news: Readonly<Record<string, ImageNews>>;
	readonly filter: TextField;
	readonly sorting: Sorting;
	readonly cursor: ListCursor;
	/** Images by name, for what is done to several at once. */
	readonly selection: Selection;
}

export const emptyGallery: Gallery = {
	images: null,
	news: {},
	filter: emptyField,
	sorting: 'name',
	cursor: firstRow,
	selection: nothingSelected,
};

/** As people name an image: `latest` first, then from the shortest tag to the one of a single build. */
export const sortedTags = (tags: readonly string[]): readonly string[] =>
	tags.toSorted((a, b) => Number(b === 'latest') - Number(a === 'latest') || a.length - b.length || (a < b ? -1 : 1));

export const builtAt = (image: GalleryImage): string =>
	image.lines.reduce((newest, line) => (line.builtAt && line.builtAt > newest ? line.builtAt : newest), '');

const urgency: Readonly<Record<GalleryImage['status'], number>> = {
	'in progress': 0,
	'image build failed': 1,
	interrupted: 2,
	'some lines created': 3,
	cancelled: 4,
	'not built': 5,
	created: 6,
};

/** The tag that names most of an image: of its `latest` line, else of the first that was built. */
export function latestTag({lines}: GalleryImage): string | null {
	const line = lines.find(({tags}) => tags.includes('latest')) ?? lines.find(({digest}) => digest);
	return line?.tags[0] ?? null;
}

/** What there is to say of an image without lines. */
export const notBuiltYet = ({status}: Pick<GalleryImage, 'status'>): string =>
	status === 'in progress' ? 'Its first build runs: w shows it.' : 'Not built yet: b builds every line.';

/** Bytes of the largest line. */
export const sizeOf = ({lines}: GalleryImage): number => Math.max(0, ...lines.map(({size}) => size ?? 0));

export function galleryRows({images, news, filter, sorting}: Gallery): readonly GalleryImage[] {
	const others = ({name, starter, status, description, lines}: GalleryImage) => [
		starter,
		status,
		news[name]?.kind ?? '',
		description,
		...lines.flatMap(({line, tags}) => [line, ...tags]),
	];
	const updates = ({name}: GalleryImage) => {
		const own = news[name];
		return own?.kind === 'outdated' ? own.security * 10_000 + own.packages : own?.kind === 'problem' ? 1 : 0;
	};
	const shown = (images ?? []).filter(image => matchesFilter(filter.text, image.name, others(image)));
	const byName = (a: GalleryImage, b: GalleryImage) => (a.name < b.name ? -1 : 1);
	switch (sorting) {
		case 'name':
			return shown.toSorted(byName);
		case 'newest':
			return shown.toSorted((a, b) => (builtAt(a) > builtAt(b) ? -1 : builtAt(a) < builtAt(b) ? 1 : byName(a, b)));
		case 'size':
			return shown.toSorted((a, b) => sizeOf(b) - sizeOf(a) || byName(a, b));
		case 'updates':
			return shown.toSorted((a, b) => updates(b) - updates(a) || byName(a, b));
		case 'status':
			return shown.toSorted((a, b) => urgency[a.status] - urgency[b.status] || byName(a, b));
	}
}
