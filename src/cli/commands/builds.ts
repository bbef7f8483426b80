import {safeText} from '../../base/safe-text.ts';
import type {BuildStatus} from '../../build/journal-event.ts';
import {formatDuration, formatTable, formatTime} from '../format.ts';
import {jsonOption, type Configure} from '../program.ts';
import {print, printJson, style} from '../terminal.ts';
import {withServices} from '../with-services.ts';

export const configure: Configure = command =>
	void command
		.argument('[name]', 'only builds of this private image')
		.addOption(jsonOption())
		.action(async (name: string | undefined, options: {json?: boolean}) => {
			await withServices({}, async ({builds}) => {
				const list = await builds.list(name);
				if (options.json) printJson(list);
				else if (list.length === 0) print('There is no build yet. `slipway build FILE` makes one.');
				else {
					print(
						formatTable(
							list.map(({build, image, status, startedAt, finishedAt}) => [
								build,
								style('bold', safeText(image)),
								statusText(status),
								formatTime(startedAt),
								finishedAt === null ? '' : formatDuration(Date.parse(finishedAt) - Date.parse(startedAt)),
							]),
						),
					);
				}
			});
		});

const colours = {
	'in progress': 'cyan',
	created: 'green',
	'some lines created': 'yellow',
	'image build failed': 'red',
	cancelled: 'yellow',
	interrupted: 'yellow',
	'not built': 'dim',
} as const;

export const statusText = (status: BuildStatus | 'not built'): string => style(colours[status], status);
