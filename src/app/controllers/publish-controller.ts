import {SlipwayError, throwIfCancelled} from '../../base/errors.ts';
import {mutableTags} from '../../publish/mutable-tags.ts';
import {parseDestination} from '../../publish/destination.ts';
import {
	destinationFor,
	isSameDialog,
	placeOf,
	type PublishDialog,
	type PublishPlace,
	type TagState,
} from '../../../state/dialogs/publish-dialog.ts';
import {firstRow} from '../../../state/lists/list-window.ts';
import type {PublishService} from '../publish-service.ts';
import {isCancelled, notify, noticeText, type App} from './app.ts';

/** Publishes images, and knows where they are. One publication at a time; it outlives the dialog. */
export interface PublishController {
	/** Opens the dialog of one or more images and asks every place what it has. */
	open(names: readonly string[]): void;
	/** One after another; one that is refused does not keep the others. Throws `bad-input` or `usage` for a place that is none. */
	publish(names: readonly string[], place: string): Promise<void>;
	/** Ends the publication under way: no tag is moved. */
	stop(): void;
}

const shownEveryMs = 100;

export function createPublishController(app: App): PublishController {
	const {store, services} = app;
	let running: AbortController | null = null;

	const change = (names: readonly string[], next: (dialog: PublishDialog) => PublishDialog) =>
		store.update(state =>
			state.dialog?.kind === 'publish' && isSameDialog(state.dialog, names)
				? {...state, dialog: next(state.dialog)}
				: state,
		);

	function publishingOf(): PublishService {
		if (services.publishing) return services.publishing;
		throw new SlipwayError('internal', 'There is nothing to publish with.');
	}

	/** What is known without asking anybody, then what the places say. */
	async function look(names: readonly string[]): Promise<void> {
		const publishing = publishingOf();
		const tagsOf = new Map<string, readonly string[]>();
		const publishedAt = new Map<string, string | null>([['docker-daemon:', null]]);
		for (const name of names) {
			const [known, tagged] = await Promise.all([publishing.targets(name), services.store?.list(name) ?? []]);
			tagsOf.set(name, mutableTags(tagged));
			for (const target of known) {
				const place = placeOf(target.destination, names, name);
				if (place === null) continue;
				const before = publishedAt.get(place) ?? '';
				publishedAt.set(place, before > target.publishedAt ? before : target.publishedAt);
			}
		}
		const tags = [...new Set([...tagsOf.values()].flat())];
		const places = [...publishedAt].map(([destination, at]): PublishPlace => ({
			destination,
			publishedAt: at,
			found: null,
		}));
		change(names, dialog => ({...dialog, tags, places}));

		const found = await Promise.all(names.map(name => publishing.whereabouts(name, app.signal)));
		change(names, dialog => ({
			...dialog,
			places: dialog.places.map(place => {
				const states: Record<string, TagState> = {};
				let problem: string | null = null;
				for (const [at, name] of names.entries()) {
					const own = destinationFor(place.destination, names, name);
					const there = found[at]?.find(({destination}) => destination === own);
					problem ??= there?.problem ?? null;
					const missing = Object.fromEntries((tagsOf.get(name) ?? []).map(tag => [tag, 'missing' as const]));
					for (const [tag, state] of Object.entries(there?.tags ?? (names.length > 1 ? missing : {})))
						states[names.length > 1 ? `${name}:${tag}` : tag] = state;
				}
				return {...place, found: {tags: states, problem}};
			}),
		}));
	}

	async function publishOne(name: string, place: string, destination: string, signal: AbortSignal): Promise<boolean> {
		let shownAt = 0;
		const show = (doneBytes: number, totalBytes: number) =>
			store.update(state => ({...state, publishing: {name, destination: place, doneBytes, totalBytes}}));
		show(0, 0);
		const results = await publishingOf().publish({
			name,
			destination,
			signal,
			onProgress({doneBytes, totalBytes}) {
				if (app.now() - shownAt < shownEveryMs && doneBytes < totalBytes) return;
				shownAt = app.now();
				show(doneBytes, totalBytes);
			},
		});
		throwIfCancelled(signal);
		return results.every(({unchanged}) => unchanged);
	}

	/** What was refused, by image. */
	async function publishAll(names: readonly string[], place: string, signal: AbortSignal) {
		const problems: string[] = [];
		let isUnchanged = true;
		for (const name of names) {
			try {
				const wasThere = await publishOne(name, place, destinationFor(place, names, name), signal);
				isUnchanged &&= wasThere;
			} catch (error) {
				if (isCancelled(error) || names.length === 1) throw error;
				problems.push(`${name}: ${noticeText(error)}`);
			}
		}
		return {problems, isUnchanged};
	}

	return {
		open(names) {
			store.update(state => ({
				...state,
				nowMs: app.now(),
				dialog: {kind: 'publish', names, tags: null, places: [], cursor: firstRow, field: null, problem: null},
			}));
			app.run('Publish', async () => {
				try {
					await look(names);
				} finally {
					// Where they could not be read, no key waits for them.
					change(names, dialog => (dialog.tags === null ? {...dialog, tags: []} : dialog));
				}
			});
		},
		async publish(names, place) {
			for (const name of names) parseDestination(destinationFor(place, names, name));
			if (running) {
				throw new SlipwayError('bad-input', 'Another image is being published.', {
					hint: 'Wait for it, or stop it with x.',
				});
			}
			const own = new AbortController();
			running = own;
			change(names, dialog => ({
				...dialog,
				field: null,
				problem: null,
				places: dialog.places.some(({destination}) => destination === place)
					? dialog.places
					: [...dialog.places, {destination: place, publishedAt: null, found: null}],
			}));
			try {
				const {problems, isUnchanged} = await publishAll(names, place, AbortSignal.any([own.signal, app.signal]));
				if (problems.length > 0) {
					throw new SlipwayError(
						'network',
						`${names.length - problems.length} of ${names.length} were published. ${problems.join(' ')}`,
					);
				}
				const [only] = names;
				const what =
					names.length === 1
						? `${only} ${isUnchanged ? 'was there already' : 'is published'}`
						: `${names.length} images ${isUnchanged ? 'were there already' : 'are published'}`;
				notify(app, `${what}: ${place}`, 'good');
			} finally {
				running = null;
				store.update(state => ({...state, publishing: null}));
			}
			await look(names);
		},
		stop() {
			running?.abort();
		},
	};
}
