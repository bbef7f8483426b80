import {formatBytes} from '../format.ts';
import {jsonOption, type Configure} from '../program.ts';
import {print, printJson} from '../terminal.ts';
import {withServices} from '../with-services.ts';

export const configure: Configure = command =>
	void command.addOption(jsonOption()).action(async (options: {json?: boolean}) => {
		await withServices({}, async ({store}) => {
			const freedBytes = await store.collectGarbage();
			const leftBytes = await store.sizeBytes();
			if (options.json) printJson({freedBytes, leftBytes});
			else print(`${formatBytes(freedBytes)} freed; the images take ${formatBytes(leftBytes)}.`);
		});
	});
