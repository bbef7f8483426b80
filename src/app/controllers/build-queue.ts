import {runningBuilds, type Dashboard} from '../../../state/dashboard/dashboard.ts';
import type {AppState} from '../../../state/app-state.ts';
import {isCancelled, notify, noticeText, type App} from './app.ts';
import type {BuildsController} from './builds-controller.ts';
import type {ComposerController} from './composer-controller.ts';

/** Images that are built one after another, as `slipway rebuild` does: a host has not the memory for twenty at once. */
export interface BuildQueue {
	add(names: readonly string[]): void;
	/** Those that did not begin yet are not built. */
	clear(): void;
}

/** As many as `slipway rebuild` builds at a time. */
const mostAtOnce = 2;

export function createBuildQueue(
	app: App,
	parts: {readonly composer: ComposerController; readonly builds: BuildsController},
): BuildQueue {
	const {store, services, signal} = app;
	let isWorking = false;

	const put = (change: (queued: Dashboard['queued']) => Dashboard['queued']) =>
		store.update(state => ({...state, dashboard: {...state.dashboard, queued: change(state.dashboard.queued)}}));
	const hasRoom = ({dashboard}: AppState) =>
		dashboard.queued.length === 0 || runningBuilds(dashboard).length < mostAtOnce;

	/** Why it was not built, or null. */
	async function build(name: string): Promise<string | null> {
		try {
			const plan = await parts.composer.plan(await services.images.composition(name), signal);
			if (plan.lines.some(({status}) => status === 'ok')) {
				await parts.builds.start(plan);
				return null;
			}
			const conflict = plan.lines.find(({status}) => status === 'conflict')?.conflict;
			return conflict?.summary ?? 'no line can be built';
		} catch (error) {
			if (signal.aborted) throw error;
			// Another plan was wanted first, for what is on the screen.
			return isCancelled(error) ? build(name) : noticeText(error);
		}
	}

	async function work(): Promise<void> {
		const refused: string[] = [];
		for (;;) {
			await store.until(hasRoom, signal);
			const [name] = store.get().dashboard.queued;
			if (name === undefined) break;
			put(queued => queued.slice(1));
			const why = await build(name);
			if (why !== null) refused.push(`${name}: ${why}`);
		}
		if (refused.length > 0) notify(app, `Not built: ${refused.join('; ')}`, 'error');
	}

	return {
		add(names) {
			put(queued => [...queued, ...names.filter(name => !queued.includes(name))]);
			if (isWorking) return;
			isWorking = true;
			app.run('Builds', () =>
				work().finally(() => {
					isWorking = false;
				}),
			);
		},
		clear: () => put(() => []),
	};
}
