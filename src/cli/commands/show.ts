import {readBuildHistory} from '../../app/build-history.ts';
import {buildsFolderOf, changelogOf, type Changelog} from '../../app/changelog.ts';
import type {AllServices} from '../../app/create-services.ts';
import {SlipwayError} from '../../base/errors.ts';
import {safeText} from '../../base/safe-text.ts';
import type {FreshnessSummary} from '../../freshness/freshness-summary.ts';
import {changelogText} from '../changelog-text.ts';
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
			await withServices({}, async services => {
				const {images, compositions, tenant} = services;
				const composition = await images.composition(name);
				const image = (await images.list()).find(candidate => candidate.name === name);
				if (!image) throw new SlipwayError('not-found', `There is no private image “${name}”.`);
				const changelog = await lastChangelog(services, name);
				if (options.json) {
					printJson({...image, changelog, fullName: `${tenant}/${name}`, composition});
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
				if (changelog) print(`\nThe last build changed:\n${changelogText(changelog)}`);
				if (image.freshness) print(`\n${freshnessText(image.freshness)}`);
				print(`\n${safeText((await compositions.text(name)).trimEnd(), {keepNewlines: true})}`);
			});
		});

async function lastChangelog({paths, store}: AllServices, name: string): Promise<Changelog | null> {
	const buildsFolder = buildsFolderOf(paths);
	const builds = (await readBuildHistory(buildsFolder)).get(name) ?? [];
	const last = builds.find(({finished}) => finished !== null);
	return last ? changelogOf({buildsFolder, store}, last, builds) : null;
}

function freshnessText({state, outdatedLines, securityUpdates, pastEndOfLife, checkedAt}: FreshnessSummary): string {
	const parts = [
		state === 'outdated' ? `outdated: ${outdatedLines.join(', ')}` : state,
		...(securityUpdates.length > 0 ? [`security updates of ${securityUpdates.join(', ')}`] : []),
		...(pastEndOfLife.length > 0 ? [`past the end of life: ${pastEndOfLife.join(', ')}`] : []),
	];
	return safeText(`${parts.join('; ')} (looked at ${formatTime(checkedAt)})`);
}
