/*
 * Controllers: they talk to the services and tell the store what came of it. Work outlives what shows it; the newest
 * search and the newest plan win; nothing waits for the screen. No React here.
 */
import {messageOf, SlipwayError} from '../../base/errors.ts';
import type {AppState, Notice} from '../../../state/app-state.ts';
import type {Store} from '../../../state/store.ts';
import type {AllServices} from '../create-services.ts';
import type {Services} from '../services.ts';
import {createBeat, type Beat} from './beat.ts';

/** What the application uses beyond the services, where there is such a thing. */
export type TuiServices = Services &
	Partial<
		Pick<
			AllServices,
			| 'bundles'
			| 'compositions'
			| 'documents'
			| 'publishing'
			| 'store'
			| 'lastRefresh'
			| 'tenant'
			| 'paths'
			| 'freshnessOf'
		>
	>;

/** What commands can ask of the terminal. */
export interface TerminalControl {
	/** Puts a text into the clipboard of the user's terminal. */
	copy(text: string): void;
	setMouse(isOn: boolean): void;
	suspend(): Promise<void>;
	/** Gives the terminal to another program while the work runs, and takes it back however that ends. */
	lend<T>(work: () => Promise<T>): Promise<T>;
	redraw(): void;
	exit(code: number): void;
}

export interface App {
	readonly store: Store<AppState>;
	readonly services: TuiServices;
	readonly terminal: TerminalControl;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Ends all work of the controllers. */
	readonly signal: AbortSignal;
	readonly now: () => number;
	/** For what changes without a key. */
	readonly beat: Beat;
	/** Runs work in the background; its failure becomes a notice, never a crash and never silence. */
	run(what: string, work: () => Promise<void>): void;
}

export const notify = (app: App, text: string, tone: Notice['tone'] = 'info'): void =>
	app.store.update(state => ({...state, notice: {text, tone}}));

export const isCancelled = (error: unknown): boolean =>
	(error instanceof SlipwayError && error.code === 'cancelled') ||
	(error instanceof Error && error.name === 'AbortError');

/** An error for one line of the screen: what could not be done, and the mend. */
export function noticeText(error: unknown): string {
	const hint = error instanceof SlipwayError && error.hint ? ` ${error.hint}` : '';
	return `${messageOf(error)}${hint}`.replaceAll('\n', ' ');
}

export function createApp(parts: Omit<App, 'run' | 'beat'>): App {
	return {
		...parts,
		beat: createBeat(parts.signal),
		run(what, work) {
			void (async () => {
				try {
					await work();
				} catch (error) {
					if (isCancelled(error) || parts.signal.aborted) return;
					parts.store.update(state => ({
						...state,
						notice: {text: `${what}: ${noticeText(error)}`, tone: 'error'},
					}));
				}
			})();
		},
	};
}
