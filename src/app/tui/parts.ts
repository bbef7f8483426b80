import type {App} from '../controllers/app.ts';
import type {BuildQueue} from '../controllers/build-queue.ts';
import type {BuildsController} from '../controllers/builds-controller.ts';
import type {ComposerController} from '../controllers/composer-controller.ts';
import type {DraftsController} from '../controllers/drafts-controller.ts';
import type {ImagesController} from '../controllers/images-controller.ts';
import type {PaletteHistoryController} from '../controllers/palette-history-controller.ts';
import type {PublishController} from '../controllers/publish-controller.ts';
import type {RepositoryController} from '../controllers/repository-controller.ts';
import type {Widgets} from '../../../components/dialogs/dialog-layer.tsx';
import type {SettingsController} from '../controllers/settings-controller.ts';
import type {InputEvent} from '../../../state/keys/decode-input.ts';
import type {InkKeyboard} from './ink-keyboard.ts';
import type {CommandId} from '../../../state/keys/key-map.ts';

/** What a command can use. */
export interface Parts {
	readonly app: App;
	readonly repository: RepositoryController;
	readonly composer: ComposerController;
	readonly builds: BuildsController;
	readonly queue: BuildQueue;
	readonly images: ImagesController;
	readonly drafts: DraftsController;
	readonly paletteHistory: PaletteHistoryController;
	readonly publishing: PublishController;
	readonly settings: SettingsController;
	/**
	 * Runs work that the next keys wait for, as `App.run`: what is typed meanwhile is kept. The signal fires if the user
	 * gives the waiting up.
	 */
	readonly hold: (what: string, work: (signal: AbortSignal) => Promise<void>) => void;
	/** Keys are being kept. */
	readonly isWaiting: () => boolean;
	readonly inkKeyboard: InkKeyboard;
	/** What the widgets of Ink tell. */
	readonly widgets: Widgets;
	/** A key, a paste, the mouse: handled now, or kept while work is waited for. */
	takeInput(event: InputEvent): void;
	/** Runs another command: from the palette, or as a part of one. */
	runCommand(id: CommandId): void;
}

export type CommandTable = Readonly<Record<CommandId, (parts: Parts) => void>>;

export type SomeCommands<Prefix extends string> = Readonly<
	Record<Extract<CommandId, `${Prefix}/${string}`>, (parts: Parts) => void>
>;
