import {SlipwayError} from '../../base/errors.ts';
import {safeText} from '../../base/safe-text.ts';
import {formatBytes, formatTable, formatTime, shortDigest} from '../format.ts';
import {jsonOption, type Configure} from '../program.ts';
import {print, printJson, style} from '../terminal.ts';
import {withServices} from '../with-services.ts';
import {statusText} from './builds.ts';

export const configure: Configure = command =>
	void command
		.argument('<name>', 'a private image')
		.addOption(jsonOption())
		.action(async (name: string, options: {json?: boolean}) => {
			await withServices({}, async ({images, compositions, tenant}) => {
				const composition = await images.composition(name);
				const image = (await images.list()).find(candidate => candidate.name === name);
				if (!image) throw new SlipwayError('not-found', `There is no private image “${name}”.`);
				if (options.json) {
					printJson({...image, fullName: `${tenant}/${name}`, composition});
					return;
				}
				print(`${style('bold', safeText(`${tenant}/${name}`))}  ${statusText(image.status)}`);
				if (image.description) print(safeText(image.description));
				print(`starter ${safeText(image.starter)}, ${composition.variant}`);
				const rows = image.lines.map(({line, status, digest, tags, size, builtAt}) => [
					`  ${safeText(line)}`,
					safeText(status),
					size === null ? '' : formatBytes(size),
					digest === null ? '' : shortDigest(digest),
					builtAt === null ? '' : formatTime(builtAt),
					safeText(tags.join(' ')),
				]);
				if (rows.length > 0) print(formatTable(rows, [2]));
				print(`\n${safeText((await compositions.text(name)).trimEnd(), {keepNewlines: true})}`);
			});
		});
