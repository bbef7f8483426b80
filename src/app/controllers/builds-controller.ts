import type {JournalEvent} from '../../build/journal-event.ts';
import type {Plan} from '../../plan/plan.ts';
import type {AppState} from '../../../state/app-state.ts';
import {
	buildAttached,
	buildEnded,
	buildsListed,
	eventsArrived,
	troublesFound,
	type BuildEntry,
} from '../../../state/dashboard/dashboard.ts';
import {typicalDurations} from '../../../state/dashboard/estimate.ts';
import type {BuildSummary} from '../services.ts';
import {suggestionsOf} from '../troubles.ts';
import {isCancelled, notify, noticeText, type App} from './app.ts';

export interface BuildsController {
	/** What the disk says; attaches to builds in progress, also to those that another program started. */
	readonly refresh: () => Promise<void>;
	/** Returns the build's ID once it is attached. */
	start(plan: Plan): Promise<string>;
	/** Reads the journal of a build, from its first event on. */
	attach(build: string): void;
	cancel(build: string, line?: string): Promise<void>;
}

/** How often builds of other programs are looked for. */
const lookEveryMs = 3000;
const mostBuilds = 60;
/** Past builds that estimates go by. */
const learnedBuilds = 5;

/** Told when a build of this or another program begins, and when it ends. */
export interface BuildListener {
	readonly onBegin: () => void;
	readonly onEnd: () => void;
}

export function createBuildsController(app: App, {onBegin, onEnd}: BuildListener): BuildsController {
	const {store, services} = app;
	const attached = new Set<string>();
	const change = (next: (dashboard: AppState['dashboard']) => AppState['dashboard']) =>
		store.update(state => {
			const dashboard = next(state.dashboard);
			return dashboard === state.dashboard ? state : {...state, dashboard, nowMs: app.now()};
		});

	async function follow(summary: BuildSummary): Promise<void> {
		const batch: JournalEvent[] = [];
		// Folded in batches: a chatty build does not cost a frame an event.
		const flush = () => {
			const events = batch.splice(0);
			change(dashboard => eventsArrived(dashboard, summary.build, events));
		};
		try {
			for await (const event of services.builds.follow(summary.build, app.signal)) {
				batch.push(event);
				app.beat.on(flush);
			}
		} catch (error) {
			if (!isCancelled(error)) notify(app, `Build ${summary.build}: ${noticeText(error)}`, 'error');
		} finally {
			flush();
		}
		// Its journal may go on: a builder that had not begun when it was looked at.
		const ended = store.get().dashboard.builds.find(({build}) => build === summary.build);
		if (!ended?.view.finalStatus) attached.delete(summary.build);
		if (app.signal.aborted) return;
		if (ended?.folder && ended.view.lines.some(({error}) => error))
			app.run('What would help', () => findTroubles(ended));
		const wasRunning = summary.status === 'in progress';
		change(dashboard => buildEnded(dashboard, summary.build));
		if (!wasRunning) return;
		onEnd();
		if (!ended) return;
		const status = ended.view.finalStatus ?? 'interrupted';
		const tone = status === 'created' ? 'good' : status === 'image build failed' ? 'error' : 'warning';
		notify(app, `${ended.image}: ${status}`, tone);
	}

	function attachTo(summary: BuildSummary): void {
		if (attached.has(summary.build)) return;
		attached.add(summary.build);
		change(dashboard => buildAttached(dashboard, summary));
		app.run(`Build ${summary.build}`, () => follow(summary));
		if (summary.status !== 'in progress') return;
		app.run('Past builds', () => learnDurations(summary.image));
		onBegin();
	}

	async function findTroubles({build, view}: BuildEntry): Promise<void> {
		const suggestions = suggestionsOf(await services.builds.plan(build), view);
		change(dashboard => troublesFound(dashboard, build, suggestions));
	}

	async function learnDurations(image: string): Promise<void> {
		if (image === '') return;
		const typical = typicalDurations(await services.builds.history(image, learnedBuilds));
		change(dashboard => ({...dashboard, typical: {...dashboard.typical, [image]: typical}}));
	}

	async function refresh(): Promise<void> {
		const summaries = (await services.builds.list()).slice(0, mostBuilds);
		const before = store.get().dashboard.builds;
		const hasNews =
			before.length !== summaries.length || summaries.some(({build}) => !before.some(own => own.build === build));
		if (hasNews) change(dashboard => buildsListed(dashboard, summaries));
		for (const summary of summaries) if (summary.status === 'in progress') attachTo(summary);
		// The newest one is worth reading: it is what was left behind.
		const [newest] = summaries;
		if (newest && before.length === 0 && newest.finishedAt !== null) attachTo(newest);
	}

	const timer = setInterval(() => app.run('Builds', refresh), lookEveryMs);
	app.signal.addEventListener('abort', () => clearInterval(timer), {once: true});

	return {
		refresh,
		async start(plan) {
			const build = await services.builds.start(plan);
			const listed = (await services.builds.list(plan.image)).find(own => own.build === build);
			const startedAt = listed?.startedAt ?? new Date(app.now()).toISOString();
			// Whoever listed the build before its builder had begun took it for interrupted.
			attachTo({
				build,
				image: plan.image,
				status: 'in progress',
				startedAt,
				finishedAt: null,
				folder: listed?.folder ?? '',
			});
			return build;
		},
		attach(build) {
			const entry = store.get().dashboard.builds.find(own => own.build === build);
			if (entry) attachTo({...entry, finishedAt: null});
		},
		cancel: (build, line) => services.builds.cancel(build, line),
	};
}
