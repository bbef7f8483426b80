import {SlipwayError, throwIfCancelled} from '../../base/errors.ts';
import {mutableTags} from '../../publish/mutable-tags.ts';
import {parseDestination} from '../../publish/destination.ts';
import type {PublishDialog, PublishPlace} from '../../../state/dialogs/publish-dialog.ts';
import {firstRow} from '../../../state/lists/list-window.ts';
import type {PublishService} from '../publish-service.ts';
import {notify, type App} from './app.ts';

/** Publishes images, and knows where they are. One publication at a time; it outlives the dialog. */
export interface PublishController {
	/** Opens the dialog of an image and asks every place what it has. */
	open(name: string): void;
	/** Throws `bad-input` or `usage` for a destination that is none. */
	publish(name: string, destination: string): Promise<void>;
	/** Ends the publication under way: no tag is moved. */
	stop(): void;
}

const shownEveryMs = 100;

export function createPublishController(app: App): PublishController {
	const {store, services} = app;
	let running: AbortController | null = null;

	const change = (name: string, next: (dialog: PublishDialog) => PublishDialog) =>
		store.update(state =>
			state.dialog?.kind === 'publish' && state.dialog.name === name ? {...state, dialog: next(state.dialog)} : state,
		);

	function publishingOf(): PublishService {
		if (services.publishing) return services.publishing;
		throw new SlipwayError('internal', 'There is nothing to publish with.');
	}

	async function look(name: string): Promise<void> {
		const publishing = publishingOf();
		const [known, tagged] = await Promise.all([publishing.targets(name), services.store?.list(name) ?? []]);
		const published = new Map(known.map(({destination, publishedAt}) => [destination, publishedAt]));
		const places = [...new Set(['docker-daemon:', ...published.keys()])].map((destination): PublishPlace => ({
			destination,
			publishedAt: published.get(destination) ?? null,
			found: null,
		}));
		const tags = mutableTags(tagged);
		change(name, dialog => ({...dialog, tags, places}));
		const found = new Map((await publishing.whereabouts(name, app.signal)).map(place => [place.destination, place]));
		change(name, dialog => ({
			...dialog,
			places: dialog.places.map(place => {
				const {tags: states, problem} = found.get(place.destination) ?? {tags: {}, problem: null};
				return {...place, found: {tags: states, problem}};
			}),
		}));
	}

	return {
		open(name) {
			store.update(state => ({
				...state,
				nowMs: app.now(),
				dialog: {kind: 'publish', name, tags: [], places: [], cursor: firstRow, field: null, problem: null},
			}));
			app.run(`Publish ${name}`, () => look(name));
		},
		async publish(name, destination) {
			parseDestination(destination);
			if (running) {
				throw new SlipwayError('bad-input', 'Another image is being published.', {
					hint: 'Wait for it, or stop it with x.',
				});
			}
			const own = new AbortController();
			running = own;
			const signal = AbortSignal.any([own.signal, app.signal]);
			let shownAt = 0;
			store.update(state => ({...state, publishing: {name, destination, doneBytes: 0, totalBytes: 0}}));
			change(name, dialog => ({
				...dialog,
				field: null,
				problem: null,
				places: dialog.places.some(place => place.destination === destination)
					? dialog.places
					: [...dialog.places, {destination, publishedAt: null, found: null}],
			}));
			try {
				const results = await publishingOf().publish({
					name,
					destination,
					signal,
					onProgress({doneBytes, totalBytes}) {
						if (app.now() - shownAt < shownEveryMs && doneBytes < totalBytes) return;
						shownAt = app.now();
						store.update(state => ({...state, publishing: {name, destination, doneBytes, totalBytes}}));
					},
				});
				throwIfCancelled(signal);
				const what = results.every(({unchanged}) => unchanged) ? 'was there already' : 'is published';
				notify(app, `${name} ${what}: ${destination}`, 'good');
			} finally {
				running = null;
				store.update(state => ({...state, publishing: null}));
			}
			await look(name);
		},
		stop() {
			running?.abort();
		},
	};
}
