import {join} from 'node:path';
import {readBuildHistory} from '../../app/build-history.ts';
import type {ImageFreshness} from '../../app/freshness.ts';
import {lookAtFreshness} from '../../app/look-at-freshness.ts';
import {safeText} from '../../base/safe-text.ts';
import {needsBuild, type LineFreshness} from '../../freshness/line-freshness.ts';
import {formatTable, plural} from '../format.ts';
import {signedBytes} from '../line-diff-text.ts';
import {jsonOption, mirrorOption, type Configure} from '../program.ts';
import {print, printJson, style, warn} from '../terminal.ts';
import {withServices} from '../with-services.ts';

interface OutdatedOptions {
	readonly json?: boolean;
	readonly mirror?: string;
	readonly refresh: boolean;
	readonly packages?: boolean;
}

/** Exit code 1 says, as `git diff --exit-code` does: a rebuild would change something. */
export const configure: Configure = command =>
	void command
		.argument('[names...]', 'private images; all of them unless given')
		.option('--packages', 'list every package that would change')
		.option('--no-refresh', 'compare with the indexes as they are')
		.addOption(mirrorOption())
		.addOption(jsonOption())
		.action(async (names: readonly string[], options: OutdatedOptions) => {
			await withServices(
				{mirror: options.mirror, indexes: options.refresh ? 'always' : 'if missing'},
				async (services, signal) => {
					for (const name of names) await services.compositions.read(name);
					const images = await lookAtFreshness(services, {
						names: names.length > 0 ? names : await services.compositions.names(),
						history: await readBuildHistory(join(services.paths.data, 'builds')),
						signal,
						report: warn,
					});
					if (options.json) printJson(images);
					else print(outdatedText(images, options.packages ?? false));
					process.exitCode = images.some(({problem, lines}) => problem !== null || lines.some(needsBuild)) ? 1 : 0;
				},
			);
		});

export function outdatedText(images: readonly ImageFreshness[], allPackages: boolean): string {
	if (images.length === 0) return 'There is no private image yet. `slipway build FILE` makes one.';
	const rows = images.flatMap(({image, problem, lines}) =>
		problem === null
			? lines.flatMap(line => [
					[safeText(image), safeText(line.line), stateText(line), changeText(line), endText(line)],
				])
			: [[safeText(image), '', style('red', 'cannot be planned'), safeText(problem), '']],
	);
	const table = formatTable([['IMAGE', 'LINE', 'STATE', 'A REBUILD WOULD CHANGE', 'END OF LIFE'], ...rows]);
	if (!allPackages) return table;
	return [table, ...images.flatMap(({image, lines}) => lines.flatMap(line => packageRows(image, line)))].join('\n');
}

function stateText({state, isNew}: LineFreshness): string {
	if (isNew) return style('yellow', 'new line');
	if (state === 'up to date') return style('green', state);
	return state === 'outdated' || state === 'not built' ? style('yellow', state) : style('red', state);
}

function changeText({diff, securityUpdates, versionBefore, versionAfter}: LineFreshness): string {
	if (diff === null) return '';
	const parts = [
		...(versionBefore !== versionAfter ? [`${versionBefore ?? '–'} → ${versionAfter ?? '–'}`] : []),
		...(diff.packages.length > 0 ? [plural(diff.packages.length, 'package')] : []),
		...(securityUpdates.length > 0 ? [style('red', plural(securityUpdates.length, 'security update'))] : []),
		...(diff.config.length > 0 ? [plural(diff.config.length, 'setting')] : []),
		...(diff.installedSizeBytes === 0 ? [] : [signedBytes(diff.installedSizeBytes)]),
	];
	return parts.join(', ');
}

function endText({endOfLife}: LineFreshness): string {
	if (endOfLife === null) return '';
	return style(
		endOfLife.state === 'past' ? 'red' : 'yellow',
		`${endOfLife.state === 'past' ? 'since ' : ''}${endOfLife.date}`,
	);
}

function packageRows(image: string, {line, diff, securityUpdates}: LineFreshness): readonly string[] {
	if (diff === null || diff.packages.length === 0) return [];
	const rows = diff.packages.map(({name, before, after}) => [
		`  ${safeText(name)}`,
		safeText(before ?? '–'),
		'→',
		safeText(after ?? '–'),
		securityUpdates.includes(name) ? style('red', 'security') : '',
	]);
	return ['', `${safeText(image)} ${safeText(line)}`, formatTable(rows)];
}
