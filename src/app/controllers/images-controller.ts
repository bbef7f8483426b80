import type {Composition} from '../../plan/composition.ts';
import {cursorAt} from '../../../state/lists/list-window.ts';
import {galleryRows, sortedTags} from '../../../state/gallery/gallery.ts';
import type {App} from './app.ts';

export interface ImagesController {
	readonly refresh: () => Promise<void>;
	save(composition: Composition, replace: boolean): Promise<void>;
	remove(name: string): Promise<void>;
	duplicate(name: string, copy: string): Promise<void>;
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
			const bundles = await services.bundles.list();
			store.update(state => ({
				...state,
				bundles: {
					kind: 'ready',
					bundles: bundles.map(({name, kind, version, files}) => ({name, kind, version, fileCount: files.length})),
				},
			}));
		},
	};
}
