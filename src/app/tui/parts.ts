import type {App} from '../controllers/app.ts';
import type {BuildsController} from '../controllers/builds-controller.ts';
import type {ComposerController} from '../controllers/composer-controller.ts';
import type {DraftsController} from '../controllers/drafts-controller.ts';
import type {ImagesController} from '../controllers/images-controller.ts';
import type {RepositoryController} from '../controllers/repository-controller.ts';
import type {CommandId} from '../../../state/keys/key-map.ts';

/** What a command can use. */
export interface Parts {
	readonly app: App;
	readonly repository: RepositoryController;
	readonly composer: ComposerController;
	readonly builds: BuildsController;
	readonly images: ImagesController;
	readonly drafts: DraftsController;
	/** Runs another command: from the palette, or as a part of one. */
	runCommand(id: CommandId): void;
}

export type CommandTable = Readonly<Record<CommandId, (parts: Parts) => void>>;

export type SomeCommands<Prefix extends string> = Readonly<
	Record<Extract<CommandId, `${Prefix}/${string}`>, (parts: Parts) => void>
>;
