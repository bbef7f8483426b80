import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {screenOf, type AppState} from '../../../state/app-state.ts';
import type {ImageNews, LineNews} from '../../../state/gallery/news.ts';
import type {ImageFreshness} from '../freshness.ts';
import {isCancelled, type App} from './app.ts';

/** Whether a rebuild would change the images of the gallery. It plans only while nobody else wants a plan. */
export interface FreshnessController {
	/** Looks at all images anew: after a refresh of the package lists, after a build. */
	look(): void;
}

/** Who has just started wants something else first. */
const patienceMs = 1500;

export function createFreshnessController(app: App, isPlanning: () => boolean): FreshnessController {
	const {store, services, signal} = app;
	let wanted = 0;
	let isLooking = false;

	const isIdle = (state: AppState): boolean =>
		screenOf(state) === 'gallery' &&
		state.composer === null &&
		state.starters.kind === 'ready' &&
		state.waiting === null &&
		state.gallery.images !== null &&
		!isPlanning();

	const put = (image: string, news: ImageNews): void =>
		store.update(state => ({
			...state,
			gallery: {...state.gallery, news: {...state.gallery.news, [image]: news}},
		}));

	async function lookAtAll(): Promise<void> {
		const {freshnessOf, paths} = services;
		if (!freshnessOf || !paths) return;
		await delay(patienceMs, null, {signal});
		const {readBuildHistory} = await import('../build-history.ts');
		for (let round = -1; round !== wanted;) {
			round = wanted;
			await store.until(isIdle, signal);
			const history = await readBuildHistory(join(paths.data, 'builds'));
			const names = (store.get().gallery.images ?? []).map(({name}) => name).filter(name => history.has(name));
			for (const name of names) {
				await store.until(isIdle, signal);
				try {
					const {freshness} = await freshnessOf(name, {history, signal});
					put(name, newsOf(freshness));
				} catch (error) {
					// Somebody else's plan took its place: another round comes when the gallery is quiet again.
					if (!isCancelled(error) || signal.aborted) throw error;
					wanted += 1;
					break;
				}
				// A key in between is answered first.
				await delay(20, null, {signal});
				if (round !== wanted) break;
			}
		}
	}

	return {
		look() {
			wanted += 1;
			if (isLooking) return;
			isLooking = true;
			app.run('Newer packages', () =>
				lookAtAll().finally(() => {
					isLooking = false;
				}),
			);
		},
	};
}

function newsOf({problem, lines}: ImageFreshness): ImageNews {
	const news = lines.map(({line, state, diff, securityUpdates, endOfLife}): LineNews => ({
		line,
		state,
		packages: diff?.packages.filter(({inImage}) => inImage).length ?? 0,
		security: securityUpdates.length,
		endOfLife,
	}));
	if (problem !== null) return {kind: 'problem', text: problem, lines: news};
	const most = (of: (line: LineNews) => number) => Math.max(0, ...news.map(of));
	if (!news.some(({state}) => state === 'outdated')) return {kind: 'up to date', lines: news};
	return {
		kind: 'outdated',
		packages: most(({packages}) => packages),
		security: most(({security}) => security),
		lines: news,
	};
}
