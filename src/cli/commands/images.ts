import {safeText} from '../../base/safe-text.ts';
import {formatBytes, formatTable, formatTime} from '../format.ts';
import {jsonOption, type Configure} from '../program.ts';
import {print, printJson, style} from '../terminal.ts';
import {withServices} from '../with-services.ts';
import {statusText} from './builds.ts';

export const configure: Configure = command =>
	void command.addOption(jsonOption()).action(async (options: {json?: boolean}) => {
		await withServices({}, async ({images}) => {
			const list = await images.list();
			if (options.json) printJson(list);
			else if (list.length === 0) print('There is no private image yet. `slipway build FILE` makes one.');
			else {
				print(
					formatTable(
						list.map(({name, starter, status, lines}) => {
							const built = lines.filter(({digest}) => digest !== null);
							const newest = built
								.map(({builtAt}) => builtAt ?? '')
								.sort()
								.at(-1);
							return [
								style('bold', safeText(name)),
								safeText(starter),
								statusText(status),
								safeText(built.map(({line}) => line).join(', ')),
								built.length > 0 ? formatBytes(Math.max(...built.map(({size}) => size ?? 0))) : '',
								newest ? formatTime(newest) : '',
							];
						}),
					),
				);
			}
		});
	});
