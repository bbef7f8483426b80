import {commandTable as commandTitles} from '../../../state/keys/key-map.ts';
import {initialState, type AppState} from '../../../state/app-state.ts';
import type {Settings} from '../../../state/settings/settings-schema.ts';
import {createStore, type Store} from '../../../state/store.ts';
import {hasUnicode} from '../../../components/theme/symbols.ts';
import {exitCodeOfStatus} from '../../build/pipeline/build-status.ts';
import {createApp, notify, type App, type TerminalControl, type TuiServices} from '../controllers/app.ts';
import {createBuildQueue} from '../controllers/build-queue.ts';
import {createBuildsController} from '../controllers/builds-controller.ts';
import {createCardController} from '../controllers/card-controller.ts';
import {createComposerController} from '../controllers/composer-controller.ts';
import {createDraftsController} from '../controllers/drafts-controller.ts';
import {createFreshnessController} from '../controllers/freshness-controller.ts';
import {createImagesController} from '../controllers/images-controller.ts';
import {createPaletteHistoryController} from '../controllers/palette-history-controller.ts';
import {createPublishController} from '../controllers/publish-controller.ts';
import {createSettingsController} from '../controllers/settings-controller.ts';
import {createStarterSizesController} from '../controllers/starter-sizes-controller.ts';
import {createRepositoryController} from '../controllers/repository-controller.ts';
import {whyNot} from '../../../state/keys/why-not.ts';
import {isPending} from '../../../state/pending.ts';
import {focusBuild} from './commands/build-commands.ts';
import {commandTable} from './commands/command-table.ts';
import {chooseInMenu} from './commands/menu-choices.ts';
import {dispatchInput, putText} from './dispatch-input.ts';
import type {InkKeyboard} from './ink-keyboard.ts';
import type {Parts} from './parts.ts';
import {createTypeAhead} from './type-ahead.ts';

export interface AppWishes {
	readonly services: TuiServices;
	readonly terminal: TerminalControl;
	readonly inkKeyboard: InkKeyboard;
	readonly columns: number;
	readonly rows: number;
	readonly settings: Settings;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly signal: AbortSignal;
	readonly now?: () => number;
	readonly isReadOnly?: boolean;
	/** The dashboard alone; null or absent: the whole application. */
	readonly watch?: WatchWishes | null;
}

export interface WatchWishes {
	/** The build to begin with; null: whatever is built, now and later. */
	readonly build: string | null;
	/** The application ends with that build, with its exit code. */
	readonly endsWithBuild: boolean;
	/** A build of earlier, played: nothing goes on when the application ends. */
	readonly isRecording?: boolean;
}

export interface StartedApp {
	readonly parts: Parts;
	readonly store: Store<AppState>;
	/** What is still to be written. */
	finish(): Promise<void>;
}

/** Makes store and controllers and lets them begin. The screen can be drawn at once; what is loaded comes after. */
export function startApp(wishes: AppWishes): StartedApp {
	const {services, terminal, settings, env, signal} = wishes;
	const now = wishes.now ?? Date.now;
	const store = createStore(
		initialState({
			settings,
			nowMs: now(),
			isWatching: Boolean(wishes.watch),
			isReadOnly: wishes.isReadOnly ?? false,
			// Who watches one build does not want to be led away to another.
			isFollowing: wishes.watch?.endsWithBuild === false || wishes.watch?.build === null,
			tenant: services.tenant ?? '',
			terminal: {
				columns: wishes.columns,
				rows: wishes.rows,
				hasUnicode: hasUnicode(settings.symbols, env),
				hasMouse: settings.mouse,
			},
		}),
	);
	const app = createApp({store, services, terminal, env, signal, now});
	const images = createImagesController(app);
	const composer = createComposerController(app);
	const card = createCardController(app);
	const freshness = createFreshnessController(app, composer.isPlanning);
	const builds = createBuildsController(app, {
		onBegin: () => app.run('Images', images.refresh),
		onEnd() {
			card.forgetBuilds();
			app.run('Images', images.refresh);
			freshness.look();
		},
	});
	createStarterSizesController(app);
	const drafts = createDraftsController(app);
	const repository = createRepositoryController(app, () => {
		composer.refresh();
		freshness.look();
	});
	const typeAhead = createTypeAhead({
		handle: event => dispatchInput(parts, event),
		now,
		tell: waiting => store.update(state => (state.waiting === waiting ? state : {...state, waiting})),
	});
	const parts: Parts = {
		app,
		images,
		composer,
		builds,
		queue: createBuildQueue(app, {composer, builds}),
		drafts,
		paletteHistory: createPaletteHistoryController(app),
		publishing: createPublishController(app),
		settings: createSettingsController(app),
		repository,
		inkKeyboard: wishes.inkKeyboard,
		widgets: {
			onChoose: value => chooseInMenu(parts, value),
			onText: text => putText(parts, text),
		},
		hold(what, work) {
			typeAhead.hold(
				what,
				signal =>
					new Promise(resolve => {
						app.run(what, () => work(signal).finally(resolve));
					}),
			);
		},
		isWaiting: () => typeAhead.isHeld(),
		takeInput: event => typeAhead.take(event),
		runCommand(id) {
			const act = () => {
				const why = whyNot(store.get(), id);
				if (why === null) commandTable[id](parts);
				else notify(app, why);
			};
			if (!isPending(store.get(), id)) act();
			else {
				parts.hold(commandTitles[id].title, async waiting => {
					await store.until(state => !isPending(state, id), AbortSignal.any([waiting, signal]));
					act();
				});
			}
		},
	};
	app.run('Builds', builds.refresh);
	if (wishes.watch) {
		if (wishes.watch.build !== null) watchBuild(app, wishes.watch.build, wishes.watch.endsWithBuild);
	} else {
		app.run('Package lists', repository.start);
		app.run('Images', images.refresh);
	}
	const finish = async () => {
		await Promise.all([drafts.flush(), parts.paletteHistory.flush()]);
	};
	return {parts, store, finish};
}

/** Puts the cursor on the build once it is there, and ends with it if that is the wish. */
function watchBuild(app: App, build: string, endsWithBuild: boolean): void {
	let isFocused = false;
	const stop = app.store.subscribe(() => {
		const entry = app.store.get().dashboard.builds.find(own => own.build === build);
		if (!entry?.isAttached || entry.view.lines.length === 0) return;
		if (!isFocused) {
			isFocused = true;
			focusBuild(app, build);
		}
		if (entry.status === 'in progress') return;
		stop();
		if (endsWithBuild) app.terminal.exit(exitCodeOfStatus(entry.status));
	});
	app.signal.addEventListener('abort', stop, {once: true});
}
