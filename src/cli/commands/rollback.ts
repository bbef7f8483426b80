import {rollback} from '../../app/rollback.ts';
import {safeText} from '../../base/safe-text.ts';
import {formatTable, shortDigest} from '../format.ts';
import {jsonOption, type Configure} from '../program.ts';
import {print, printJson} from '../terminal.ts';
import {withServices} from '../with-services.ts';

interface RollbackOptions {
	readonly line: readonly string[];
	readonly to?: string;
	readonly json?: boolean;
}

const collect = (value: string, before: readonly string[]) => [...before, ...value.split(',')];

export const configure: Configure = command =>
	void command
		.argument('<name>', 'a private image')
		.option('-l, --line <line>', 'only this line; may be repeated', collect, [])
		.option('--to <build>', 'to this build, instead of the one before')
		.addOption(jsonOption())
		.action(async (image: string, options: RollbackOptions) => {
			await withServices({}, async (services, signal) => {
				const moved = await rollback(services, {image, lines: options.line, to: options.to ?? null, signal});
				if (options.json) return printJson(moved);
				const rows = moved.map(({line, build, tags, digest}) => [line, tags.join(' '), shortDigest(digest), build]);
				print(safeText(formatTable([['LINE', 'TAGS', 'DIGEST', 'BUILD'], ...rows]), {keepNewlines: true}));
			});
		});
