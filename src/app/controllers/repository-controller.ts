import {messageOf, SlipwayError} from '../../base/errors.ts';
import type {TransferProgress} from '../../repository/package-index.ts';
import {isReadOnly, type RepositoryState} from '../../../state/app-state.ts';
import {isCancelled, type App} from './app.ts';
import type {Beat} from './beat.ts';

/** Package lists and the starters that follow from them. */
export interface RepositoryController {
	/** What there is, and a refresh in the background if it is missing or old. */
	readonly start: () => Promise<void>;
	readonly refresh: () => Promise<void>;
}

export function createRepositoryController(app: App, onReady: () => void): RepositoryController {
	const {store, services} = app;
	let running: Promise<void> | null = null;

	const put = (repository: RepositoryState) => store.update(state => ({...state, repository, nowMs: app.now()}));

	async function lastRefreshMs(): Promise<number | null> {
		return (await services.lastRefresh?.())?.getTime() ?? null;
	}

	async function loadStarters(): Promise<void> {
		try {
			const starters = await services.planning.starters(app.signal);
			store.update(state => ({...state, starters: {kind: 'ready', starters}}));
			onReady();
		} catch (error) {
			if (isCancelled(error)) return;
			store.update(state => ({...state, starters: {kind: 'failed', reason: messageOf(error)}}));
		}
	}

	async function refreshNow(): Promise<void> {
		const isFirst = store.get().starters.kind !== 'ready';
		const progress = progressOf(transfer => {
			// Told on a later beat than the end of what it tells of.
			if (store.get().repository.kind === 'refreshing') put({kind: 'refreshing', isFirst, ...transfer});
		}, app.beat);
		put({kind: 'refreshing', isFirst, what: '', doneBytes: 0, totalBytes: null});
		try {
			const suites = await services.repository.refresh({onProgress: progress, signal: app.signal});
			const offline = suites.find(({outcome}) => outcome === 'offline');
			put(
				offline
					? {kind: 'offline', reason: offline.reason ?? 'The mirror does not answer.'}
					: {kind: 'ready', refreshedAtMs: (await lastRefreshMs()) ?? app.now()},
			);
			const hasChanged = suites.some(({outcome}) => outcome === 'updated');
			if (isFirst || hasChanged) await loadStarters();
		} catch (error) {
			if (isCancelled(error)) return;
			if (await services.repository.hasIndexes()) put({kind: 'offline', reason: messageOf(error)});
			else {
				put({kind: 'failed', reason: messageOf(error), hint: error instanceof SlipwayError ? error.hint : null});
			}
		}
	}

	/** One at a time: who asks meanwhile waits for the one that runs. */
	function refresh(): Promise<void> {
		running ??= refreshNow().finally(() => {
			running = null;
		});
		return running;
	}

	return {
		refresh,
		async start() {
			if (!(await services.repository.hasIndexes())) {
				if (isReadOnly(store.get())) {
					put({kind: 'failed', reason: 'There are no package lists, and read-only nothing is fetched.', hint: null});
				} else await refresh();
				return;
			}
			const refreshedAtMs = await lastRefreshMs();
			put({kind: 'ready', refreshedAtMs});
			await loadStarters();
			const oldestMs = app.now() - store.get().settings.refreshAfterHours * 3_600_000;
			const isOld = refreshedAtMs !== null && refreshedAtMs < oldestMs;
			if (isOld && !isReadOnly(store.get())) await refresh();
		},
	};
}

/** Many transfers at once as one sum. */
function progressOf(
	tell: (sum: {what: string; doneBytes: number; totalBytes: number | null}) => void,
	beat: Beat,
): (progress: TransferProgress) => void {
	const downloads = new Map<string, TransferProgress>();
	let latest: TransferProgress | null = null;
	const tellSum = () => {
		let doneBytes = 0;
		let totalBytes: number | null = 0;
		for (const transfer of downloads.values()) {
			doneBytes += transfer.doneBytes;
			totalBytes = totalBytes === null || transfer.totalBytes === null ? null : totalBytes + transfer.totalBytes;
		}
		const what = latest?.kind === 'compile' ? `(reading ${latest.what})` : (latest?.what ?? '');
		tell({what, doneBytes, totalBytes});
	};
	return progress => {
		if (progress.kind === 'download') downloads.set(progress.what, progress);
		latest = progress;
		beat.on(tellSum);
	};
}
