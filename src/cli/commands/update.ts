import {safeText} from '../../base/safe-text.ts';
import type {RefreshedSuite} from '../../repository/package-index.ts';
import {formatBytes, formatTable} from '../format.ts';
import {jsonOption, mirrorOption, type Configure} from '../program.ts';
import {refreshWarnings} from '../refresh-warnings.ts';
import {print, printJson, style, warn} from '../terminal.ts';
import {showTransfers} from '../transfers.ts';
import {withServices} from '../with-services.ts';

export const configure: Configure = command =>
	void command
		.argument('[release...]', 'releases to refresh; all of them unless said')
		.addOption(mirrorOption())
		.addOption(jsonOption())
		.action(async (releases: readonly string[], options: {json?: boolean; mirror?: string}) => {
			await withServices({mirror: options.mirror}, async ({repository}, signal) => {
				const transfers = showTransfers(process.stderr);
				let suites;
				try {
					const wanted = releases.length > 0 ? {releases} : {};
					suites = await repository.refresh({...wanted, onProgress: transfers.show, signal});
				} finally {
					transfers.end();
				}
				if (options.json) printJson(suites);
				else print(formatTable(suites.map(suiteRow), [3]));
				for (const warning of refreshWarnings(suites)) warn(warning);
			});
		});

function suiteRow(suite: RefreshedSuite): readonly string[] {
	const colour = {updated: 'green', unchanged: 'dim', offline: 'yellow', unavailable: 'red'} as const;
	return [
		safeText(suite.suite),
		suite.architecture,
		style(colour[suite.outcome], suite.outcome),
		`${suite.packageCount} packages`,
		suite.downloadedBytes > 0 ? formatBytes(suite.downloadedBytes) : '',
	];
}
