import type {CommandTable} from '../parts.ts';
import {actionsCommands} from './actions-commands.ts';
import {buildCommands} from './build-commands.ts';
import {cardCommands} from './card-commands.ts';
import {bundleCommands} from './bundle-commands.ts';
import {composerCommands, packageCommands} from './composer-commands.ts';
import {dialogCommands} from './dialog-commands.ts';
import {galleryCommands} from './gallery-commands.ts';
import {listCommands} from './list-commands.ts';
import {logCommands} from './log-commands.ts';
import {previewCommands} from './preview-commands.ts';
import {programCommands} from './program-commands.ts';
import {publishCommands} from './publish-commands.ts';
import {settingsCommands} from './settings-commands.ts';

/** What every command of the key map does. A command without an entry does not compile. */
export const commandTable: CommandTable = {
	...galleryCommands,
	...buildCommands,
	...cardCommands,
	...bundleCommands,
	...actionsCommands,
	...packageCommands,
	...composerCommands,
	...previewCommands,
	...logCommands,
	...dialogCommands,
	...listCommands,
	...programCommands,
	...publishCommands,
	...settingsCommands,
};
