import {safeText} from '../../base/safe-text.ts';
import {formatBytes, formatTable, plural} from '../format.ts';
import {jsonOption, type Configure} from '../program.ts';
import {print, printJson, style, warn} from '../terminal.ts';
import {withServices} from '../with-services.ts';

export const configure: Configure = command =>
	void command
		.option('-n, --dry-run', 'only say what would be freed')
		.addOption(jsonOption())
		.action(async (options: {dryRun?: boolean; json?: boolean}) => {
			await withServices({}, async services => {
				const {collectGarbage} = await import('../../app/collect-garbage.ts');
				const garbage = await collectGarbage(services, {dryRun: options.dryRun ?? false});
				if (options.json) {
					printJson(garbage);
					return;
				}
				const {parts, freedBytes, leftBytes, untagged, running, dryRun} = garbage;
				const rows = parts.map(part => [part.what, formatBytes(part.freedBytes), formatBytes(part.leftBytes)]);
				const total = ['together', formatBytes(freedBytes), formatBytes(leftBytes)];
				const heading = ['', dryRun ? 'WOULD BE FREED' : 'FREED', 'LEFT'];
				print(formatTable([heading, ...rows, total], [1, 2]));
				if (untagged.length > 0) {
					print(style('dim', `Older builds without a tag of their own: ${safeText(untagged.join(' '))}`));
				}
				if (parts.length === 1) {
					warn(
						running.length > 0
							? `${plural(running.length, 'build')} running: the cache was left alone. Run \`slipway gc\` again afterwards.`
							: 'A build is beginning or another gc is running: the cache was left alone. Run `slipway gc` again.',
					);
				}
			});
		});
