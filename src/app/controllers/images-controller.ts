import type {Composition} from '../../plan/composition.ts';
import {cursorAt} from '../../../state/lists/list-window.ts';
import {galleryRows, sortedTags} from '../../../state/gallery/gallery.ts';
import {bundleRows} from '../../../state/files/file-repository.ts';
import {noticeText, type App} from './app.ts';

export interface ImagesController {
	readonly refresh: () => Promise<void>;
	save(composition: Composition, replace: boolean): Promise<void>;
	remove(name: string): Promise<void>;
	duplicate(name: string, copy: string): Promise<void>;
	/** With the images that take each. */
	readonly loadBundles: () => Promise<void>;
}

export function createImagesController(app: App): ImagesController {
	const {store, services} = app;

	async function refresh(): Promise<void> {
		const images = (await services.images.list()).map(image => ({
			...image,
			lines: image.lines.map(line => ({...line, tags: sortedTags(line.tags)})),
		}));
		store.update(state => {
			const gallery = {...state.gallery, images};
			const count = galleryRows(gallery).length;
			const cursor = cursorAt(gallery.cursor, gallery.cursor.at, count, Math.max(1, state.terminal.rows - 6));
			return {...state, gallery: {...gallery, cursor}, nowMs: app.now()};
		});
	}

	async function imagesByBundle(): Promise<ReadonlyMap<string, readonly string[]>> {
		const takenBy = new Map<string, string[]>();
		for (const {name} of await services.images.list()) {
			// One that cannot be read says so where it is opened.
			const composition = await services.images.composition(name).catch(() => null);
			for (const bundle of composition?.bundles ?? []) takenBy.set(bundle, [...(takenBy.get(bundle) ?? []), name]);
		}
		return takenBy;
	}

	return {
		refresh,
		async save(composition, replace) {
			await services.images.save(composition, {replace});
			await refresh();
		},
		async remove(name) {
			await services.images.remove(name);
			await refresh();
		},
		async duplicate(name, copy) {
			const composition = await services.images.composition(name);
			await services.images.save({...composition, name: copy});
			await refresh();
		},
		async loadBundles() {
			if (!services.bundles) return;
			try {
				const [bundles, takenBy] = await Promise.all([services.bundles.list(), imagesByBundle()]);
				const summaries = bundles.map(({name, kind, version, versions, createdAt, files}) => ({
					name,
					kind,
					version,
					versions,
					createdAt,
					files,
					usedBy: takenBy.get(name) ?? [],
				}));
				store.update(state => {
					const next = {...state, bundles: {kind: 'ready', bundles: summaries} as const};
					const {length} = bundleRows(next.files, next.bundles);
					const cursor = cursorAt(
						next.files.cursor,
						next.files.cursor.at,
						length,
						Math.max(1, state.terminal.rows - 6),
					);
					return {...next, files: {...next.files, cursor}};
				});
			} catch (error) {
				store.update(state => ({...state, bundles: {kind: 'failed', reason: noticeText(error)}}));
			}
		},
	};
}
